"""Writes series of games that grow, as dyngame/1 files with rules (standard library only)."""
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])


def write(name, players, discount, rule, parameters):
    game = {"schema": "dyngame/1", "name": name, "players": players, "discount_exact": discount,
            "rule": rule, "rule_parameters": parameters}
    (folder / f"{name}.json").write_text(json.dumps(game))


for n in (100, 200, 300, 500):
    write(f"cournot{n}", 2, "4/5", "Cournot duopoly: q1, q2 evenly spaced on [0,6]", {"n": n})
for e in (17, 33, 65):
    write(f"rs_e{e}_c2", 2, "7/10", "risk sharing of two", {"E": e, "c": 2})
for k in (3, 6, 9, 14):
    write(f"steps_k{k}", 2, "4/5", "steps", {"K": k})
