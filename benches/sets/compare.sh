#!/bin/sh
# Ours against QuantEcon.py 0.11.4 on every published repeated game of two parties, on this machine.
# The peer is installed from PyPI into a virtual environment. Usage: benches/sets/compare.sh [RUNS]
set -eu
cd "$(dirname "$0")/../.."
runs="${1:-21}"
venv="${DETENTE_BENCH_VENV:-target/bench-venv}"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c "import quantecon" 2>/dev/null || "$venv/bin/pip" install --quiet quantecon==0.11.4
games=$(ls cases/literature/games/*.json | grep -E '/(as2014_|pd9_|pdsg_|bos8_|cournot)')
cargo build --release --quiet -p detente-sets --example set_times
target/release/examples/set_times "$runs" $games
"$venv/bin/python" benches/sets/quantecon_times.py "$runs" $games
