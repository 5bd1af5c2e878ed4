"""Tests of the second checker: it accepts what the program proves, and refuses every corruption that the program refuses.

    DETENTE=target/release/detente python3 checker/test_verify.py

DETENTE names the program that makes proofs and is compared with (default: `target/release/detente`, else `target/debug/detente`).
RANDOM_CASES says how many random cases are solved (default 150). Every random choice has a seed.
"""

import ast
import contextlib
import copy
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "checker"))
import random_case  # noqa: E402
import verify  # noqa: E402

sys.setrecursionlimit(5000)
BUILT = [ROOT / "target" / kind / "detente" for kind in ("release", "debug")]
DETENTE = os.environ.get("DETENTE") or next((str(path) for path in BUILT if path.exists()), "detente")
WITNESSES = ROOT / "crates" / "proof" / "tests" / "proofs"

# What is asked of the bundled cases, and what kind of proof comes out.
QUESTIONS = [
    ("ceasefire", [], "possible"),
    ("korea-2020", [], "possible"),
    ("korea-2020", ["--variant", "no-contact"], "possible"),
    ("korea-prototype", [], "possible"),
    ("korea-toy", [], "possible"),
    ("korea-toy", ["--variant", "no-snapback"], "impossible"),
    ("river", [], "possible"),
    ("river", ["--variant", "no-payment"], "impossible"),
    ("river", ["--variant", "no-data"], "impossible"),
    ("river", ["--variant", "dam-stays-empty"], "impossible"),
    ("tariff-truce", [], "possible"),
    ("faults/chance-needs-refused.toml", [], "possible"),
    ("faults/chance-path-promise-refused.toml", [], "possible"),
    ("faults/gov.toml", [], "possible"),
    ("faults/no-equilibrium.toml", [], "impossible"),
    ("faults/undecided-irreversible.toml", [], "impossible"),
    ("faults/w1.toml", [], "impossible"),
    ("faults/why-misses.toml", [], "impossible"),
    ("faults/worlds.toml", [], "possible"),
]


# A small case, and ways to write a case: what is put in the place of what, what is added, and the arguments of `detente solve`.
SMALL = """[case]
title = "small"
period = "a period"
target = "x = yes and y = yes"
[parties.a]
name = "Anna"
discount = "1/2"
[parties.b]
name = "Ben"
discount = "2/3"
[issues.x]
party = "a"
name = "X"
levels = ["no", "yes"]
today = "no"
[issues.y]
party = "b"
name = "Y"
levels = ["no", "yes", "more"]
today = "no"
[[values]]
party = "a"
when = "y = yes"
worth = 3
[[values]]
party = "a"
when = "x = yes"
worth = -1
[[values]]
party = "b"
when = "x = yes"
worth = 3
[[values]]
party = "b"
when = "y = yes"
worth = -1
"""
GROWING = '[[values]]\nparty = "a"\nwhen = "y  =  yes"\nworth = {{ low = -9, likely = "{}", high = 9, grows = "{}% a period" }}\n'
TWO = '[variants.f]\nname = "f"\nfixed = { y = "yes" }\n[variants.g]\nname = "g"\nmoves = { y = "free" }\ntoday = { x = "yes" }\n'
WAYS_TO_WRITE = {
    "line ends of Windows": ("\n", "\r\n", "", []),
    "byte order mark": ("[case]", "\ufeff[case]", "", []),
    "quoted names": ("[issues.y]", '[issues."y"]', "", []),
    "hexadecimal whole number": ('name = "Anna"', 'name = "Anna"\npace = 0x1', "", []),
    "underscores and exponents": ("worth = 3", "worth = +3_0.0_0e-1", "", []),
    "numbers far apart": ("worth = 3", "worth = 3e5", "", []),
    "a condition on several lines": ('"y = yes"', '"""\n y = yes\n or\ty = more"""', "", []),
    "to the right and from the left": ('"y = yes"', '"y = yes iff x = no iff y = no or x = yes and y = more implies x = no implies y = no"', "", []),
    "not not not": ('"y = yes"', '"not not not y != yes"', "", []),
    "the second of a key": ("", "", GROWING.format(1, 5), ["--set", "worth.a.[y = yes]#2=0.7"]),
    "half a millionth below 0": ("", "", GROWING.format("-0.0000005", 100), ["--later", "1", "--beyond-range"]),
    "growth is rounded once": ("", "", GROWING.format("1/3", "7.77"), ["--later", "3", "--beyond-range"]),
    "held, then free": ("", "", TWO, ["--variant", "f", "--variant", "g"]),
    "free, then held": ("", "", TWO, ["--variant", "g", "--variant", "f"]),
    "no chance moves what is held": ("", "", TWO + '[[chances]]\nname = "c"\nissue = "y"\nto = "more"\nchance = 0.3\n', ["--variant", "f"]),
    "a type's own discount factor": ("[issues.x]", "[parties.a.types.t]\nprior = 1\ndiscount = 0.9\n[issues.x]",
                                     '[variants.f]\nname = "f"\ndiscount = { a = 0.1 }\n', ["--variant", "f"]),
    "no way back below": ('"more"]', '"more"]\nremains = "yes"\nmoves = "step"', "", []),
    "a cost with level and direction": ("", "", '[[costs]]\nparty = "a"\nissue = "y"\nto = "yes"\ndirection = "down"\ncost = "-1/7"\n', []),
}


def solve(case, arguments, folder):
    """The bytes of the proof that the program writes, or None where nothing was proved or the case is refused."""
    proof = Path(folder) / "proof.json"
    proof.unlink(missing_ok=True)
    run = subprocess.run([DETENTE, "solve", str(case), "--proof", str(proof), *arguments], capture_output=True, text=True)
    if run.returncode not in (0, 1, 3):
        raise AssertionError(f"{case} {arguments}: {run.stdout}{run.stderr}")
    return proof.read_bytes() if proof.exists() else None


def answer(data, case_text=None):
    """"accepted", or the refusal of the second checker; any other exception is a fault of it."""
    try:
        if case_text is None:
            case_text = json.loads(data)["case"]["text"].encode()
        verify.verify(case_text, "the case", data)
        return "accepted"
    except verify.Refused as refusal:
        return str(refusal)


def answer_of_program(data, folder):
    """The same of the program."""
    path = Path(folder) / "changed.json"
    path.write_bytes(data)
    run = subprocess.run([DETENTE, "verify", str(path)], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise AssertionError(f"{run.returncode}: {run.stdout}{run.stderr}")
    return "accepted" if run.returncode == 0 else re.sub(r"^REFUSED\s+", "", run.stdout.partition("\n\n")[0])


def sealed(proof):
    """The bytes of a proof with hashes that fit its content."""
    proof = {**proof, "case": {**proof["case"], "hash": verify.sha256(proof["case"]["text"].encode())}, "hash": ""}
    data = json.dumps(proof, ensure_ascii=False, separators=(",", ":")) + "\n"
    return (data[:-4] + f'"{verify.sha256(data.encode())}"}}\n').encode()


def places(value, path=()):
    """The paths to all numbers, texts and lists in a document."""
    if isinstance(value, (dict, list)):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        if isinstance(value, list):
            yield path
        for key, entry in entries:
            yield from places(entry, (*path, key))
    else:
        yield path


def at(document, path):
    for key in path:
        document = document[key]
    return document


def with_entry(document, path, value):
    """A copy with another value at a path."""
    document = copy.deepcopy(document)
    at(document, path[:-1])[path[-1]] = value
    return document


def corruptions(proof, pick, most):
    """Sealed proofs with one thing changed each: (what, bytes). All where there are at most `most`, else some at random."""
    body, game = [], max(proof["body"].get("automaton", {}).get("state", [4])) + 1
    for path in places(proof["body"], ("body",)):
        value = at(proof, path)
        if isinstance(value, list):
            if value:
                body += [(path, value[:-1]), (path, value[1:]), (path, value + value[-1:]), (path, [])]
        elif isinstance(value, int):
            body += [(path, number) for number in (value + 1, value - 1, pick.randrange(game), 0, value * 2 + 1, 10**6)]
        else:
            body += [(path, text) for text in (value + "0", "-" + value, "0")]
    # Whole columns, so that a redirected node still stands in the right state.
    plan = proof["body"].get("automaton")
    if plan:
        for node, state in enumerate(plan["target"]):
            body += [(("body", "automaton", "next", node), other) for other, here in enumerate(plan["state"]) if here == state]
        for party, pairs in enumerate(plan["answers"]):
            for number, (state, _) in enumerate(pairs):
                body += [(("body", "automaton", "answers", party, number, 1), other)
                         for other, here in enumerate(plan["state"]) if here == state]
    for path, value in body if len(body) <= most else pick.sample(body, most):
        if at(proof, path) != value:
            yield f"{path} = {str(value)[:60]}", sealed(with_entry(proof, path, value))
    for path in [*places(proof["claim"], ("claim",)), *places(proof["world"], ("world",))]:
        value = at(proof, path)
        texts = ["", "true", "false", f"not ({value})", f"{value} "]
        for other in {str: texts, int: [1, 3], list: [[], ["nothing"]]}[type(value)]:
            if other != value:
                yield f"{path} = {other}", sealed(with_entry(proof, path, other))
    for world in ({"judgements": {"discount.nobody": "0.5"}}, {"types": {"nobody": "none"}}, {"variants": ["none"]}):
        yield f"world {world}", sealed({**proof, "world": {**proof["world"], **world}})
    for party in re.findall(r"^\[parties\.(\w+)\]", proof["case"]["text"], re.M):
        for number in ("0", "0.05", "0.3", "0.99", "1"):
            changed = {**proof["world"]["judgements"], f"discount.{party}": number}
            yield f"{party} has {number}", sealed({**proof, "world": {**proof["world"], "judgements": dict(sorted(changed.items()))}})


class WithFolder(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def same_answers(self, changed):
        """Both checkers accept the same; gives how many were refused and how many accepted. A game that the program finds too large
        is left out."""
        refused = accepted = 0
        for what, data in changed:
            own, programs = answer(data), answer_of_program(data, self.folder)
            if programs.startswith("too large"):
                continue
            self.assertEqual(own == "accepted", programs == "accepted", f"{what}\nprogram: {programs}\nchecker: {own}")
            refused, accepted = refused + (own != "accepted"), accepted + (own == "accepted")
        return refused, accepted


class RightProofs(WithFolder):
    def test_what_the_program_proves_of_the_bundled_cases_is_accepted(self):
        for case, arguments, kind in QUESTIONS:
            with self.subTest(case=case, arguments=arguments):
                data = solve(ROOT / "cases" / case, arguments, self.folder)
                self.assertIn(f'"claim":{{"{kind}":', data.decode())
                path = ROOT / "cases" / case
                text = (path / "case.toml" if path.is_dir() else path).read_bytes()
                self.assertEqual(answer(data, text), "accepted")

    def test_the_proofs_that_are_kept_with_the_program_are_accepted(self):
        files = sorted(WITNESSES.glob("*.json"))
        self.assertGreaterEqual(len(files), 5)
        for file in files:
            with self.subTest(file=file.name):
                self.assertEqual(answer(file.read_bytes()), "accepted")

    def test_a_case_may_be_written_in_many_ways(self):
        case = Path(self.folder) / "case.toml"
        for name, (old, new, added, arguments) in WAYS_TO_WRITE.items():
            with self.subTest(name):
                text = (SMALL.replace(old, new) if old else SMALL) + added
                case.write_text(text, newline="", encoding="utf-8")
                self.assertEqual(answer(solve(case, arguments, self.folder), text.encode()), "accepted")

    def test_what_the_program_proves_of_random_cases_is_accepted(self):
        count, found = int(os.environ.get("RANDOM_CASES", "150")), {"possible": 0, "impossible": 0}
        for seed in range(count):
            text, arguments = random_case.random_case(seed)
            case = Path(self.folder) / "random.toml"
            case.write_text(text)
            data = solve(case, ["--seconds", "5", *arguments], self.folder)
            if data is not None:
                self.assertEqual(answer(data, text.encode()), "accepted", f"seed {seed}")
                found[next(iter(json.loads(data)["claim"]))] += 1
        self.assertGreater(found["possible"], count // 4)
        self.assertGreater(found["impossible"], count // 10)


class WrongProofs(WithFolder):
    def small(self):
        for name in ("carrot-stick", "chance-settlement", "irreversible"):
            yield name, json.loads((WITNESSES / f"{name}.witness.json").read_bytes())

    def test_cuts_and_changed_bytes_are_refused(self):
        for name, proof in self.small():
            data, text = sealed(proof), proof["case"]["text"].encode()
            for place in range(0, len(data), 1 if len(data) < 2000 else 13):
                for changed in (data[:place], data[:place] + b" " + data[place:], data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]):
                    self.assertNotEqual(answer(changed, text), "accepted", f"{name}: byte {place}")

    def test_wrong_shapes_are_refused(self):
        for name, proof in self.small():
            text = proof["case"]["text"].encode()
            paths = list(places(proof))
            for path in random.Random(26).sample(paths, min(len(paths), 150)):
                for wrong in (None, True, 1.0, "1", -1, 2**64, [], {}, [[]], "\ud800"):
                    if wrong == at(proof, path) and type(wrong) is type(at(proof, path)):
                        continue
                    if path[:2] == ("case", "text") or path == () or (wrong == "1" and isinstance(at(proof, path), str)):
                        continue
                    if wrong == [] and isinstance(at(proof, path), list) or isinstance(wrong, int) and isinstance(at(proof, path), int):
                        continue
                    document = json.dumps(with_entry(proof, path, wrong), separators=(",", ":"))
                    self.assertNotEqual(answer(document.encode() + b"\n", text), "accepted", f"{name}: {path} = {wrong}")

    def test_doubled_and_unknown_names_and_strange_files_are_refused(self):
        for name, proof in self.small():
            data, text = sealed(proof), proof["case"]["text"].encode()
            doubled = [re.sub(rb'"%s":' % field, rb'"%s":0,"%s":' % (field, field), data, count=1)
                       for field in (b"format", b"text", b"world", b"claim", b"body", b"hash", b"types")]
            unknown = [sealed({**proof, "more": 1}), sealed(with_entry(proof, ("world", "more"), 1))]
            strange = [b"", b"{}", b"[]", b"null", b"1", b"\xff", b"\xef\xbb\xbf" + data, data + data, b"[" * 100_000, b"1" * 100_000,
                       b'{"kind":"set-membership"}', b'{"schema":"detente-stability-proof/2"}', b"NaN", b'{"format":NaN}']
            for changed in doubled + unknown + strange:
                with self.subTest(name=name, start=changed[:60]):
                    try:
                        self.assertRegex(answer(changed, text), "^the file: ")
                    except RecursionError:  # `main` says so in a sentence; see the test of the call
                        self.assertEqual(changed, b"[" * 100_000)

    def test_small_proofs_with_anything_changed_get_the_answer_of_the_program(self):
        pick = random.Random(24)
        refused = accepted = 0
        for name, proof in self.small():
            counted = self.same_answers(corruptions(proof, pick, 250))
            refused, accepted = refused + counted[0], accepted + counted[1]
        self.assertGreater(refused, 400)
        self.assertGreater(accepted, 0)

    def test_proofs_of_random_cases_with_anything_changed_get_the_answer_of_the_program(self):
        pick, refused, accepted = random.Random(25), 0, 0
        for seed in range(1000, 1000 + int(os.environ.get("RANDOM_CASES", "150")) // 6):
            text, arguments = random_case.random_case(seed)
            case = Path(self.folder) / "random.toml"
            case.write_text(text)
            data = solve(case, ["--seconds", "5", *arguments], self.folder)
            if data is not None:
                counted = self.same_answers((f"seed {seed}: {what}", changed) for what, changed in corruptions(json.loads(data), pick, 12))
                refused, accepted = refused + counted[0], accepted + counted[1]
        self.assertGreater(refused, accepted)

    def test_a_state_without_a_node_and_a_move_that_the_rules_forbid_are_refused(self):
        text = SMALL.replace('"yes", "more"]', '"yes"]')
        world = {"variants": [], "judgements": {}, "periods_later": 0, "types": {}}
        claim = {"possible": {"target": "x = no", "settlement": ["no", "no"]}}

        def proof(text, states):
            back = [[state, state] for state in range(states)]
            plan = {"start": 0, "state": list(range(states)), "target": [0] * states, "next": [0] * states,
                    "answers": [back, back], "fallback": [], "promises": [[], []]}
            return sealed({"format": verify.FORMAT, "case": {"hash": "", "text": text}, "world": world, "claim": claim,
                           "body": {"automaton": plan}, "hash": ""})

        # Nobody does anything, and everybody goes back to that. Only both together can come to the last state.
        forward = text.replace('today = "no"', 'today = "no"\nmoves = "forward"', 1)
        for data, says in ((proof(text, 4), "accepted"), (proof(text, 3), "a field: state: no node stands in .x = yes, y = yes"),
                           (proof(forward, 4), "a planned move cannot be made: node 1")):
            self.assertRegex(answer(data), says)
            self.assertEqual(answer_of_program(data, self.folder).split(":")[0], says.split(":")[0])

    def test_another_case_is_refused(self):
        for name, proof in self.small():
            text = proof["case"]["text"]
            self.assertRegex(answer(sealed(proof), text.encode() + b"\n"), "^the case: the proof speaks of the case")
            numbers = list(re.finditer(r"(?<=worth = )-?\d+|(?<=discount = )0\.\d+", text))
            self.assertGreater(len(numbers), 3)
            changed = [text[: number.start()] + other + text[number.end():] for number in numbers for other in ("0.1", "0.99", "0")]
            changed += [text.replace('moves = "forward"', 'moves = "free"'), text + "[more]\n", text[:-5], text.replace("[issues", "[isues")]
            counted = self.same_answers((f"{name}: {number}", sealed(with_entry(proof, ("case", "text"), other)))
                                        for number, other in enumerate(changed))
            self.assertGreater(counted[0], 6)


class Calls(WithFolder):
    def test_the_checker_stays_short_and_needs_only_the_standard_library(self):
        source = Path(verify.__file__).read_text()
        parsed, comments = ast.parse(source), set()
        for part in ast.walk(parsed):
            if isinstance(part, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(part):
                comments |= set(range(part.body[0].lineno, part.body[0].end_lineno + 1))
        lines = enumerate(source.splitlines(), 1)
        code = [line for number, line in lines if number not in comments and line.strip() and not line.strip().startswith("#")]
        self.assertLess(len(code), 800)
        used = {name.name for part in ast.walk(parsed) if isinstance(part, ast.Import) for name in part.names}
        used |= {part.module for part in ast.walk(parsed) if isinstance(part, ast.ImportFrom)}
        self.assertLessEqual(used, sys.stdlib_module_names)
        self.assertNotIn("float(", source)

    def call(self, *arguments):
        run = subprocess.run([sys.executable, str(ROOT / "checker" / "verify.py"), *map(str, arguments)], capture_output=True, text=True)
        self.assertNotIn("Traceback", run.stderr)
        return run

    def test_exit_codes_are_those_of_the_program(self):
        proof = json.loads((WITNESSES / "carrot-stick.witness.json").read_bytes())
        case, good, bad = (Path(self.folder) / name for name in ("case.toml", "good.json", "bad.json"))
        case.write_text(proof["case"]["text"], newline="")
        good.write_bytes(sealed(proof))
        run = self.call(case, good)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertRegex(run.stdout, "^POSSIBLE, verified: .*\nWorld: the case as written.\n13 nodes")
        self.assertEqual(self.call(self.folder, good).returncode, 0)
        for data in (b"", b"[" * 200_000, good.read_bytes()[:-9], b"\x00", sealed(with_entry(proof, ("body", "automaton", "start"), 1))):
            bad.write_bytes(data)
            run = self.call(case, bad)
            self.assertEqual((run.returncode, run.stderr), (1, ""))
            self.assertRegex(run.stdout, "^REFUSED  [a-z ]+: .+\n\nA refused proof says nothing")
        for call in ((), (case,), (case, good, good), (case, "nowhere.json"), ("nowhere.toml", good)):
            self.assertEqual(self.call(*call).returncode, 2)
        deep = {"text": proof["case"]["text"] + "[sources]\nx = " + "[" * 50_000, "hash": ""}
        bad.write_bytes(sealed({**proof, "case": deep}))
        case.write_text(deep["text"], newline="")
        self.assertEqual(self.call(case, bad).returncode, 1)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        unittest.main(verbosity=2)
