#!/usr/bin/env bash
# Installs what the tests need where it may (Debian packages, as root), says exactly what to install where it may
# not, and runs every test. Nothing is skipped silently. Takes about a quarter of an hour on two cores, most of it building.
set -euo pipefail
cd "$(dirname "$0")"

need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null || missing+=("$2")
}

missing=()
need chromium chromium
need chromedriver chromium-driver
need openssl openssl
need python3 python3
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q
        apt-get install -qy --no-install-recommends "${missing[@]}"
    else
        echo "The tests need these Debian packages (or their like elsewhere): ${missing[*]}" >&2
        echo "Install them, for example: sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi

# A PostgreSQL of our own for the tests of the store, in a folder that goes away with the script.
folder=$(mktemp -d)
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
run_as() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/bash -c "$1"; else bash -c "$1"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$folder"
port=54329
run_as "'$bin/initdb' -D '$folder/data' -A trust -U detente >/dev/null"
run_as "'$bin/pg_ctl' -D '$folder/data' -w -o '-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder' -l '$folder/log' start >/dev/null"
stop() {
    run_as "'$bin/pg_ctl' -D '$folder/data' -m immediate stop >/dev/null" || true
    rm -rf "$folder"
}
trap stop EXIT
export DETENTE_TEST_POSTGRES="postgres://detente@127.0.0.1:$port/postgres"

step() { echo "== $1 (after $((SECONDS / 60)) min $((SECONDS % 60)) s)"; }
step "1 of 3: the crates, with ledgers and boards"
cargo test --workspace --all-features
step "2 of 3: the program as it is built by default, without ledgers: what it lacks, it says"
cargo test -p detente-cli --test deals
step "3 of 3: the second checker against the program"
DETENTE=target/debug/detente python3 checker/test_verify.py
step "All tests passed"
