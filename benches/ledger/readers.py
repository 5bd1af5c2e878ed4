#!/usr/bin/env python3
"""200 readers load pages of the board while one writer records.

    benches/ledger/readers.py target/release/detente [READERS] [SECONDS]
"""
import json, os, pathlib, statistics, subprocess, sys, tempfile, threading, time, urllib.request

detente = os.path.realpath(sys.argv[1])
readers = int(sys.argv[2]) if len(sys.argv) > 2 else 200
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 15
TEXT = """
[agreement]
title = "Readers test"
in_force = 2020-01-01
[parties]
A = {}
B = {}
""" + "".join(f"""
[commitments.F{n}]
title = "Deliver {n}"
kind = "achieve"
by = "A"
to = "B"
within = "5000 days"
""" for n in range(20))


def run(*arguments):
    return subprocess.run([detente, *arguments], capture_output=True, text=True, check=True).stdout


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    pathlib.Path("text.toml").write_text(TEXT)
    run("key", "A", "--out", "A.key")
    run("sign", "text.toml", "--ledger", "l.ledger", "--key", "A.key")
    board = subprocess.Popen([detente, "serve", "l.ledger", "--listen", "127.0.0.1:0", "--public", "all"],
                             stdout=subprocess.PIPE, text=True)
    base = board.stdout.readline().split()[4]
    stop, times, errors, writes = time.monotonic() + seconds, [], [], []
    day = time.strftime("%Y-%m-%d", time.gmtime())

    def read(number):
        while time.monotonic() < stop:
            start = time.monotonic()
            try:
                with urllib.request.urlopen(base + ("" if number % 2 else "timeline"), timeout=30) as answer:
                    page = answer.read()
                    if not page.endswith(b"</html>"):
                        errors.append("a page was cut off")
                times.append(time.monotonic() - start)
            except Exception as error:
                errors.append(repr(error))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    number = 0
    while time.monotonic() < stop:
        event = {"id": f"e{number}", "kind": "report", "by": "A", "on": f"F{number % 20}", "occurred": day}
        pathlib.Path("event.json").write_text(json.dumps(event))
        start = time.monotonic()
        run("record", "l.ledger", "event.json", "--key", "A.key")
        writes.append(time.monotonic() - start)
        number += 1
    for thread in threads:
        thread.join()
    time.sleep(3)
    with urllib.request.urlopen(base + "status.json") as answer:
        shown = json.load(answer)
    board.terminate()
    result = json.loads(run("verify", "l.ledger", "--json"))
    times.sort()
    print(f"{readers} readers, {seconds:.0f} s: {len(times)} pages, {len(times) / seconds:.0f} a second, errors {len(errors)}")
    print(f"page: median {times[len(times) // 2] * 1000:.0f} ms, 99 in 100 under {times[len(times) * 99 // 100] * 1000:.0f} ms")
    print(f"writer: {len(writes)} events by `detente record`, median {statistics.median(writes) * 1000:.0f} ms each")
    print(f"verify: {result['entries']} entries, findings {len(result['findings'])}; board shows {len(shown['commitments'])} items")
    for error in errors[:3]:
        print(error)
    sys.exit(1 if errors or result["findings"] else 0)
