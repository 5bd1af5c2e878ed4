#!/usr/bin/env python3
"""Flips a bit in every byte of a ledger and counts what `detente verify` finds.

    benches/ledger/tamper.py target/release/detente [STEP]

A byte that holds no content (free space in a database page, a page number that is not read) may be flipped without any
entry, hash or checkpoint changing; those are counted apart, after comparing the exported bundle with the original.
"""
import json, os, pathlib, subprocess, sys, tempfile, time

detente = os.path.abspath(sys.argv[1])
step = int(sys.argv[2]) if len(sys.argv) > 2 else 1
TEXT = """
[agreement]
title = "Tamper test"
in_force = 2020-01-01
[parties]
A = {}
B = {}
[commitments.F1]
title = "Deliver"
kind = "achieve"
by = "A"
to = "B"
"""


def run(*arguments, check=True):
    return subprocess.run([detente, *arguments], capture_output=True, text=True, check=check)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    pathlib.Path("text.toml").write_text(TEXT)
    run("key", "A", "--out", "A.key")
    run("sign", "text.toml", "--ledger", "l.ledger", "--key", "A.key")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    events = [{"id": f"e{n}", "kind": "report", "by": "A", "on": "F1", "occurred": day} for n in range(10)]
    pathlib.Path("events.json").write_text(json.dumps(events))
    run("record", "l.ledger", "events.json", "--key", "A.key")
    good = pathlib.Path("l.ledger").read_bytes()
    bundle = run("export", "l.ledger").stdout
    found = located = same = missed = 0
    for place in range(0, len(good), step):
        bad = bytearray(good)
        bad[place] ^= 0x01
        pathlib.Path("bad.ledger").write_bytes(bad)
        answer = run("verify", "bad.ledger", "--json", check=False)
        try:
            findings = json.loads(answer.stdout)["findings"]
        except ValueError:
            findings = [{"seq": -1, "what": answer.stderr}]
        if answer.returncode != 0:
            found += 1
            located += any(finding["what"] for finding in findings)
        elif run("export", "bad.ledger", check=False).stdout == bundle:
            same += 1
        else:
            missed += 1
            print(f"missed at byte {place}")
    print(f"bytes {len(good)}, flipped {len(range(0, len(good), step))}")
    print(f"found {found}, of these with place or reason {located}")
    print(f"no content changed {same}, missed {missed}")
    sys.exit(1 if missed else 0)
