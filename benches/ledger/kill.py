#!/usr/bin/env python3
"""Kills `detente record` at random moments and checks that nothing acknowledged is lost.

    benches/ledger/kill.py target/release/detente 1000

Each round records a batch of events and kills the process after a random delay. What the process acknowledged on
standard output must be in the ledger afterwards; a batch that was not acknowledged is there wholly or not at all; and
at the end the whole log must verify.
"""
import json, os, pathlib, random, signal, subprocess, sys, tempfile, time

detente, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2])
random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
TEXT = """
[agreement]
title = "Kill test"
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
BATCH = 5


def run(*arguments):
    return subprocess.run([detente, *arguments], capture_output=True, text=True, check=True).stdout


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    pathlib.Path("text.toml").write_text(TEXT)
    run("key", "A", "--out", "A.key")
    run("sign", "text.toml", "--ledger", "l.ledger", "--key", "A.key")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    # How long an undisturbed record takes, so that kills fall before, within and after it.
    pathlib.Path("warm.json").write_text(json.dumps([{"id": "warm", "kind": "report", "by": "A", "on": "F1", "occurred": day}]))
    start = time.monotonic()
    run("record", "l.ledger", "warm.json", "--key", "A.key")
    usual = time.monotonic() - start
    acknowledged, batches, killed = set(), [], 0
    for number in range(rounds):
        batch = [f"e{number}-{place}" for place in range(BATCH)]
        batches.append(batch)
        events = [{"id": name, "kind": "report", "by": "A", "on": "F1", "occurred": day} for name in batch]
        pathlib.Path("batch.json").write_text(json.dumps(events))
        process = subprocess.Popen([detente, "record", "l.ledger", "batch.json", "--key", "A.key", "--json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        time.sleep(random.uniform(0, usual * 2.5))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        out, _ = process.communicate()
        if len(out.splitlines()) == BATCH and process.returncode in (0, -signal.SIGKILL):
            acknowledged.update(batch)
    result = json.loads(run("verify", "l.ledger", "--json"))
    held = set()
    for line in run("export", "l.ledger").splitlines():
        entry = json.loads(line)
        if entry.get("kind") == "event":
            held.add(entry["body"]["id"])
    lost = acknowledged - held
    torn = [batch for batch in batches if 0 < len(held & set(batch)) < BATCH]
    written = sum(1 for batch in batches if set(batch) <= held)
    print(f"rounds {rounds}, killed {killed}, undisturbed record {usual * 1000:.0f} ms")
    print(f"acknowledged batches {len(acknowledged) // BATCH}, written batches {written}")
    print(f"lost acknowledged events {len(lost)}, half-written batches {len(torn)}")
    print(f"verify: {result['entries']} entries, {result['signatures']} signatures, findings {len(result['findings'])}")
    sys.exit(1 if lost or torn or result["findings"] else 0)
