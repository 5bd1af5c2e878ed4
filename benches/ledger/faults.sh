#!/bin/sh
# Disk full, read-only, a corrupt page, duplicates and reordering: a clear error or the correct result.
#     benches/ledger/faults.sh target/release/detente
# The disk-full part mounts a small tmpfs and is left out where that is not allowed.
set -u
detente=$(realpath "$1")
work=$(mktemp -d)
cd "$work" || exit 1
trap 'umount "$work/full" 2>/dev/null; rm -rf "$work"' EXIT
cat > text.toml <<'T'
[agreement]
title = "Fault test"
in_force = 2020-01-01
[parties]
A = {}
B = {}
[commitments.F1]
title = "Deliver"
kind = "achieve"
by = "A"
to = "B"
T
day=$(date -u +%F)
events() { # events FROM TO
    i=$1
    while [ "$i" -le "$2" ]; do
        echo "{\"id\":\"e$i\",\"kind\":\"report\",\"by\":\"A\",\"on\":\"F1\",\"occurred\":\"$day\",\"note\":\"$(printf '%0400d' 0)\"}"
        i=$((i + 1))
    done
}
"$detente" key A --out A.key > /dev/null 2>&1
mkdir full
if mount -t tmpfs -o size=1m tmpfs full 2>/dev/null; then
    "$detente" sign text.toml --ledger full/l.ledger --key A.key > /dev/null 2>&1
    "$detente" record full/l.ledger "$(events 1 100 > one.jsonl; echo one.jsonl)" --key A.key > /dev/null
    events 101 3000 > many.jsonl
    echo "disk full: $("$detente" record full/l.ledger many.jsonl --key A.key 2>&1 | tail -1)"
    echo "disk full, afterwards: $("$detente" verify full/l.ledger | head -1)"
    umount full
else
    echo "disk full: not tried, no tmpfs may be mounted here"
fi
"$detente" sign text.toml --ledger l.ledger --key A.key > /dev/null 2>&1
events 1 20 > one.jsonl
"$detente" record l.ledger one.jsonl --key A.key > /dev/null
events 1 20 | sort -r > again.jsonl
echo "duplicated and reordered: $("$detente" record l.ledger again.jsonl --key A.key | sort | uniq -c | wc -l) receipts, $("$detente" verify l.ledger | head -1)"
sed 's/"report"/"claim"/' one.jsonl > other.jsonl
echo "same ids, other words: $("$detente" record l.ledger other.jsonl --key A.key 2>&1 | tail -1)"
cp l.ledger page.ledger
size=$(stat -c %s page.ledger)
dd if=/dev/urandom of=page.ledger bs=4096 seek=$((size / 4096 / 2)) count=1 conv=notrunc 2>/dev/null
echo "corrupt page, verify: $("$detente" verify page.ledger 2>&1 | head -2 | tr '\n' ' ')"
echo "corrupt page, status: $("$detente" status page.ledger 2>&1 | head -1)"
printf 'x' > none.ledger
echo "no database: $("$detente" verify none.ledger 2>&1 | head -1)"
cp l.ledger.operator.key ro.ledger.operator.key
cp l.ledger ro.ledger
chmod 444 ro.ledger
echo "read-only file, status: $("$detente" status ro.ledger | head -1)"
if [ "$(id -u)" = 0 ]; then
    echo "read-only file, record: not tried as root, to whom nothing is read-only"
else
    events 50 50 > more.jsonl
    echo "read-only file, record: $("$detente" record ro.ledger more.jsonl --key A.key 2>&1 | tail -1)"
fi
