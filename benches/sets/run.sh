#!/bin/sh
# Times the set engine on every published game of two parties, on series that grow to a minute, and on games of
# three to five parties. Results go to standard output as CSV. Usage: benches/sets/run.sh [RUNS]
set -eu
cd "$(dirname "$0")/../.."
runs="${1:-5}"
games=cases/literature/games
cargo build --release --quiet -p detente-sets --example set_times
times=target/release/examples/set_times
echo "# published games, two parties"
"$times" "$runs" $(ls $games/*.json | grep -v -e rs3 -e contrib -e rs_e17)
"$times" 1 $games/rs_e17_c5_d70.json
echo "# published games, three to five parties"
"$times" 3 $games/contrib3_1s.json $games/contrib3_2s.json $games/contrib5_1s.json $games/rs3_e3_c1_d60.json
"$times" 1 $games/rs3_e3_c3_d60.json
echo "# series"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 benches/sets/series.py "$folder"
for file in $(ls "$folder"/*.json | sort -V); do
  timeout 240 "$times" 1 "$file" | tail -n +2 || echo "$(basename "$file"),stopped after 240 s"
done
