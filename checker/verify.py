#!/usr/bin/env python3
"""A second checker of proofs: anybody can read it, and it shares no line with the program.

    python3 checker/verify.py CASE PROOF

CASE is a case file, or a folder with `case.toml` in it; PROOF was written by `detente solve CASE --proof PROOF`.
Everything is rebuilt from the text of the case and tested in exact arithmetic (whole numbers and fractions); nothing is
searched for, and no float is ever made. What a proof is, and why the tests below suffice, is said in `docs/proofs.md`;
the numbers of sections in the comments are those of that page.

Exit code 0: verified. 1: refused, with a sentence. 2: the call is wrong.

One idea keeps this short and fast: a set of states is one whole number, in which bit s says whether state s is in the set.
"And", "or" and "not" of conditions are then `&`, `|` and `^` of numbers with as many bits as there are states.
"""

import hashlib
import json
import re
import sys
import tomllib
from fractions import Fraction
from itertools import accumulate
from math import lcm, prod
from pathlib import Path

FORMAT = "detente-proof/1"
LARGEST_PROOF = 256 * 1024 * 1024
MOST_STATES = 16_000_000
FINEST_UNIT = 1 << 20
FINEST_GRID = 1 << 40
DEEPEST_CONDITION = 200


class Refused(Exception):
    """Why a proof is refused: a heading that says what kind of fault it is, and a sentence."""

    def __init__(self, heading, sentence):
        super().__init__(f"{heading}: {sentence}")


# ------------------------------------------------------------------------------------------ section 1: the file

WHOLE = (0, 2**32 - 1)
BOUND = (-(2**63), 2**63 - 1)
PAIRS = [[WHOLE]]  # lists of [state, node]; that there are two is checked where they are read
BOUNDS = {"high": [[BOUND]], "low": [[BOUND]], "pairs?": [
    {"first": WHOLE, "second": WHOLE, "weights": [WHOLE], "high": [BOUND], "low": [BOUND]}]}
# The shape of a proof: `str` a text, (least, most) a whole number, [shape] a list, {name: shape} an object with just these
# names in this order (with `?` one that may be left out), ("any of", shapes…), ("by name", shape) an object with any names.
SHAPE = {
    "format": str,
    "case": {"hash": str, "text": str},
    "world": {"variants": [str], "judgements": ("by name", str), "periods_later": WHOLE, "types": ("by name", str)},
    "claim": ("any of", {"possible": {"target": str, "settlement": [str]}}, {"impossible": {"target": str}}),
    "body": ("any of",
             {"automaton": {"start": WHOLE, "state": [WHOLE], "target": [WHOLE], "next": [WHOLE], "answers": [PAIRS],
                            "fallback": PAIRS, "promises": [[str]]}},
             {"bounds": {"grid": (1, FINEST_GRID), "stages": [BOUNDS], "without_equilibrium?": WHOLE}}),
    "hash": str,
}


def read_proof(data):
    """The content of a file, once its bytes, its shape and its two hashes are what they must be."""
    if len(data) > LARGEST_PROOF:
        raise Refused("the file", f"it has {len(data)} bytes; at most {LARGEST_PROOF} are read")

    def object_of(pairs):
        named = dict(pairs)
        if len(named) < len(pairs):
            raise Refused("the file", "an object has the same name twice")
        return named

    def no_number(text):
        raise Refused("the file", f"`{text}` is not a whole number")

    try:
        text = data.decode("utf-8")
        proof = json.loads(text, object_pairs_hook=object_of, parse_float=no_number, parse_constant=no_number)
        written = json.dumps(proof, ensure_ascii=False, separators=(",", ":")) + "\n"
        same = written.encode("utf-8") == data
    except ValueError as error:  # no UTF-8, no JSON, a number of thousands of digits, half a surrogate pair
        raise Refused("the file", f"this is not a proof of this format: {error}") from None
    for other, is_other in (("set proof", "kind"), ("stability certificate", "schema")):
        if isinstance(proof, dict) and is_other in proof and "format" not in proof:
            raise Refused("the file", f"a {other} is about an explicit game or conflict, not about a case; "
                                      "`detente verify` checks it, this checker does not")
    check_shape(proof, SHAPE, "the proof")
    if proof["format"] != FORMAT:
        raise Refused("the file", f"the format is not `{FORMAT}`")
    if not same:
        raise Refused("the file", "its bytes are not those that its content is written as; it was changed or rewritten")
    ending = json.dumps(proof["hash"], ensure_ascii=False).encode() + b"}\n"
    if sha256(data[: -len(ending)] + b'""}\n') != proof["hash"]:
        raise Refused("the file", "`hash` is not that of the content; the file was changed")
    if sha256(proof["case"]["text"].encode()) != proof["case"]["hash"]:
        raise Refused("the file", "`case.hash` is not that of the text of the case")
    return proof


def check_shape(value, shape, place):
    """Refuses a value that has not the shape."""
    def need(holds, wanted):
        if not holds:
            raise Refused("the file", f"this is not a proof of this format: {place} is not {wanted}")

    if shape is str:
        need(type(value) is str, "a text")
    elif isinstance(shape, list):
        need(type(value) is list, "a list")
        if isinstance(shape[0], tuple) and shape[0] in (WHOLE, BOUND):
            least, most = shape[0]
            need(all(type(entry) is int and least <= entry <= most for entry in value),
                 f"a list of whole numbers from {least} to {most}")
        else:
            for number, entry in enumerate(value):
                check_shape(entry, shape[0], f"{place}[{number}]")
    elif isinstance(shape, dict):
        need(type(value) is dict, "an object")
        wanted = [name.rstrip("?") for name in shape if name in shape and (name[-1] != "?" or name[:-1] in value)]
        need(list(value) == wanted, f"an object with the names {', '.join(wanted)} in this order")
        for name, entry in value.items():
            check_shape(entry, shape.get(name) or shape[name + "?"], f"{place}.{name}")
            need(name + "?" not in shape or entry != [], f"without an empty `{name}`")
    elif shape[0] == "by name":
        need(type(value) is dict and list(value) == sorted(value), "an object with its names in order")
        for name, entry in value.items():
            check_shape(entry, shape[1], f"{place}.{name}")
    elif shape[0] == "any of":
        names = {name: one for one in shape[1:] for name in one}
        need(type(value) is dict and len(value) == 1 and next(iter(value)) in names, f"one of {', '.join(names)}")
        check_shape(value, names[next(iter(value))], place)
    else:
        need(type(value) is int and shape[0] <= value <= shape[1], f"a whole number from {shape[0]} to {shape[1]}")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# ------------------------------------------------------------------------------ sections 2 and 3: the case in a world

class Decimal(str):
    """A decimal of the case file as it is written."""


def wrong(sentence):
    raise Refused("the case", sentence)


def exact(written):
    """The exact value of a number of the case file: a decimal, a whole number, or a text with one or with a fraction."""
    if type(written) not in (int, str, Decimal):
        wrong("a number is missing")
    text = str(written).strip()
    if len(text) > 64:
        wrong("a number has more than 64 characters")

    def decimal(text):
        parts = re.fullmatch(r"([+-]?)([0-9_]*)\.?([0-9_]*)(?:[eE]([+-]?[0-9]+))?", text)
        digits = (parts[2] + parts[3]).replace("_", "") if parts else ""
        if not digits or (power := int(parts[4] or 0)) not in range(-60, 61):
            wrong(f"`{text}` is not a number that is read")
        value = int(digits) * Fraction(10) ** (power - len(parts[3].replace("_", "")))
        return -value if parts[1] == "-" else value

    above, slash, below = text.partition("/")
    below = decimal(below.strip()) if slash else Fraction(1)
    if below == 0:
        wrong(f"`{text}` divides by 0")
    return decimal(above.strip()) / below


class Table:
    """A table of the case file: every field in it is read, or known to play no part, or refused."""

    def __init__(self, place, entries, read, passed_over=""):
        if not isinstance(entries, dict):
            wrong(f"{place} is not a table")
        for name in entries:
            if name not in read.split() and name not in passed_over.split():
                wrong(f"{place}: the checker does not know the field `{name}`")
        self.place, self.entries = place, entries

    def __contains__(self, name):
        return name in self.entries

    def get(self, name, kind, otherwise=None):
        """The field, of that kind; `otherwise` where it is left out, and a refusal where that is `...`."""
        if name not in self.entries:
            return wrong(f"{self.place}: `{name}` is missing") if otherwise is ... else otherwise
        value = self.entries[name]
        if kind is not None and type(value) is not kind:
            wrong(f"{self.place}: `{name}` is not a {kind.__name__}")
        return value

    def whole(self, name, otherwise=None):
        value = self.get(name, int, otherwise)
        return value if value is None or 0 <= value < 2**32 else wrong(f"{self.place}: `{name}` is too large or below 0")

    def tables(self, name, read, passed_over=""):
        for key, entries in self.get(name, dict, {}).items():
            yield key, Table(f"{name} `{key}`", entries, read, passed_over)

    def rows(self, name, read, passed_over=""):
        return [Table(f"one of `{name}`", row, read, passed_over) for row in self.get(name, list, [])]

    def texts(self, name):
        texts = self.get(name, dict, {})
        return texts.items() if all(type(text) is str for text in texts.values()) else wrong(f"{self.place}: `{name}`")


class Judgements:
    """All numbers of a case by their keys; a world may set them."""

    def __init__(self):
        self.values, self.growth, self.times = {}, {}, {}

    def add(self, key, written):
        """Files a number and gives its key: the second of the same key gets `#2`, and so on."""
        self.times[key] = self.times.get(key, 0) + 1
        key += f"#{self.times[key]}" if self.times[key] > 1 else ""
        if key in self.values:
            wrong(f"two numbers have the key `{key}`")
        if isinstance(written, dict):
            table = Table(f"the judgement `{key}`", written, "likely grows", "low high because source by")
            grows = table.get("grows", str)
            if grows is not None:
                words = grows.split()
                if len(words) != 3 or words[0][-1] != "%" or words[1:] != ["a", "period"]:
                    wrong(f"`{grows}` is not a growth rate")
                self.growth[key] = exact(words[0][:-1]) / 100
            written = table.get("likely", None, ...)
        self.values[key] = exact(written)
        return key

    def set(self, key, value):
        if key not in self.values:
            wrong(f"unknown judgement `{key}`")
        self.values[key] = value

    def let_time_pass(self, periods):
        for key, share in self.growth.items() if periods else ():
            millionths = self.values[key] * (1 + share) ** periods * 1_000_000
            whole = int(abs(millionths) + Fraction(1, 2))  # halves away from 0
            self.values[key] = Fraction(whole if millionths > 0 else -whole, 1_000_000)


class Issue:
    """An issue: its levels, who moves it and how. `low`, `count` and `stride` say how it enters the number of a state."""

    def __init__(self, name, levels):
        self.name, self.levels = name, levels
        self.owner = self.today = self.speeds = self.remains = None
        self.needs = {}
        self.low, self.count, self.stride = 0, 1, 1

    def level(self, name):
        return self.levels.index(name) if name in self.levels else wrong(f"unknown level `{name}` of `{self.name}`")

    def moves(self, before, after):
        """Whether its owner may take it from one level to another in one period, `needs` set aside."""
        up, down = self.speeds
        if after >= before:
            return after - before <= up
        return before - after <= down and (self.remains is None or before < self.remains or after >= self.remains)

    def find_levels(self, by_chance):
        """The lowest level and the number of levels that moves from today, and chances, can bring about."""
        reached, waiting = set(), [self.today, *by_chance]
        while waiting:
            before = waiting.pop()
            if before not in reached:
                reached.add(before)
                waiting += [after for after in range(len(self.levels)) if self.moves(before, after)]
        self.low, self.count = min(reached), max(reached) - min(reached) + 1


class Party:
    def __init__(self, name, words, pace):
        self.name, self.words, self.pace = name, words, pace
        self.discount = self.of_type = None
        self.issues, self.positions, self.stride = [], 1, 1


def speeds(place, moves):
    """How many levels per period an issue goes up and down."""
    any_number = 10**9
    words = {"free": (any_number, any_number), "step": (1, 1), "forward": (any_number, 0)}
    if isinstance(moves, dict):
        table = Table(place, moves, "up down")
        return table.whole("up", ...), table.whole("down", ...)
    return words[moves] if type(moves) is str and moves in words else wrong(f"{place}: `moves` is not a way to move")


class Game:
    """Section 4: the game of a case in a world. States are whole numbers, and sets of states are bits of one."""

    def __init__(self, text, world):
        try:
            top = tomllib.loads(text, parse_float=Decimal)
        except ValueError as error:
            wrong(f"this is not TOML: {error}")
        case = Table("the case", top, "parties issues values costs endings chances variants",
                     "case sources deals claims preferences infeasible merged")
        numbers = Judgements()
        discounts = self.read_parties(case, world, numbers)
        self.read_issues(case, numbers)
        values, costs, endings, chances = self.name_numbers(case, numbers)
        held = self.enter(case, world, numbers)
        for party, key in zip(self.parties, discounts):
            party.discount = numbers.values[key]
            if not 0 <= party.discount < 1:
                wrong(f"the discount factor of {party.name} is not from 0 to below 1")
        chances = [(row, key) for row, key in chances if self.issue(row.get("issue", str, ...)) not in held]
        self.number_states([(self.issue(row.get("issue", str, ...)), row.get("to", str, ...)) for row, _ in chances])
        for issue in self.issues:
            issue.needs = {issue.level(level): self.condition(when) for level, when in issue.needs.items()}
        self.patterns = [self.need_patterns(party) for party in self.parties]
        self.known_moves, self.known_outcomes = {}, {}
        self.read_values(values, numbers)
        self.costs = [self.cost_rule(row, numbers.values[key]) for row, key in costs]
        self.read_endings(endings, numbers)
        self.chances = []
        for row, key in chances:
            issue = self.issue(row.get("issue", str, ...))
            when = digits(self.condition(row.get("when", str)), self.states)
            self.chances.append((when, issue, issue.level(row.get("to", str)), share(numbers.values[key])))

    # ---- reading

    def party(self, name):
        return find(self.parties, name, "party")

    def issue(self, name):
        return find(self.issues, name, "issue")

    def read_parties(self, case, world, numbers):
        """The parties; gives the key of each one's discount factor."""
        self.parties, keys = [], []
        for name, table in case.tables("parties", "discount pace types", "name short about"):
            party = Party(name, table.entries.get("name", name), table.whole("pace"))
            key = numbers.add(f"discount.{name}", table.get("discount", None, ...))
            types = {}
            for of, typed in table.tables("types", "prior discount", "name about"):
                if "prior" in typed:
                    numbers.add(f"prior.{name}.{of}", typed.get("prior", None))
                own = typed.get("discount", None)
                types[of] = None if own is None else numbers.add(f"discount.{name}.{of}", own)
            party.of_type = world["types"].get(name, next(iter(types), None))
            if party.of_type is not None and party.of_type not in types:
                wrong(f"unknown type `{party.of_type}` of `{name}`")
            keys.append(types.get(party.of_type) or key)
            self.parties.append(party)
        for name in world["types"]:
            self.party(name)
        return keys

    def read_issues(self, case, numbers):
        self.issues = []
        for name, table in case.tables(
                "issues", "party levels today moves needs remains noticed false_alarm persists backfill enforcers",
                "name lag restored about source"):
            levels = table.get("levels", list, ...)
            if not 1 <= len(levels) <= 64 or any(type(level) is not str for level in levels) or len(set(levels)) < len(levels):
                wrong(f"{table.place}: 1 to 64 different levels are read")
            issue = Issue(name, levels)
            owner = table.get("party", str, ...)
            if owner != "nature":
                issue.owner = self.party(owner)
                issue.owner.issues.append(issue)
            elif "moves" in table or table.texts("needs"):
                wrong(f"{table.place}: nature has no `moves` or `needs`")
            issue.today = issue.level(table.get("today", str, ...))
            issue.speeds = (0, 0) if owner == "nature" else speeds(table.place, table.get("moves", None, "free"))
            remains = table.get("remains", str)
            issue.remains = None if remains is None else issue.level(remains)
            issue.needs = dict(table.texts("needs"))
            for field in ("noticed", "false_alarm", "persists", "backfill"):
                if field in table:
                    numbers.add(f"{field}.{name}", table.get(field, None))
            for enforcer, terms in table.tables("enforcers", "share cost benefit", "periods"):
                for field in ("share", "cost", "benefit"):
                    if field in terms:
                        numbers.add(f"enforcers.{name}.{enforcer}.{field}", terms.get(field, None))
            self.issues.append(issue)

    @staticmethod
    def name_numbers(case, numbers):
        """The rows of values, costs, endings and chances, each with the keys of its numbers."""
        values, costs, endings, chances = [], [], [], []
        for row in case.rows("values", "party type when worth issue levels", "about because source"):
            of = row.get("party", str, ...) + (f".{row.get('type', str)}" if "type" in row else "")
            if ("when" in row, "worth" in row, "issue" in row, "levels" in row) == (True, True, False, False):
                key = f"worth.{of}.[{' '.join(row.get('when', str).split())}]"
                keys = [numbers.add(key, row.get("worth", None))]
            elif "issue" in row and "when" not in row and "worth" not in row:
                levels = row.get("levels", dict, {}).items()
                keys = [numbers.add(f"worth.{of}.{row.get('issue', str)}.{level}", worth) for level, worth in levels]
            else:
                wrong("a value has either `when` with `worth`, or `issue` with `levels`")
            values.append((row, keys))
        for row in case.rows("costs", "party issue to direction cost", "about"):
            what = row.get("to", str, row.get("direction", str, "any"))
            key = f"cost.{row.get('party', str, ...)}.{row.get('issue', str, ...)}.{what}"
            costs.append((row, numbers.add(key, row.get("cost", None, ...))))
        for row in case.rows("endings", "name when chance worth"):
            name = row.get("name", str, ...)
            chance = numbers.add(f"chance.[{name}]", row.get("chance", None, ...))
            worths = row.get("worth", dict, {}).items()
            endings.append((row, chance, {of: numbers.add(f"ending.{of}.[{name}]", worth) for of, worth in worths}))
        for row in case.rows("chances", "name when issue to chance"):
            key = f"chance.[{row.get('name', str, ...)}]"
            chances.append((row, numbers.add(key, row.get("chance", None, ...))))
        return values, costs, endings, chances

    def enter(self, case, world, numbers):
        """Section 3: changes what the world changes; gives the issues that are held at one level."""
        numbers.let_time_pass(world["periods_later"])
        variants, held = dict(case.tables("variants", "moves fixed today discount judgements", "name")), []
        for name in world["variants"]:
            variant = variants[name] if name in variants else wrong(f"unknown variant `{name}`")
            for issue, moves in variant.get("moves", dict, {}).items():
                self.issue(issue).speeds = speeds(variant.place, moves)
            for issue, level in variant.texts("today"):
                self.issue(issue).today = self.issue(issue).level(level)
            for issue, level in variant.texts("fixed"):
                issue = self.issue(issue)
                issue.today, issue.speeds = issue.level(level), (0, 0)
                held.append(issue)
            for party, value in variant.get("discount", dict, {}).items():
                numbers.set(f"discount.{party}", exact(value))
            for key, value in variant.get("judgements", dict, {}).items():
                numbers.set(key, exact(value))
        for key, text in world["judgements"].items():
            numbers.set(key, exact(text))
        return held

    def number_states(self, by_chance):
        """Which levels count, and how they enter the number of a state."""
        for issue in self.issues:
            issue.find_levels([issue.level(to) for of, to in by_chance if of is issue])
        for party in self.parties:
            party.positions = prod(issue.count for issue in party.issues)
        stride = 1
        for party in sorted(self.parties, key=lambda party: -party.positions):
            party.stride = stride
            for issue in party.issues:
                issue.stride, stride = stride, stride * issue.count
        self.natures_stride = stride
        for issue in self.issues:
            if issue.owner is None:
                issue.stride, stride = stride, stride * issue.count
        self.states = stride
        if self.states > MOST_STATES:
            raise Refused("too large to check", f"{self.states} states")
        self.everywhere = (1 << self.states) - 1
        self.today = sum((issue.today - issue.low) * issue.stride for issue in self.issues)

    def condition(self, text):
        """The set of states in which a condition holds."""
        if text is None:
            return self.everywhere
        tokens = re.findall(r"[!<>]=|[=<>()]|[^\s=<>!()]+|!", text) + [None]
        at, depth = 0, 0

        def takes(token):
            nonlocal at
            here = tokens[at] == token
            at += here
            return here

        def chain(word, of, join):
            left = of()
            while takes(word):
                left = join(left, of())
            return left

        def implies():
            nonlocal depth
            depth += 1
            if depth > DEEPEST_CONDITION:
                wrong(f"a condition nests more than {DEEPEST_CONDITION} deep")
            left = chain("or", lambda: chain("and", negated, lambda a, b: a & b), lambda a, b: a | b)
            if takes("implies"):
                left = (left ^ self.everywhere) | implies()
            depth -= 1
            return left

        def negated():
            turned = 0
            while takes("not"):
                turned ^= self.everywhere
            return turned ^ atom()

        def atom():
            nonlocal at
            if takes("("):
                inner = chain("iff", implies, lambda a, b: a ^ b ^ self.everywhere)
                return inner if takes(")") else wrong(f"`{text}`: a parenthesis is not closed")
            if takes("true"):
                return self.everywhere
            if takes("false"):
                return 0
            name, sign, level = (tokens[at:at + 3] + [None, None, None])[:3]
            holds = {"=": int.__eq__, "!=": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
            if name is None or level is None or sign not in holds:
                wrong(f"`{text}`: a comparison such as `tests = banned` is missing")
            issue, at = self.issue(name), at + 3
            right, found = issue.level(level), 0
            for left in range(issue.low, issue.low + issue.count):
                found |= self.where(issue, left) if holds[sign](left, right) else 0
            return found

        found = chain("iff", implies, lambda a, b: a ^ b ^ self.everywhere)
        return found if tokens[at] is None else wrong(f"`{text}`: `{tokens[at]}` is unexpected")

    def where(self, issue, level):
        """The set of states in which an issue has a level that counts."""
        found, width = ((1 << issue.stride) - 1) << (level - issue.low) * issue.stride, issue.stride * issue.count
        while width < self.states:
            found, width = found | found << width, 2 * width
        return found & self.everywhere

    def read_values(self, values, numbers):
        """For each party `units`, the denominator of its flows, and `flows`, a whole number of units for each state."""
        worths = [[] for _ in self.parties]
        for row, keys in values:
            party = self.party(row.get("party", str))
            if "type" in row and row.get("type", str) != party.of_type:
                continue
            if "when" in row:
                where = [self.condition(row.get("when", str))]
            else:
                issue = self.issue(row.get("issue", str))
                levels = [issue.level(name) - issue.low for name in row.get("levels", dict, {})]
                where = [self.where(issue, level + issue.low) if 0 <= level < issue.count else 0 for level in levels]
            worths[self.parties.index(party)] += [(states, numbers.values[key]) for states, key in zip(where, keys)]
        for party, own in zip(self.parties, worths):
            party.units = lcm(*(worth.denominator for _, worth in own))
            party.flows = [0] * self.states
            for states, worth in own:
                number = int(worth * party.units)
                for state in members(states):
                    party.flows[state] += number

    def cost_rule(self, row, cost):
        issue, direction = self.issue(row.get("issue", str)), row.get("direction", str, "any")
        if direction not in ("up", "down", "any"):
            wrong(f"`{direction}` is not a direction")
        to = row.get("to", str)
        return self.party(row.get("party", str)), issue, None if to is None else issue.level(to), direction, cost

    def read_endings(self, endings, numbers):
        """`ending_of`: for each state, its combination of endings; `endings`: the chance h and each party's he of each."""
        rules, patterns = [], [0] * self.states
        for bit, (row, chance, worths) in enumerate(endings):
            got = {self.party(name).name: numbers.values[key] for name, key in worths.items()}
            rules.append((share(numbers.values[chance]), got))
            for state in members(self.condition(row.get("when", str))):
                patterns[state] |= 1 << bit
        self.ending_of, self.endings = patterns, {}
        for pattern in set(patterns):
            here = [rule for bit, rule in enumerate(rules) if pattern >> bit & 1]
            hazard = sum((chance for chance, _ in here), Fraction(0))
            if hazard > 1:
                wrong("the chances of endings add to more than 1 in some state")
            worth = [sum((chance * got.get(party.name, 0) for chance, got in here), Fraction(0)) for party in self.parties]
            self.endings[pattern] = hazard, worth

    # ---- the rules

    def need_patterns(self, party):
        """For each state, as bits, which of the needs of a party's issues hold in it."""
        needs, patterns = [need for issue in party.issues for need in issue.needs.values()], [0] * self.states
        for bit, need in enumerate(needs):
            for state in members(need):
                patterns[state] |= 1 << bit
        return patterns

    def stance(self, index, state):
        """All that a party's moves from a state hang on: its position there, and which of its needs hold."""
        party = self.parties[index]
        return state // party.stride % party.positions, self.patterns[index][state]

    def moves(self, index, stance):
        """The positions that a party may take from a stance, its own among them."""
        if (index, stance) not in self.known_moves:
            (position, pattern), party = stance, self.parties[index]
            needed = ((issue, level) for issue in party.issues for level in issue.needs)
            unmet = {key for bit, key in enumerate(needed) if not pattern >> bit & 1}
            found = [(position, 0)]  # with the number of issues that have moved
            for issue in party.issues:
                inner = issue.stride // party.stride
                now = issue.low + position // inner % issue.count
                steps = [(level - now) * inner for level in range(issue.low, issue.low + issue.count)
                         if level != now and issue.moves(now, level) and (issue, level) not in unmet]
                found += [(to + step, moved + 1) for to, moved in found for step in steps
                          if party.pace is None or moved < party.pace]
            self.known_moves[index, stance] = tuple(to for to, _ in found)
        return self.known_moves[index, stance]

    def own_moves(self, index, state):
        return self.moves(index, self.stance(index, state))

    def joint_moves(self, state):
        """The targets of all joint moves from a state."""
        targets = [state - state % self.natures_stride]
        for index, party in enumerate(self.parties):
            own = [to * party.stride for to in self.own_moves(index, state)]
            targets = [target + to for target in targets for to in own]
        return targets

    def can_move(self, state, target):
        return state // self.natures_stride == target // self.natures_stride and all(
            target // party.stride % party.positions in self.own_moves(index, state)
            for index, party in enumerate(self.parties))

    def outcomes(self, target):
        """What chance makes of a target: (state, probability), by increasing state."""
        if not self.chances:
            return ((target, 1),)
        if target not in self.known_outcomes:
            found = {target: Fraction(1)}
            for when, issue, level, chance in self.chances:
                if when[target] == "1":
                    after = {}
                    for state, probability in found.items():
                        offset = level - issue.low - state // issue.stride % issue.count
                        changed = state + offset * issue.stride
                        after[state] = after.get(state, 0) + probability * (1 - chance)
                        after[changed] = after.get(changed, 0) + probability * chance
                    found = {state: probability for state, probability in after.items() if probability}
            self.known_outcomes[target] = tuple(sorted(found.items()))
        return self.known_outcomes[target]

    def reachable(self):
        """The states that joint moves and chance can lead to from today."""
        reached, waiting = {self.today}, [self.today]
        while waiting:
            after = {state for target in set(self.joint_moves(waiting.pop())) for state, _ in self.outcomes(target)}
            waiting += after - reached
            reached |= after
        return reached

    def level(self, issue, state):
        return issue.low + state // issue.stride % issue.count

    def levels(self, state):
        return [issue.levels[self.level(issue, state)] for issue in self.issues]

    def cost(self, index, state, target, of=None):
        """What a joint move costs a party; of one mover's issues alone if `of` names one."""
        total = 0
        for payer, issue, to, direction, cost in self.costs:
            if payer is self.parties[index] and (of is None or issue.owner is of):
                before, after = self.level(issue, state), self.level(issue, target)
                goes = before != after and direction in ("any", "up" if after > before else "down")
                total += cost if goes and to in (None, after) else 0
        return total

    def words(self, state):
        return "[" + ", ".join(f"{issue.name} = {level}" for issue, level in zip(self.issues, self.levels(state))) + "]"

    def check_state(self, state, field):
        if state >= self.states:
            raise Refused("a field", f"{field}: there is no state {state}; the game has {self.states}")


def find(known, name, what):
    return next((one for one in known if one.name == name), None) or wrong(f"unknown {what} `{name}`")


def share(number):
    return number if 0 <= number <= 1 else wrong("a chance is not between 0 and 1")


def digits(states, count):
    """A set of states as a text in which character s is `1` where s is in the set."""
    return bin(states)[:1:-1].ljust(count, "0")


def members(states):
    """The states in a set, by increasing number."""
    written = bin(states)[:1:-1]
    at = written.find("1")
    while at >= 0:
        yield at
        at = written.find("1", at + 1)


# ------------------------------------------------------------------- section 5: a plan from which no departure pays

class Payoffs:
    """What one party gets: `paid` on arriving in a state, `weight` of the future there, and costs of moves."""

    def __init__(self, game, index):
        self.game, self.index, party = game, index, game.parties[index]
        self.patience, self.impatience = party.discount, 1 - party.discount
        self.of_ending = {pattern: (party.discount * worth[index], party.discount * (1 - hazard))
                          for pattern, (hazard, worth) in game.endings.items()}
        self.flows, self.unit = party.flows, self.impatience / party.units
        self.has_costs = any(rule[0] is party for rule in game.costs)

    def paid(self, state):
        return self.flows[state] * self.unit + self.of_ending[self.game.ending_of[state]][0]

    def weight(self, state):
        return self.of_ending[self.game.ending_of[state]][1]

    def cost(self, state, target):
        return self.impatience * self.game.cost(self.index, state, target) if self.has_costs else 0


def check_plan(game, plan, condition, settlement):
    """Tests all eight points of section 5; gives the nodes of the path, the number of departures and today's values."""
    nodes, state, target = range(len(plan["state"])), plan["state"], plan["target"]
    answers, fallback = check_names(game, plan)
    for node in nodes:
        if not game.can_move(state[node], target[node]):
            raise Refused("a planned move cannot be made", f"node {node}: the parties cannot go from "
                          f"{game.words(state[node])} to {game.words(target[node])} in one period")
    standing = set(state)
    if len(standing) < game.states and (missing := game.reachable() - standing):
        raise Refused("a field", f"state: the parties can come to {game.words(min(missing))}, and no node stands there")
    follows = []  # for each node (probability, state, node) for each outcome
    for node in nodes:
        ways = [(chance, came, plan["next"][node] if came == target[node] else fallback.get(came))
                for came, chance in game.outcomes(target[node])]
        for _, came, after in ways:
            if after is None:
                raise Refused("a field", f"fallback: chance can lead to {game.words(came)} after node {node}, "
                                         "and no node is named for it")
        follows.append(ways)
    path = find_path(game, plan, follows, condition, settlement)
    order, departures, today = components([[after for *_, after in ways] for ways in follows]), 0, []
    for index, party in enumerate(game.parties):
        payoffs = Payoffs(game, index)
        values = plan_values(payoffs, plan, follows, order)
        departures += check_departures(payoffs, plan, values, answers[index])
        promised = plan["promises"][index]
        if promised and promised != [as_written(values[node]) for node in path]:
            raise Refused("a promise is not kept", f"{party.words} is promised other values than the plan gives it, which are "
                          + ", ".join(as_written(values[node]) for node in path))
        today.append(values[plan["start"]])
    return path, departures, today


def check_names(game, plan):
    """Points 1: all numbers name what exists and stands where it must. Gives answers and fallback by state."""
    state, target, follows, parties = plan["state"], plan["target"], plan["next"], len(game.parties)

    def need(holds, sentence):
        if not holds:
            raise Refused("a field", sentence)

    need(0 < len(state) == len(target) == len(follows), "state, target and next: not as many entries in each, or none")
    need(len(plan["answers"]) == len(plan["promises"]) == parties, f"answers and promises: not one entry for each of {parties} parties")
    for node, (here, there, after) in enumerate(zip(state, target, follows)):
        game.check_state(here, "state")
        game.check_state(there, "target")
        need(after < len(state) and state[after] == there, f"next: node {after} does not stand in the target of node {node}")
    need(plan["start"] < len(state), f"start: there is no node {plan['start']}")
    need(state[plan["start"]] == game.today, "start: the node does not stand in today's state")

    def by_state(pairs, field):
        before, found = -1, {}
        for pair in pairs:
            need(len(pair) == 2, f"{field}: an entry is not a state and a node")
            came, node = pair
            game.check_state(came, field)
            need(came > before, f"{field}: not in increasing order of states")
            need(node < len(state) and state[node] == came, f"{field}: node {node} does not stand in {game.words(came)}")
            before, found[came] = came, node
        return found

    answers = [by_state(pairs, f"answers to {party.words}") for party, pairs in zip(game.parties, plan["answers"])]
    return answers, by_state(plan["fallback"], "fallback")


def find_path(game, plan, follows, condition, settlement):
    """Point 7: the nodes from the start to the settlement that is claimed."""
    state, target = plan["state"], plan["target"]
    satisfies = digits(condition, game.states)

    def arrives(node):
        return any(came == target[node] for _, came, _ in follows[node])

    def rests(node):
        return plan["next"][node] == node and target[node] == state[node]

    def fault(node):
        if satisfies[state[node]] != "1":
            return f"it settles in {game.words(state[node])}, which does not satisfy the target"
        return None if game.levels(state[node]) == settlement else f"it settles in {game.words(state[node])}, which is not the settlement claimed"

    path, seen, problem = [plan["start"]], set(), None
    while problem is None and not (arrives(path[-1]) and rests(path[-1])):
        seen.add(path[-1])
        if not arrives(path[-1]):
            problem = f"chance never lets the parties arrive in {game.words(target[path[-1]])}"
        elif plan["next"][path[-1]] in seen:
            problem = f"it comes back to node {plan['next'][path[-1]]} without settling"
        path.append(plan["next"][path[-1]])
    problem = problem or fault(path[-1])
    if problem is None:
        return path
    before, waiting = {plan["start"]: None}, [plan["start"]] if game.chances else []
    for node in waiting:  # grows while it is gone through
        if rests(node) and arrives(node) and fault(node) is None:
            path = [node]
            while before[path[-1]] is not None:
                path.append(before[path[-1]])
            return path[::-1]
        for _, _, after in follows[node]:
            if after not in before:
                before[after] = node
                waiting.append(after)
    raise Refused("the path", problem)


def components(follows):
    """The nodes in groups that lead to each other, each group after those it leads to (Tarjan 1972, without recursion)."""
    number, low, stack, on_stack, groups = {}, {}, [], set(), []
    for root in range(len(follows)):
        visits = [(root, 0)] if root not in number else []
        while visits:
            node, way = visits.pop()
            if way == 0:
                number[node] = low[node] = len(number)
                stack.append(node)
                on_stack.add(node)
            for place in range(way, len(follows[node])):
                after = follows[node][place]
                if after not in number:
                    visits += [(node, place + 1), (after, 0)]
                    break
                if after in on_stack:
                    low[node] = min(low[node], number[after])
            else:
                if low[node] == number[node]:
                    at = stack.index(node) if stack[-1] != node else len(stack) - 1
                    groups.append(stack[at:])
                    on_stack.difference_update(stack[at:])
                    del stack[at:]
                if visits:
                    above = visits[-1][0]
                    low[above] = min(low[above], low[node])
    return groups


def plan_values(payoffs, plan, follows, order):
    """Point 5: what one party gets at every node. Groups are solved by elimination, one after the other."""
    values = [None] * len(follows)
    for group in order:
        inside, rows = set(group), {}
        for node in group:
            known, unknown = -payoffs.cost(plan["state"][node], plan["target"][node]), {}
            for chance, came, after in follows[node]:
                known += chance * payoffs.paid(came)
                weight = chance * payoffs.weight(came)
                if after in inside:
                    unknown[after] = unknown.get(after, 0) + weight
                else:
                    known += weight * values[after]
            rows[node] = known, unknown
        for place, node in enumerate(group):  # V(node) in terms of later nodes, put into the rows of those
            known, unknown = rows[node]
            rest = 1 - unknown.pop(node, 0)
            known, unknown = known / rest, {after: weight / rest for after, weight in unknown.items()}
            rows[node] = known, unknown
            for later in group[place + 1:]:
                if node in rows[later][1]:
                    constant, of = rows[later]
                    factor = of.pop(node)
                    rows[later] = constant + factor * known, of
                    for after, weight in unknown.items():
                        of[after] = of.get(after, 0) + factor * weight
        for node in reversed(group):
            known, unknown = rows[node]
            values[node] = known + sum(weight * values[after] for after, weight in unknown.items())
    return values


def check_departures(payoffs, plan, values, answers):
    """Point 6 for one party; gives the number of departures."""
    game, index, party = payoffs.game, payoffs.index, payoffs.game.parties[payoffs.index]
    bits = 64

    def below(value):  # rounding down never turns an order around, so only equal numbers need a closer look
        return (value.numerator << bits) // value.denominator

    gets, at_most = {}, {}

    def look(reached, node):
        worth = Fraction(0)
        for came, chance in game.outcomes(reached):
            if came not in answers:
                raise Refused("a field", f"answers to {party.words}: none for {game.words(came)}, "
                                         f"where it can lead from node {node}")
            worth += chance * (payoffs.paid(came) + payoffs.weight(came) * values[answers[came]])
        gets[reached], at_most[reached] = worth, below(worth)
        return at_most[reached]

    departures, stride = 0, party.stride
    for node, (state, target) in enumerate(zip(plan["state"], plan["target"])):
        own, planned = target // stride % party.positions, below(values[node])
        others = target - own * stride
        moves = game.own_moves(index, state)
        departures += len(moves) - 1
        for to in moves:
            reached = others + to * stride
            got = at_most.get(reached)
            if to == own or (got if got is not None else look(reached, node)) < planned and not payoffs.has_costs:
                continue
            worth = gets[reached] - payoffs.cost(state, reached)
            if worth > values[node]:
                raise Refused("a departure pays", f"node {node}: in {game.words(state)} the plan is to go to {game.words(target)}; "
                              f"{party.words} gets {as_written(values[node])} by this, but {as_written(worth)} if it alone "
                              f"goes to {game.words(reached)}")
    return departures


def as_written(value):
    """A decimal where that ends within twelve places, else a fraction in lowest terms."""
    for places in range(13):
        scaled = value * 10**places
        if scaled.denominator == 1:
            text = str(abs(scaled.numerator)).rjust(places + 1, "0")
            sign = "-" if value < 0 else ""
            return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)
    return f"{value.numerator}/{value.denominator}"


# ------------------------------------------------------------------- section 6: bounds that leave no settlement

class Scale:
    """One party's payoffs as whole numbers of 1 / (`units` · `refinement`); a bound's own number is one of 1 / `units`.

    `base[t]` is what moving to t pays at once, before costs; `terms[t]` says what the future weighs in each outcome.
    """

    def __init__(self, game, index, grid):
        self.game, self.index, party = game, index, game.parties[index]
        payoffs = Payoffs(game, index)
        self.units = min(party.units, FINEST_UNIT) * grid
        rates = lcm(payoffs.impatience.denominator, *(part.denominator for pair in payoffs.of_ending.values() for part in map(Fraction, pair)))
        chances = 1
        if game.chances:
            chances = lcm(*(chance.denominator for t in range(game.states) for _, chance in game.outcomes(t)))
        costs = [rule[4] for rule in game.costs if rule[0] is party]
        flows = party.units if party.units > FINEST_UNIT else 1
        self.refinement = lcm(rates * chances * flows, payoffs.impatience.denominator * lcm(*(cost.denominator for cost in costs)))
        self.costly = self.units * self.refinement * payoffs.impatience
        self.least_cost = self.whole(self.costly * sum(cost for cost in costs if cost < 0))
        self.most_cost = self.whole(self.costly * sum(cost for cost in costs if cost > 0))
        self.has_costs = bool(costs)
        paid_of, weight_of = {}, {}  # by flow and combination of endings: most states share them
        def arrive(state):
            flow, ending = party.flows[state], game.ending_of[state]
            if (flow, ending) not in paid_of:
                paid_of[flow, ending] = payoffs.paid(state) * self.units * self.refinement
                weight_of[ending] = payoffs.weight(state) * self.refinement
            return paid_of[flow, ending], weight_of[ending]
        self.base, self.terms = [], []
        for target in range(game.states):
            found = [(state, chance, *arrive(state)) for state, chance in game.outcomes(target)]
            self.base.append(self.whole(sum(chance * paid for _, chance, paid, _ in found)))
            self.terms.append([(state, self.whole(chance * weight)) for state, chance, _, weight in found])
        ends = [(paid, weight_of[ending]) for (_, ending), paid in paid_of.items()]
        for state in range(game.states):  # states that are no outcome count too
            ends += [] if (party.flows[state], game.ending_of[state]) in paid_of else [arrive(state)]
        highs = [(paid - self.least_cost) / (self.refinement - weight) for paid, weight in ends]
        lows = [(paid - self.most_cost) / (self.refinement - weight) for paid, weight in ends]
        self.range = -(-max(highs) // 1), min(lows) // 1

    @staticmethod
    def whole(number):
        number = Fraction(number)
        assert number.denominator == 1, "the refinement makes all of these whole"
        return number.numerator

    def arriving(self, bounds):
        """What moving to each target brings, before costs, if the future is worth these bounds."""
        if not self.game.chances:
            return [base + terms[0][1] * bound for base, terms, bound in zip(self.base, self.terms, bounds)]
        return [base + sum(weight * bounds[state] for state, weight in terms) for base, terms in zip(self.base, self.terms)]

    def cost(self, state, target, of=None):
        return self.whole(self.costly * self.game.cost(self.index, state, target, of)) if self.has_costs else 0


class Departures:
    """`dev` before the costs of others' moves, by stance and by what the others do, for one party and lower bounds."""

    def __init__(self, game, index, scale, low):
        self.game, self.party = game, game.parties[index]
        arriving, stride, positions = scale.arriving(low), self.party.stride, self.party.positions
        # The states in which the party has its first position: one for each combination of what everybody else has.
        self.others = [state for state in range(game.states) if state // stride % positions == 0]
        columns = [[arriving[other + to * stride] for other in self.others] for to in range(positions)]
        self.best, self.costs = {}, {}
        for stance in {game.stance(index, state) for state in range(game.states)}:
            moves = game.moves(index, stance)
            own = [stance[0] * stride, *(to * stride for to in moves)]
            self.costs[stance] = [scale.cost(own[0], to, self.party) for to in own[1:]]
            rows = [columns[to] if not cost else [number - cost for number in columns[to]]
                    for to, cost in zip(moves, self.costs[stance])]
            self.best[stance] = rows[0] if len(rows) == 1 else list(map(max, *rows))

    def at(self, stance, target):
        stride, positions = self.party.stride, self.party.positions
        return self.best[stance][target // (stride * positions) * stride + target % stride]


class Rules:
    """What one stage says of joint moves: which survive it, and what each party then gets at most and at least."""

    def __init__(self, game, scales, stage, pairs):
        self.game, self.scales, self.pairs = game, scales, pairs
        self.high = [scale.arriving(high) for scale, high in zip(scales, stage["high"])]
        self.departures = [Departures(game, index, scale, stage["low"][index]) for index, scale in enumerate(scales)]
        self.complies = [self.complying(index) for index in range(len(scales))]
        self.sums = [(pair.arriving(pair.high, stage["high"]), pair.arriving(pair.low, stage["low"])) for pair in pairs]

    def complying(self, index):
        """By stance, the set of targets with which a party complies: c(s,t;high) ≥ dev(s,t;low)."""
        game, departures, high, found = self.game, self.departures[index], self.high[index], {}
        stride, last = game.parties[index].stride, game.states - 1
        for stance, best in departures.best.items():
            bits = bytearray(b"0") * game.states
            for to, cost in zip(game.moves(index, stance), departures.costs[stance]):
                offset = to * stride
                for other, least in zip(departures.others, best):
                    if high[other + offset] - cost >= least:
                        bits[last - other - offset] = 49  # "1"
            found[stance] = int(bits.decode(), 2)
        return found

    def stances(self, state):
        return [self.game.stance(index, state) for index in range(len(self.scales))]

    def surviving(self, state, stances):
        """A(s) as far as the intervals say: the set of targets with which all comply."""
        block = self.game.natures_stride
        found = self.game.everywhere if block == self.game.states else ((1 << block) - 1) << state // block * block
        for complies, stance in zip(self.complies, stances):
            found &= complies[stance]
        return found

    def ends(self, state, stances, target):
        """`most` and `least` of a move that survives by the intervals; None if the pairs rule it out."""
        most, least, costs = [], [], []
        for index, scale in enumerate(self.scales):
            cost = scale.cost(state, target)
            by_others = cost - scale.cost(state, target, self.game.parties[index])
            most.append(self.high[index][target] - cost)
            least.append(self.departures[index].at(stances[index], target) - by_others)
            costs.append(cost)
        secured = list(least)
        for pair, (high, _) in zip(self.pairs, self.sums):
            for own, other in ((0, 1), (1, 0)):
                rest = high[target] - pair.weigh(costs) - pair.factors[other] * secured[pair.parties[other]]
                most[pair.parties[own]] = min(most[pair.parties[own]], -(-rest // pair.factors[own]))
        for pair, (_, low) in zip(self.pairs, self.sums):
            for own, other in ((0, 1), (1, 0)):
                rest = low[target] - pair.weigh(costs) - pair.factors[other] * most[pair.parties[other]]
                least[pair.parties[own]] = max(least[pair.parties[own]], rest // pair.factors[own])
        return (most, least) if all(map(int.__ge__, most, least)) else None

    def moves(self, state):
        """All joint moves from a state that survive, with their ends."""
        stances = self.stances(state)
        for target in members(self.surviving(state, stances)):
            ends = self.ends(state, stances, target)
            if ends is not None:
                yield target, ends


class Pair:
    """Bounds on `a·v_i + b·v_j`, in whole numbers of 1 / `units`; sums are computed in those of 1 / (`units` · `refinement`)."""

    def __init__(self, written, scales):
        self.key = written["first"], written["second"], *written["weights"]
        self.parties, self.weights = self.key[:2], self.key[2:]
        self.scales = [scales[party] for party in self.parties]
        self.high, self.low = written["high"], written["low"]
        self.units = lcm(*(scale.units for scale in self.scales))
        self.refinement = lcm(*(scale.refinement for scale in self.scales))
        # What a bound, and what a fine number, of each party weighs in the pair's bounds and fine numbers.
        self.of_bound = [weight * (self.units // scale.units) for weight, scale in zip(self.weights, self.scales)]
        self.factors = [of * (self.refinement // scale.refinement) for of, scale in zip(self.of_bound, self.scales)]

    def weigh(self, numbers):
        """`a·x + b·y` of two of the parties' fine numbers, given for all parties."""
        return sum(factor * numbers[party] for factor, party in zip(self.factors, self.parties))

    def before(self, stage, pairs):
        """The same direction as the stage before bounds it."""
        for pair in pairs:
            if pair.key == self.key:
                return pair
        implied = {side: [self.of_bound[0] * one + self.of_bound[1] * two
                          for one, two in zip(*(stage[side][party] for party in self.parties))] for side in ("high", "low")}
        written = {"first": self.key[0], "second": self.key[1], "weights": self.weights, **implied}
        return Pair(written, {party: scale for party, scale in zip(self.parties, self.scales)})

    def arriving(self, sums, bounds):
        """`sum(t)` for each target, before costs, from bounds on the sum and on both parties."""
        (one, two), (first, second) = self.scales, (bounds[party] for party in self.parties)
        finer, found = [self.refinement // scale.refinement for scale in self.scales], []
        for target in range(len(sums)):
            total = self.factors[0] * one.base[target] + self.factors[1] * two.base[target]
            for (state, weight_one), (_, weight_two) in zip(one.terms[target], two.terms[target]):
                weight_one, weight_two = weight_one * finer[0], weight_two * finer[1]
                shared = min(weight_one, weight_two)
                total += shared * sums[state] + self.of_bound[0] * (weight_one - shared) * first[state] \
                    + self.of_bound[1] * (weight_two - shared) * second[state]
            found.append(total)
        return found


def check_bounds(game, bounds, condition):
    """Tests every stage of section 6, then the conclusion; gives sentences that say what was found."""
    parties, grid, without = len(game.parties), bounds["grid"], bounds.get("without_equilibrium")
    if grid & (grid - 1):
        raise Refused("a field", f"grid: {grid} is not a power of two")
    if without is not None:
        game.check_state(without, "without_equilibrium")
    for number, stage in enumerate(bounds["stages"], 1):
        for side in ("high", "low"):
            if [len(row) for row in stage[side]] != [game.states] * parties:
                raise Refused("a field", f"stage {number}: not one number for each of {parties} parties and {game.states} states")
        for pair in stage.get("pairs", ()):
            known = pair["first"] != pair["second"] and max(pair["first"], pair["second"]) < parties
            if not known or len(pair["weights"]) != 2 or 0 in pair["weights"] or not len(pair["high"]) == len(pair["low"]) == game.states:
                raise Refused("a field", f"stage {number}: a pair needs two parties, positive weights and a number for each state")
    scales = [Scale(game, index, grid) for index in range(parties)]
    before = {side: [[scale.range[place]] * game.states for scale in scales] for place, side in enumerate(("high", "low"))}
    pairs, earned = [], 0
    for number, stage in enumerate(bounds["stages"], 1):
        now = [Pair(pair, scales) for pair in stage.get("pairs", ())]
        then = [pair.before(before, pairs) for pair in now]
        earned += check_stage(Rules(game, scales, before, then), number, before, stage, then, now)
        before, pairs = stage, now
    sentences = [f"{len(bounds['stages'])} stages of bounds over {game.states:,} states: {earned:,} bounds are tightened, each of "
                 "which follows from the stage before"]
    return sentences + [conclude(game, scales, Rules(game, scales, before, pairs), before, condition, without)]


def check_stage(rules, number, before, stage, then, now):
    """Tests each bound that is tighter than in the stage before; gives how many there are.

    First a quick test that never passes a fault: for one bound after the other, the strictest last, the set of targets that
    would offend against it grows, and must not meet the survivors. Where it does, the moves themselves are looked at.
    """
    game, scales = rules.game, rules.scales
    suspects, earned = {}, 0  # by state, the bounds to be looked at

    def sweep(claims, targets, say):
        """`claims`: (bound, state), `targets`: (number, set); a target offends where its number is above the bound."""
        targets, offending, at = sorted(targets, key=lambda pair: -pair[0]), 0, 0
        for bound, state in sorted(claims, reverse=True):
            while at < len(targets) and targets[at][0] > bound:
                offending |= targets[at][1]
                at += 1
            if offending & rules.surviving(state, rules.stances(state)):
                suspects.setdefault(state, []).append((say, bound))

    single = [1 << target for target in range(game.states)]
    for index, scale in enumerate(scales):
        party, fine = game.parties[index], scale.refinement
        high = scale.arriving(stage["high"][index])
        claims = [(now_high * fine, state) for state, (was, now_high) in enumerate(zip(before["high"][index], stage["high"][index]))
                  if now_high < was]
        earned += len(claims)
        if claims:
            def above(state, stances, target, ends, index=index, scale=scale, high=high):
                return min(high[target] - scale.cost(state, target), ends[0][index])
            sweep(claims, [(arrives - scale.least_cost, bit) for arrives, bit in zip(high, single)], above)
        lows = list(zip(before["low"][index], stage["low"][index]))
        departures = Departures(game, index, scale, list(map(max, *zip(*lows))))
        claims = {}  # by stance; all signs turned, so that "below a floor" is "above" again
        for state, (was, now_low) in enumerate(lows):
            if now_low > was:
                claims.setdefault(game.stance(index, state), []).append((-now_low * fine, state))
        earned += sum(map(len, claims.values()))
        def below(state, stances, target, ends, index=index, scale=scale, departures=departures, party=party):
            by_others = scale.cost(state, target) - scale.cost(state, target, party)
            return -max(departures.at(stances[index], target) - by_others, ends[1][index])
        for stance, own in claims.items():
            column = sum(1 << to * party.stride for to in game.moves(index, stance))
            sweep(own, [(scale.most_cost - best, column << other)
                        for other, best in zip(departures.others, departures.best[stance])], below)
    for was, pair in zip(then, now):
        for sign, side, place in ((1, "high", 0), (-1, "low", 1)):
            sums = [sign * number for number in pair.arriving(getattr(pair, side), before[side])]
            claims = [(sign * new * pair.refinement, state) for state, (old, new)
                      in enumerate(zip(getattr(was, side), getattr(pair, side))) if sign * new < sign * old]
            earned += len(claims)
            costs = [[scale.least_cost for scale in scales], [scale.most_cost for scale in scales]][place]
            def weighed(state, stances, target, ends, pair=pair, sums=sums, sign=sign, place=place):
                cost = pair.weigh([scale.cost(state, target) for scale in scales])
                return min(sums[target] - sign * cost, sign * pair.weigh(ends[place]))
            sweep(claims, [(total - sign * pair.weigh(costs), bit) for total, bit in zip(sums, single)], weighed)
    for state in sorted(suspects):
        stances = rules.stances(state)
        for target, ends in rules.moves(state):
            for say, bound in suspects[state]:
                if say(state, stances, target, ends) > bound:
                    raise Refused("a bound is too tight", f"stage {number}: a bound in {game.words(state)} does not allow for the "
                                  f"joint move to {game.words(target)}, which survives the stage before")
    return earned


def conclude(game, scales, rules, last, condition, without):
    """Tests that the last stage leaves no settlement that satisfies the target; gives a sentence."""
    if without is not None:
        for target, _ in rules.moves(without):
            raise Refused("a state is not excluded", f"from {game.words(without)} the joint move to {game.words(target)} survives")
        if without not in game.reachable():
            raise Refused("a state is not excluded", f"today cannot lead to {game.words(without)}")
        return ("nothing at all is self-enforcing in pure strategies, whatever the target: today can lead to "
                f"{game.words(without)}, from which no joint move survives")
    targets = list(members(condition))
    staying = {state for state in targets if all_stay(game, scales, rules, last, state)}
    reached, waiting = {game.today}, [game.today] if staying else []
    seen = 1 << game.today
    while waiting:
        state = waiting.pop()
        stances = rules.stances(state)
        survivors = rules.surviving(state, stances)
        for target in members(survivors if game.chances else survivors & ~seen):
            if rules.pairs and rules.ends(state, stances, target) is None:
                continue
            for came, _ in game.outcomes(target):
                if came not in reached:
                    reached.add(came)
                    seen |= 1 << came
                    waiting.append(came)
    if standing := staying & reached:
        raise Refused("a state is not excluded", f"{game.words(min(standing))} satisfies the target, nobody is sure to gain by "
                                                 "leaving it, and surviving moves lead to it")
    return (f"{len(targets):,} states satisfy the target: in {len(targets) - len(staying):,} somebody is sure to gain by leaving, "
            f"and to {len(staying):,} no surviving moves lead from today")


def all_stay(game, scales, rules, last, state):
    """Whether staying permanently is, for every party, at least what it is sure of otherwise."""
    for index, scale in enumerate(scales):
        high, again, fixed = last["high"][index], 0, scale.base[state]
        for came, weight in scale.terms[state]:
            if came == state:
                again = weight
            else:
                fixed += weight * high[came]
        stays = Fraction(fixed * scale.refinement, scale.refinement - again)
        sure = rules.departures[index].at(game.stance(index, state), state)
        if stays < last["low"][index][state] * scale.refinement or stays < sure:
            return False
    return True


# ---------------------------------------------------------------------------------------------------- the call

def verify(case_text, case_name, data):
    """The sentences that say what a proof shows, or a refusal."""
    proof = read_proof(data)
    if case_text != proof["case"]["text"].encode():
        raise Refused("the case", f"the proof speaks of the case {proof['case']['hash']}, but {case_name} has {sha256(case_text)}")
    (kind, claim), = proof["claim"].items()
    (form, body), = proof["body"].items()
    if (kind, form) not in (("possible", "automaton"), ("impossible", "bounds")):
        raise Refused("a field", "body: a possible claim needs an automaton, an impossible one needs bounds")
    world = proof["world"]
    game = Game(proof["case"]["text"], world)
    condition = game.condition(claim["target"])
    parts = [f"variant {name}" for name in world["variants"]] + [f"{key} = {text}" for key, text in world["judgements"].items()]
    parts += [f"{world['periods_later']} periods later"] if world["periods_later"] else []
    parts += [f"{party} is of type {of}" for party, of in world["types"].items()]
    sentences = [f"{kind.upper()}, verified: a self-enforcing path that settles in “{' '.join(claim['target'].split())}”",
                 f"World: {'; '.join(parts) or 'the case as written'}."]
    if kind == "impossible":
        return sentences + check_bounds(game, body, condition)
    path, departures, today = check_plan(game, body, condition, claim["settlement"])
    values = [f"{party.words} {as_written(value)}" for party, value in zip(game.parties, today)]
    return sentences + [
        f"{len(body['state']):,} nodes of the plan: none of {departures:,} single departures pays",
        "path: " + " → ".join(game.words(body["state"][node]) for node in path),
        "worth from today, each on its own scale: " + ", ".join(values)]


def main(arguments):
    if len(arguments) != 2:
        print("usage: verify.py CASE PROOF", file=sys.stderr)
        return 2
    case, proof = map(Path, arguments)
    try:
        case = case / "case.toml" if case.is_dir() else case
        case_text, data = case.read_bytes(), proof.read_bytes()
    except (OSError, ValueError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    sys.setrecursionlimit(5000)  # conditions nest up to 200 deep, six calls each
    try:
        print("\n".join(verify(case_text, case.name, data)))
        return 0
    except Refused as refusal:
        reason = str(refusal)
    except (RecursionError, MemoryError):
        reason = "too large to check: it nests too deep, or takes more memory than there is"
    print(f"REFUSED  {reason}\n\nA refused proof says nothing about the claim, neither for it nor against it.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
