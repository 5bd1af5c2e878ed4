"""Gap against time for three to five parties, as CSV (standard library only). Each game is asked for ever smaller gaps, until
one is not reached. Usage: gaps.py [SECONDS], the most for each question. Run from the repository after
`cargo build --release -p detente-cli`."""
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
detente = "target/release/detente"
published = Path("cases/literature/games")


def steps(parties, most):
    """The published step game for more parties: each may hold, go one on or go one back; a step costs its party 1 a
    period and is worth 3 in all to the others, shared alike. Payoffs are those of the state before the move."""
    places = list(itertools.product(range(most + 1), repeat=parties))
    number = {place: k for k, place in enumerate(places)}
    states = []
    for place in places:
        moves = [[to for to in (at, at + 1, at - 1) if 0 <= to <= most] for at in place]
        worth = [3 * (sum(place) - own) / (parties - 1) - own for own in place]
        profiles = []
        for actions in itertools.product(*(range(len(options)) for options in moves)):
            to = tuple(options[action] for options, action in zip(moves, actions))
            profiles.append({"a": list(actions), "u": worth, "next": {str(number[to]): 1.0}})
        states.append({"actions": [len(options) for options in moves], "profiles": profiles})
    return {"schema": "dyngame/1", "name": f"steps{parties}_k{most}", "players": parties, "states": len(states),
            "profiles": sum(len(state["profiles"]) for state in states), "discount": 0.8, "discount_exact": "4/5",
            "state": states}


def main():
    print("game,asked,seconds,inner_gap,outer_gap,why")
    with tempfile.TemporaryDirectory() as folder:
        files = [published / f"{name}.json" for name in
                 ("contrib3_1s", "contrib3_2s", "contrib5_1s", "rs3_e3_c1_d60", "rs3_e3_c3_d60")]
        for parties, most in ((3, 1), (4, 1), (5, 1), (3, 2)):
            game = steps(parties, most)
            file = Path(folder) / f"{game['name']}.json"
            file.write_text(json.dumps(game))
            files.append(file)
        for file in files:
            for gap in ("1e-1", "1e-2", "1e-4", "1e-6"):
                start = time.time()
                run = subprocess.run([detente, "set", file, "--json", "--gap", gap, "--seconds", seconds],
                                     capture_output=True, text=True, check=False)
                took = time.time() - start
                if not run.stdout:
                    print(f"{file.stem},{gap},{took:.2f},,,{run.stderr.strip()}", flush=True)
                    break
                told = json.loads(run.stdout)
                print(f"{file.stem},{gap},{took:.2f},{told['inner_gap']},{told['outer_gap']},{told['stop']}", flush=True)
                if told["stop"] not in ("gap reached", "exact"):
                    break


main()
