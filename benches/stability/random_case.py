"""A random conflict of three parties as gmcr-case/1 on standard output: OPTIONS dealt out in turn, nothing infeasible,
rankings by twice as many random statements. Usage: random_case.py OPTIONS (which is the seed as well)"""
import json
import random
import sys

options = int(sys.argv[1])
random.seed(options)
parties = ["A", "B", "C"]


def ranking():
    statements = []
    for option in random.sample(range(options), options):
        statement = {f"o{option}": random.randint(0, 1)}
        statement[f"o{random.randrange(options)}"] = random.randint(0, 1)
        statements.append(statement)
        statements.append({f"o{option}": random.randint(0, 1)})
    return statements


print(json.dumps({
    "schema": "gmcr-case/1",
    "id": "random",
    "title": f"Random conflict of {options} options",
    "decision_makers": [{"id": party} for party in parties],
    "options": [{"id": f"o{i}", "owner": parties[i % 3]} for i in range(options)],
    "preferences": {party: {"priorities": ranking()} for party in parties},
}))
