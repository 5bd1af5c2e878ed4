#!/usr/bin/env python3
"""A second checker of proofs: anybody can read it, and it shares no line with the program.

    python3 checker/verify.py CASE PROOF

CASE is a case file, or a folder with `case.toml` in it; PROOF was written by `detente solve CASE --proof PROOF`.
Everything is rebuilt from the text of the case and tested in exact arithmetic (whole numbers and fractions); nothing is
searched for, and no float is ever made. What a proof is, and why these tests suffice, is said in `docs/proofs.md`; the
numbers of sections and points below are those of that page. Exit code 0: verified. 1: refused, with a sentence. 2: the
call is wrong.

One idea keeps this short and fast: a set of states is one whole number, in which bit s says whether state s is in the set.
"And", "or" and "not" of conditions are then `&`, `|` and `^` of numbers with as many bits as there are states.
"""

import hashlib
import json
import operator
import re
import sys
import tomllib
from fractions import Fraction
from math import lcm, prod
from pathlib import Path


class Refused(Exception):
    """Why a proof is refused: what kind of fault it is, and a sentence."""


def need(holds, heading, sentence):
    if not holds:
        raise Refused(f"{heading}: {sentence}")


# ------------------------------------------------------------------------------------------------ section 1: the file

def check(value, shape, place, heading="the case"):
    """Refuses a value that has not the shape: `object` anything, `str` a text, a range a whole number in it, [shape] a list,
    {"*": shape} an object with any names, {name: shape} one with these (with `?` one that may be left out), a function
    whatever it does not refuse. In a proof names are in order."""
    def wanted(holds, what):
        need(holds, heading, f"{place} is not {what}")

    if shape is str:
        wanted(type(value) is str, "a text")
    elif isinstance(shape, range):
        wanted(type(value) is int and value in shape, f"a whole number from {shape[0]} to {shape[-1]}")
    elif isinstance(shape, list):
        wanted(type(value) is list, "a list")
        if isinstance(shape[0], range):  # most of a proof: quicker all at once
            wanted(all(type(one) is int and one in shape[0] for one in value), f"a list of whole numbers up to {shape[0][-1]}")
        else:
            for number, one in enumerate(value):
                check(one, shape[0], f"{place}[{number}]", heading)
    elif isinstance(shape, dict):
        wanted(type(value) is dict, "an object or table")
        if "*" in shape:
            shape = dict.fromkeys(sorted(value), shape["*"])
        names = [name.rstrip("?") for name in shape if name[-1:] != "?" or name[:-1] in value]
        wanted(sorted(value) == sorted(names), f"made of {', '.join(names)}, but of {', '.join(value)}")
        wanted(heading != "the file" or list(value) == names, f"in the order {', '.join(names)}")
        for name, one in value.items():
            check(one, shape[name] if name in shape else shape[name + "?"], f"{place}.{name}", heading)
    elif shape is not object:
        shape(value)


FORMAT, LARGEST_PROOF, FINEST_GRID = "detente-proof/1", 256 * 1024 * 1024, 1 << 40
WHOLE, BOUND = range(2**32), range(-(2**63), 2**63)
PAIR = {"first": WHOLE, "second": WHOLE, "weights": [WHOLE], "high": [BOUND], "low": [BOUND]}
PROOF = {
    "format": str,
    "case": {"hash": str, "text": str},
    "world": {"variants": [str], "judgements": {"*": str}, "periods_later": WHOLE, "types": {"*": str}},
    "claim": {"possible?": {"target": str, "settlement": [str]}, "impossible?": {"target": str}},
    "body": {"automaton?": {"start": WHOLE, "state": [WHOLE], "target": [WHOLE], "next": [WHOLE], "answers": [[[WHOLE]]],
                            "fallback": [[WHOLE]], "promises": [[str]]},
             "bounds?": {"grid": range(1, FINEST_GRID + 1), "stages": [{"high": [[BOUND]], "low": [[BOUND]], "pairs?": [PAIR]}],
                         "without_equilibrium?": WHOLE}},
    "hash": str,
}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def read_proof(data):
    """The content of a file, once its bytes, its shape and its two hashes are what they must be."""
    def wanted(holds, sentence):
        need(holds, "the file", sentence)

    def object_of(pairs):
        wanted(len(dict(pairs)) == len(pairs), "an object has the same name twice")
        return dict(pairs)

    def no_number(text):
        wanted(False, f"`{text}` is not a whole number")

    wanted(len(data) <= LARGEST_PROOF, f"it has {len(data)} bytes; at most {LARGEST_PROOF} are read")
    try:
        proof = json.loads(data.decode(), object_pairs_hook=object_of, parse_float=no_number, parse_constant=no_number)
        written = (json.dumps(proof, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
    except ValueError as error:  # not UTF-8, not JSON, a number of thousands of digits, half a surrogate pair
        raise Refused(f"the file: this is not a proof of this format: {error}") from None
    for kind, name in (("set proof", "kind"), ("stability certificate", "schema")):
        wanted(type(proof) is not dict or name not in proof or "format" in proof, f"a {kind} is about an explicit game or "
               "conflict and no case; `detente verify` checks it, this checker does not")
    check(proof, PROOF, "the proof", "the file")
    empty = [stage for stage in proof["body"].get("bounds", {}).get("stages", ()) if stage.get("pairs") == []]
    wanted(written == data and not empty, "its bytes are not those that its content is written as")
    wanted(proof["format"] == FORMAT, f"the format is not `{FORMAT}`")
    end = len(json.dumps(proof["hash"], ensure_ascii=False).encode() + b"}\n")
    wanted(sha256(data[:-end] + b'""}\n') == proof["hash"], "`hash` is not that of the content")
    wanted(sha256(proof["case"]["text"].encode()) == proof["case"]["hash"], "`case.hash` is not that of the text")
    return proof


# ------------------------------------------------------------------------------------ sections 2 and 3: the case in a world

class Decimal(str):
    """A decimal of the case file as it is written."""


def right(holds, sentence):
    need(holds, "the case", sentence)


def exact(written):
    """The exact value of a number of the case file: a decimal, a whole number, or a text with one or with a fraction."""
    right(type(written) in (int, str, Decimal), f"{written} is not a number")
    text, parts = str(written).strip(), []
    for part in text.split("/"):
        read = re.fullmatch(r"([+-]?)([0-9_]*)\.?([0-9_]*)(?:[eE]([+-]?[0-9]+))?", part.strip())
        digits = (read[2] + read[3]).replace("_", "") if read else ""
        right(digits and len(text) <= 64 and abs(int(read[4] or 0)) <= 60, f"`{text}` is not a number that is read")
        value = int(digits) * Fraction(10) ** (int(read[4] or 0) - len(read[3].replace("_", "")))
        parts.append(-value if read[1] == "-" else value)
    right(len(parts) == 1 or len(parts) == 2 and parts[1] != 0, f"`{text}` is not a number that is read")
    return parts[0] if len(parts) == 1 else parts[0] / parts[1]


def judgement(written):
    """A number or a judgement: its value, and the share by which it grows each period."""
    if type(written) is not dict:
        return exact(written), 0
    check(written, {"likely": exact, "grows?": str, **unread("low high because source by")}, "a judgement")
    grows = re.fullmatch(r"\s*(\S+)%\s+a\s+period\s*", written.get("grows", "0% a period"))
    right(grows, f"`{written.get('grows')}` is not a growth rate")
    return exact(written["likely"]), exact(grows[1]) / 100


def speeds(moves):
    """How many levels per period an issue goes up and down; none has more than 64."""
    known = {"free": (64, 64), "step": (1, 1), "forward": (64, 0)}
    if type(moves) is dict:
        check(moves, {"up": WHOLE, "down": WHOLE}, "`moves`")
        return moves["up"], moves["down"]
    right(type(moves) is str and moves in known, f"`{moves}` is not a way to move")
    return known[moves]


def unread(names):
    """Fields that play no part in a game."""
    return {name + "?": object for name in names.split()}


NOTHING, TEXTS, NUMBERS, FOR_PLANS = {}, {"*": str}, {"*": judgement}, ("noticed", "false_alarm", "persists", "backfill")
TYPE = {"prior?": judgement, "discount?": judgement, **unread("name about")}
ENFORCER = {"share?": judgement, "cost?": judgement, "benefit?": judgement, **unread("periods")}
CASE = {
    "parties?": {"*": {"discount": judgement, "pace?": WHOLE, "types?": {"*": TYPE}, **unread("name short about")}},
    "issues?": {"*": {"party": str, "levels": [str], "today": str, "moves?": speeds, "needs?": TEXTS, "remains?": str,
                      **dict.fromkeys((name + "?" for name in FOR_PLANS), judgement), "enforcers?": {"*": ENFORCER},
                      **unread("name lag restored about source")}},
    "values?": [{"party": str, "type?": str, "when?": str, "worth?": judgement, "issue?": str, "levels?": NUMBERS,
                 **unread("about because source")}],
    "costs?": [{"party": str, "issue": str, "to?": str, "direction?": str, "cost": judgement, **unread("about")}],
    "endings?": [{"name": str, "when?": str, "chance": judgement, "worth?": NUMBERS}],
    "chances?": [{"name": str, "when?": str, "issue": str, "to": str, "chance": judgement}],
    "variants?": {"*": {"moves?": {"*": speeds}, "fixed?": TEXTS, "today?": TEXTS, "discount?": {"*": exact},
                        "judgements?": {"*": exact}, **unread("name")}},
    **unread("case sources deals claims preferences infeasible merged"),
}


def find(known, name, what):
    right(name in known, f"unknown {what} `{name}`")
    return known[name]


class Numbers(dict):
    """The values of all judgements of a case by their keys; a world may set them."""

    def __init__(self, case):
        """Files all numbers in the order of section 2, and puts its key in the place of each."""
        self.times, self.growth = {}, {}
        for name, party in case["parties"].items():
            self.add(party, "discount", f"discount.{name}")
            for of, own in party.get("types", NOTHING).items():
                self.add(own, "prior", f"prior.{name}.{of}")
                self.add(own, "discount", f"discount.{name}.{of}")
        for name, issue in case["issues"].items():
            for field in FOR_PLANS:
                self.add(issue, field, f"{field}.{name}")
            for party, terms in issue.get("enforcers", NOTHING).items():
                for field in ("share", "cost", "benefit"):
                    self.add(terms, field, f"enforcers.{name}.{party}.{field}")
        for row in case["values"]:
            of = f"worth.{row['party']}" + (f".{row['type']}" if "type" in row else "")
            self.add(row, "worth", f"{of}.[{' '.join(row.get('when', '').split())}]")
            for level in row.get("levels", NOTHING):
                self.add(row["levels"], level, f"{of}.{row.get('issue')}.{level}")
        for row in case["costs"]:
            self.add(row, "cost", f"cost.{row['party']}.{row['issue']}.{row.get('to', row.get('direction', 'any'))}")
        for row in case["endings"]:
            self.add(row, "chance", f"chance.[{row['name']}]")
            for party in row.get("worth", NOTHING):
                self.add(row["worth"], party, f"ending.{party}.[{row['name']}]")
        for row in case["chances"]:
            self.add(row, "chance", f"chance.[{row['name']}]")
        self.check_ranges()

    def add(self, table, field, key):
        """The second number of the same key gets `#2`, and so on."""
        if field in table:
            self.times[key] = self.times.get(key, 0) + 1
            key += f"#{self.times[key]}" if self.times[key] > 1 else ""
            right(key not in self, f"two numbers have the key `{key}`")
            self[key], self.growth[key] = judgement(table[field])
            table[field] = key

    def change(self, key, written):
        find(self, key, "judgement")
        self[key] = exact(written)

    def let_time_pass(self, periods):
        for key in self if periods else ():
            if self.growth[key]:
                millionths = self[key] * (1 + self.growth[key]) ** periods * 1_000_000
                rounded = int(abs(millionths) + Fraction(1, 2))  # halves away from 0
                self[key] = Fraction(rounded if millionths > 0 else -rounded, 1_000_000)

    def check_ranges(self):
        shares = re.compile(rf"(chance|prior|{'|'.join(FOR_PLANS)})\..*|enforcers\..*\.share(#\d+)?")
        for key, value in self.items():
            right(not key.startswith("discount.") or 0 <= value < 1, f"`{key}` is not from 0 to below 1")
            right(not shares.fullmatch(key) or 0 <= value <= 1, f"`{key}` is not from 0 to 1")


class Issue:
    """An issue: its levels, who moves it and how. `low`, `count` and `stride` say how it enters the number of a state."""

    def __init__(self, name, written, parties):
        self.name, self.levels, self.owner, self.speeds = name, written["levels"], None, (0, 0)
        right(1 <= len(self.levels) <= 64, f"`{name}`: 1 to 64 levels are read")
        right(written["party"] != "nature" or not written.keys() & {"moves", "needs"}, f"`{name}`: nature has no `moves` or `needs`")
        if written["party"] != "nature":
            self.owner, self.speeds = find(parties, written["party"], "party"), speeds(written.get("moves", "free"))
            self.owner.issues.append(self)
        self.today = self.level(written["today"])
        self.remains = self.level(written["remains"]) if "remains" in written else None
        self.needs = {self.level(level): when for level, when in written.get("needs", {}).items()}

    def level(self, name):
        right(name in self.levels, f"unknown level `{name}` of `{self.name}`")
        return self.levels.index(name)

    def moves(self, before, after):
        """Whether its owner may take it from one level to another in one period, `needs` set aside."""
        floor = self.remains is not None and before >= self.remains > after
        return after - before <= self.speeds[0] if after >= before else before - after <= self.speeds[1] and not floor

    def find_levels(self, by_chance):
        """Which levels count: from the lowest to the highest that moves from today, and chances, can bring about."""
        reached = [*{self.today, *by_chance}]
        for before in reached:  # grows while it is gone through
            reached += [after for after in range(len(self.levels)) if self.moves(before, after) and after not in reached]
        self.low, self.count = min(reached), max(reached) - min(reached) + 1


class Party:
    def __init__(self, name, written, of_type):
        types = written.get("types", NOTHING)
        self.name, self.words, self.pace, self.issues = name, written.get("name", name), written.get("pace", 64), []
        self.of_type = next(iter(types), None) if of_type is None else of_type  # the first one written, unless one is named
        own = NOTHING if self.of_type is None else find(types, self.of_type, "type")
        self.discount = own.get("discount", written["discount"])  # its key, until the world is known


class Game:
    """Section 4: the game of a case in a world."""

    def __init__(self, text, world):
        try:
            case = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
        except ValueError as error:
            raise Refused(f"the case: this is not TOML: {error}") from None
        check(case, CASE, "the case")
        empty = dict.fromkeys(("values", "costs", "endings", "chances"), ())
        case = {"parties": NOTHING, "issues": NOTHING, "variants": NOTHING, **empty, **case}
        numbers = Numbers(case)
        self.party_of = {name: Party(name, party, world["types"].get(name)) for name, party in case["parties"].items()}
        self.issue_of = {name: Issue(name, issue, self.party_of) for name, issue in case["issues"].items()}
        self.parties, self.issues = list(self.party_of.values()), list(self.issue_of.values())
        for name in world["types"]:
            self.party(name)
        held = self.enter(case["variants"], world, numbers)
        for party in self.parties:
            party.discount = numbers[party.discount]
        by_chance = [(self.issue(row["issue"]), row) for row in case["chances"] if self.issue(row["issue"]) not in held]
        by_chance = [(issue, issue.level(row["to"]), row.get("when"), numbers[row["chance"]]) for issue, row in by_chance]
        self.number_states(by_chance)
        self.chances = [(bits(self.condition(when), self.states), issue, to, chance) for issue, to, when, chance in by_chance]
        for issue in self.issues:
            issue.needs = {level: self.condition(when) for level, when in issue.needs.items()}
        self.needs_met = [self.patterns([need for issue in party.issues for need in issue.needs.values()]) for party in self.parties]
        self.known_moves, self.known_outcomes = {}, {}
        self.add_flows(case["values"], numbers)
        self.add_endings(case["endings"], numbers)
        self.costs = []
        for row in case["costs"]:
            issue, direction = self.issue(row["issue"]), row.get("direction")
            right(direction in (None, "up", "down"), f"`{direction}` is not a direction")
            to = issue.level(row["to"]) if "to" in row else None
            self.costs.append((self.party(row["party"]), issue, to, direction, numbers[row["cost"]]))

    def party(self, name):
        return find(self.party_of, name, "party")

    def issue(self, name):
        return find(self.issue_of, name, "issue")

    def enter(self, variants, world, numbers):
        """Section 3: changes what the world changes; gives the issues that are held at one level."""
        numbers.let_time_pass(world["periods_later"])
        held = []
        for variant in (find(variants, name, "variant") for name in world["variants"]):
            for issue, moves in variant.get("moves", NOTHING).items():
                self.issue(issue).speeds = speeds(moves)
            for issue, level in variant.get("today", NOTHING).items():
                self.issue(issue).today = self.issue(issue).level(level)
            for issue, level in variant.get("fixed", NOTHING).items():
                held.append(self.issue(issue))
                held[-1].today, held[-1].speeds = held[-1].level(level), (0, 0)
            for party, value in variant.get("discount", NOTHING).items():
                numbers.change(f"discount.{party}", value)
            for key, value in variant.get("judgements", NOTHING).items():
                numbers.change(key, value)
        for key, text in world["judgements"].items():
            numbers.change(key, text)
        numbers.check_ranges()
        return held

    def number_states(self, chances):
        """Which levels count, and how they enter the number of a state."""
        for issue in self.issues:
            issue.find_levels([level for of, level, *_ in chances if of is issue])
        for party in self.parties:
            party.positions = prod(issue.count for issue in party.issues)
        stride = 1
        for party in sorted(self.parties, key=lambda party: -party.positions):
            party.stride = stride
            for issue in party.issues:
                issue.stride, stride = stride, stride * issue.count
        self.block = stride  # that many neighbouring states have the same levels of nature's issues
        for issue in self.issues:
            if issue.owner is None:
                issue.stride, stride = stride, stride * issue.count
        self.states = stride
        need(self.states <= 16_000_000, "too large to check", f"{self.states} states")
        self.everywhere = (1 << self.states) - 1
        self.today = sum((issue.today - issue.low) * issue.stride for issue in self.issues)

    def where(self, issue, level):
        """The set of states in which an issue has a level."""
        if not issue.low <= level < issue.low + issue.count:
            return 0
        found, width = ((1 << issue.stride) - 1) << (level - issue.low) * issue.stride, issue.stride * issue.count
        while width < self.states:
            found, width = found | found << width, 2 * width
        return found & self.everywhere

    def condition(self, text):
        """The set of states in which a condition holds."""
        tokens = re.findall(r"[!<>]=|[=<>()!]|[^\s=<>()!]+", "true" if text is None else text)[::-1]
        signs = dict(zip(("=", "!=", "<", "<=", ">", ">="), (getattr(operator, name) for name in "eq ne lt le gt ge".split())))
        words, all_states = ("iff", "implies", "or", "and"), self.everywhere
        joins = (lambda a, b: a ^ b ^ all_states, lambda a, b: a ^ all_states | b, operator.or_, operator.and_)

        def takes(token):
            return bool(tokens) and tokens[-1] == token and bool(tokens.pop())

        def read(binding, depth):
            right(depth <= 200, "a condition nests more than 200 deep")
            if binding == len(words):
                return atom(depth)
            left = read(binding + 1, depth)
            while takes(words[binding]):  # what `implies` implies is read to the right
                left = joins[binding](left, read(1, depth + 1) if binding == 1 else read(binding + 1, depth))
            return left

        def atom(depth):
            turned = 0
            while takes("not"):
                turned ^= all_states
            if takes("("):
                turned ^= read(0, depth + 1)
                right(takes(")"), f"`{text}`: a parenthesis is not closed")
                return turned
            for word, always in (("true", all_states), ("false", 0)):
                if takes(word):
                    return turned ^ always
            right(len(tokens) > 2 and tokens[-2] in signs, f"`{text}`: a comparison such as `tests = banned` is missing")
            issue, sign = self.issue(tokens.pop()), signs[tokens.pop()]
            level = issue.level(tokens.pop())
            return turned ^ sum(self.where(issue, own) for own in range(len(issue.levels)) if sign(own, level))

        found = read(0, 1)
        right(not tokens, f"`{text}`: `{''.join(tokens[-1:])}` is unexpected")
        return found

    def patterns(self, sets):
        """For each state, as bits, which of some sets it is in."""
        found = [0] * self.states
        for bit, states in enumerate(sets):
            for state in members(states):
                found[state] |= 1 << bit
        return found

    def add_flows(self, values, numbers):
        """For each party `units`, the denominator of its flows, and `flows`: a whole number of units for each state."""
        worths = {party: [] for party in self.parties}
        for row in values:
            given = row.keys() & {"when", "worth", "issue", "levels"}
            right(given in ({"when", "worth"}, {"issue", "levels"}), "a value has `when` and `worth`, or `issue` and `levels`")
            own = {f"{row.get('issue')} = {level}": key for level, key in row.get("levels", NOTHING).items()}
            found = [(self.condition(when), numbers[key]) for when, key in (own or {row.get("when"): row.get("worth")}).items() if key]
            worths[self.party(row["party"])] += found if row.get("type") in (None, self.party(row["party"]).of_type) else []
        for party, own in worths.items():
            party.units, party.flows = lcm(*(worth.denominator for _, worth in own)), [0] * self.states
            for states, worth in own:
                number = int(worth * party.units)
                for state in members(states):
                    party.flows[state] += number

    def add_endings(self, endings, numbers):
        """`ending_of`: for each state, its combination of endings; `endings`: h and each party's he of each combination."""
        self.ending_of, self.endings = self.patterns([self.condition(row.get("when")) for row in endings]), {}
        for pattern in set(self.ending_of):
            worth, here = dict.fromkeys(self.party_of, Fraction(0)), [row for bit, row in enumerate(endings) if pattern >> bit & 1]
            for row in here:
                for name, key in row.get("worth", NOTHING).items():
                    worth[self.party(name).name] += numbers[row["chance"]] * numbers[key]
            hazard = sum(numbers[row["chance"]] for row in here)
            right(hazard <= 1, "the chances of endings add to more than 1 in some state")
            self.endings[pattern] = hazard, list(worth.values())

    def stance(self, index, state):
        """All that a party's moves from a state hang on: its position there, and which of its needs hold."""
        party = self.parties[index]
        return state // party.stride % party.positions, self.needs_met[index][state]

    def moves(self, index, stance):
        """The positions that a party may take from a stance, its own among them."""
        if (index, stance) not in self.known_moves:
            (position, met), party = stance, self.parties[index]
            needs = ((issue, level) for issue in party.issues for level in issue.needs)
            unmet = {need for bit, need in enumerate(needs) if not met >> bit & 1}
            found = [(position, 0)]  # with the number of issues that have moved
            for issue in party.issues:
                inner = issue.stride // party.stride
                now = issue.low + position // inner % issue.count
                steps = [(level - now) * inner for level in range(issue.low, issue.low + issue.count)
                         if level != now and issue.moves(now, level) and (issue, level) not in unmet]
                found += [(to + step, moved + 1) for to, moved in found for step in steps if moved < party.pace]
            self.known_moves[index, stance] = [to for to, _ in found]
        return self.known_moves[index, stance]

    def own_moves(self, index, state):
        return self.moves(index, self.stance(index, state))

    def can_move(self, state, target):
        return state // self.block == target // self.block and all(
            target // party.stride % party.positions in self.own_moves(index, state) for index, party in enumerate(self.parties))

    def outcomes(self, target):
        """What chance makes of a target: (state, probability), by increasing state."""
        if not self.chances:
            return ((target, 1),)
        if target not in self.known_outcomes:
            found = {target: Fraction(1)}
            for when, issue, level, chance in self.chances:
                if when[target] == "1":
                    before, found = found, {}
                    for state, probability in before.items():
                        changed = state + (level - self.level(issue, state)) * issue.stride
                        for after, part in ((state, probability * (1 - chance)), (changed, probability * chance)):
                            if part:
                                found[after] = found.get(after, 0) + part
            self.known_outcomes[target] = tuple(sorted(found.items()))
        return self.known_outcomes[target]

    def reachable(self):
        """The states that joint moves and chance can lead to from today."""
        reached, waiting = {self.today}, [self.today]
        for state in waiting:  # grows while it is gone through
            targets = {state - state % self.block}
            for index, party in enumerate(self.parties):
                targets = {target + to * party.stride for target in targets for to in self.own_moves(index, state)}
            after = {came for target in targets for came, _ in self.outcomes(target)} - reached
            waiting += after
            reached |= after
        return reached

    def level(self, issue, state):
        return issue.low + state // issue.stride % issue.count

    def levels(self, state):
        return [issue.levels[self.level(issue, state)] for issue in self.issues]

    def words(self, state):
        return "[" + ", ".join(f"{issue.name} = {level}" for issue, level in zip(self.issues, self.levels(state))) + "]"


def bits(states, count):
    """A set of states as a text in which character s is `1` where s is in the set."""
    return bin(states)[:1:-1].ljust(count, "0")


def members(states):
    """The states in a set, by increasing number."""
    written = bin(states)[:1:-1]
    at = written.find("1")
    while at >= 0:
        yield at
        at = written.find("1", at + 1)


class Payoffs:
    """What one party gets: `paid` on arriving in a state, `weight` of the future there (both by state), costs of moves."""

    def __init__(self, game, index):
        self.game, self.party, known = game, game.parties[index], {}
        discount, impatience = self.party.discount, 1 - self.party.discount
        for key in set(zip(self.party.flows, game.ending_of)):
            hazard, worth = game.endings[key[1]]
            known[key] = impatience * Fraction(key[0], self.party.units) + discount * worth[index], discount * (1 - hazard)
        self.paid, self.weight = zip(*(known[key] for key in zip(self.party.flows, game.ending_of)))
        self.costs = [(*rule, impatience * cost) for payer, *rule, cost in game.costs if payer is self.party]

    def expect(self, target, future):
        """c(s,target;V) before costs."""
        return sum(chance * (self.paid[came] + self.weight[came] * future[came]) for came, chance in self.game.outcomes(target))

    def cost(self, state, target, mover=None):
        """(1−δ)·cost of a joint move; of the issues of one mover alone if it is named."""
        total = 0
        for issue, to, direction, cost in self.costs:
            before, after = self.game.level(issue, state), self.game.level(issue, target)
            goes = before != after and direction in (None, "up" if after > before else "down")
            total += cost if goes and to in (None, after) and mover in (None, issue.owner) else 0
        return total


# ------------------------------------------------------------------------ section 5: a plan from which no departure pays

def check_plan(game, plan, condition, settlement):
    """Tests all eight points of section 5; gives the nodes of the path, the number of departures and today's values."""
    answers, fallback = check_names(game, plan)
    follows = []  # for each node and outcome: its probability, the state, the node that follows
    for node, (state, target) in enumerate(zip(plan["state"], plan["target"])):
        need(game.can_move(state, target), "a planned move cannot be made",
             f"node {node}: the parties cannot go from {game.words(state)} to {game.words(target)} in one period")
        follows.append([(chance, came, plan["next"][node] if came == target else fallback.get(came))
                        for came, chance in game.outcomes(target)])
        for _, came, after in follows[-1]:
            need(after is not None, "a field", f"fallback: none for {game.words(came)}, where chance can lead after node {node}")
    standing = set(plan["state"])
    missing = game.reachable() - standing if len(standing) < game.states else ()
    need(not missing, "a field", f"state: no node stands in {game.words(min(missing, default=0))}, where the parties can come")
    path = find_path(game, plan, follows, condition, settlement)
    order, departures, today = last_first(follows), 0, []
    for index, party in enumerate(game.parties):
        payoffs = Payoffs(game, index)
        values = plan_values(payoffs, plan, follows, order)
        departures += check_departures(payoffs, index, plan, values, answers[index])
        along = [as_written(values[node]) for node in path]
        need(plan["promises"][index] in ([], along), "a promise is not kept",
             f"{party.words} is promised other values than the plan gives it, which are {', '.join(along)}")
        today.append(values[plan["start"]])
    return path, departures, today


def check_names(game, plan):
    """Point 1: all numbers name what exists and stands where it must. Gives answers and fallback by state."""
    def wanted(holds, sentence):
        need(holds, "a field", sentence)

    state, target, follows, parties = plan["state"], plan["target"], plan["next"], len(game.parties)
    wanted(0 < len(state) == len(target) == len(follows), "state, target and next: not as many entries in each, or none")
    wanted(len(plan["answers"]) == len(plan["promises"]) == parties, f"answers and promises: not one for each of {parties} parties")
    wanted(max(*state, *target) < game.states, f"state or target: not below {game.states}, the number of states")
    for node, (there, after) in enumerate(zip(target, follows)):
        wanted(after < len(state) and state[after] == there, f"next: node {after} does not stand in the target of node {node}")
    wanted(plan["start"] < len(state) and state[plan["start"]] == game.today, "start: no node that stands in today's state")
    lists = [*plan["answers"], plan["fallback"]]
    for field, pairs in zip([*(f"answers to {party.words}" for party in game.parties), "fallback"], lists):
        wanted(all(len(pair) == 2 for pair in pairs), f"{field}: an entry is not a state and a node")
        wanted(all(one < two for (one, _), (two, _) in zip(pairs, pairs[1:])), f"{field}: not in increasing order of states")
        for came, node in pairs:
            wanted(node < len(state) and state[node] == came, f"{field}: node {node} does not stand in state {came}")
    return [dict(pairs) for pairs in plan["answers"]], dict(plan["fallback"])


def find_path(game, plan, follows, condition, settlement):
    """Point 7: the nodes from the start to the settlement that is claimed."""
    state, target, satisfies = plan["state"], plan["target"], bits(condition, game.states)

    def rests(node):
        return plan["next"][node] == node and target[node] == state[node]

    def fault(node):
        if all(came != target[node] for _, came, _ in follows[node]):
            return f"chance never lets the parties arrive in {game.words(target[node])}"
        if not rests(node):
            return f"it goes on from node {node} without settling"
        wanted = satisfies[state[node]] == "1" and game.levels(state[node]) == settlement
        return None if wanted else f"it settles in {game.words(state[node])}, which is not what the claim says"

    path = [plan["start"]]
    while not rests(path[-1]) and len(path) <= len(state) and "chance" not in fault(path[-1]):
        path.append(plan["next"][path[-1]])
    if fault(path[-1]) is None:
        return path
    before, waiting = {plan["start"]: None}, [plan["start"]] if game.chances else []
    for node in waiting:  # grows while it is gone through
        if fault(node) is None:
            way = [node]
            while before[way[-1]] is not None:
                way.append(before[way[-1]])
            return way[::-1]
        for _, _, after in follows[node]:
            if after not in before:
                before[after] = node
                waiting.append(after)
    raise Refused(f"the path: {fault(path[-1])}")


def last_first(follows):
    """The nodes so that one comes after those that follow it, but for circles (depth first, without recursion)."""
    order, seen = [], set()
    for root in range(len(follows)):
        visits = [(root, False)]
        while visits:
            node, left = visits.pop()
            if left:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                visits += [(node, True), *((after, False) for _, _, after in follows[node])]
    return order


def plan_values(payoffs, plan, follows, order):
    """Point 5: what one party gets at every node, by elimination: each V in terms of those that come later in the order."""
    rank, rows = {}, {}
    for node in order:
        known, unknown = -payoffs.cost(plan["state"][node], plan["target"][node]), {}
        for chance, came, after in follows[node]:
            known += chance * payoffs.paid[came]
            unknown[after] = unknown.get(after, 0) + chance * payoffs.weight[came]
        while done := [after for after in unknown if after in rank]:
            first = min(done, key=rank.get)
            factor, (constant, terms) = unknown.pop(first), rows[first]
            known += factor * constant
            for after, weight in terms.items():
                unknown[after] = unknown.get(after, 0) + factor * weight
        rest = 1 - unknown.pop(node, 0)
        rank[node], rows[node] = len(rank), (known / rest, {after: weight / rest for after, weight in unknown.items()})
    values = [None] * len(follows)
    for node in reversed(order):
        values[node] = rows[node][0] + sum(weight * values[after] for after, weight in rows[node][1].items())
    return values


def check_departures(payoffs, index, plan, values, answers):
    """Point 6 for one party; gives the number of departures."""
    game, party, stride, departures = payoffs.game, payoffs.party, payoffs.party.stride, 0
    future = {state: values[node] for state, node in answers.items()}
    gets, rounded = {}, {}

    def down(value):  # rounding down never turns an order around: a closer look is needed only where it gives no less
        return (value.numerator << 64) // value.denominator

    for node, (state, target) in enumerate(zip(plan["state"], plan["target"])):
        own, planned, moves = target // stride % party.positions, down(values[node]), game.own_moves(index, state)
        departures += len(moves) - 1
        for to in moves:
            reached = target + (to - own) * stride
            if reached not in rounded and to != own:
                for came, _ in game.outcomes(reached):
                    need(came in future, "a field", f"answers to {party.words}: none for {game.words(came)}, after node {node}")
                gets[reached] = payoffs.expect(reached, future)
                rounded[reached] = down(gets[reached])
            if to == own or rounded[reached] < planned and not payoffs.costs:
                continue
            worth = gets[reached] - payoffs.cost(state, reached)
            if worth > values[node]:
                raise Refused(f"a departure pays: node {node}: in {game.words(state)} the plan is to go to {game.words(target)}; "
                              f"{party.words} gets {as_written(values[node])} by this, but {as_written(worth)} if it alone goes to "
                              f"{game.words(reached)}")
    return departures


def as_written(value):
    """A decimal where that ends within twelve places, else a fraction in lowest terms."""
    for places in range(13):
        scaled = value * 10**places
        if scaled.denominator == 1:
            text, sign = str(abs(scaled.numerator)).rjust(places + 1, "0"), "-" if value < 0 else ""
            return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)
    return f"{value.numerator}/{value.denominator}"


# -------------------------------------------------------------------------- section 6: bounds that leave no settlement

class Departures:
    """`dev` before the costs of others' moves, by stance and by what the others do, for one party and lower bounds."""

    def __init__(self, payoffs, index, low):
        self.game, self.payoffs, self.party = payoffs.game, payoffs, payoffs.party
        stride, positions, states = self.party.stride, self.party.positions, range(self.game.states)
        # The states in which the party has its first position: one for each combination of what everybody else has.
        self.others = [state for state in states if state // stride % positions == 0]
        columns = [[payoffs.expect(other + to * stride, low) for other in self.others] for to in range(positions)]
        self.best, self.moves = {}, {}
        for stance in {self.game.stance(index, state) for state in states}:
            self.moves[stance] = [(to * stride, payoffs.cost(stance[0] * stride, to * stride, self.party))
                                  for to in self.game.moves(index, stance)]
            rows = [[number - cost for number in columns[to // stride]] for to, cost in self.moves[stance]]
            self.best[stance] = list(map(max, *rows, rows[0]))

    def at(self, stance, target):
        block = self.party.stride * self.party.positions
        return self.best[stance][target // block * self.party.stride + target % self.party.stride]

    def by_others(self, state, target):
        """What the others' parts of a joint move cost the party."""
        return self.payoffs.cost(state, target) - self.payoffs.cost(state, target, self.party)

    def complying(self, high):
        """By stance, the set of targets with which the party complies: c(s,t;high) ≥ dev(s,t;low)."""
        found, last = {}, self.game.states - 1
        for stance, best in self.best.items():
            written = bytearray(b"0") * self.game.states
            for offset, cost in self.moves[stance]:
                for other, least in zip(self.others, best):
                    if high[other + offset] - cost >= least:
                        written[last - other - offset] = ord("1")
            found[stance] = int(written.decode(), 2)
        return found


class Pair:
    """Bounds on a·v_i + b·v_j."""

    def __init__(self, parties, weights, high, low):
        self.parties, self.weights, self.high, self.low = parties, weights, high, low

    def weigh(self, numbers):
        return sum(weight * numbers[party] for weight, party in zip(self.weights, self.parties))

    def before(self, stage, pairs):
        """The same direction as the stage before bounds it."""
        same = [pair for pair in pairs if (pair.parties, pair.weights) == (self.parties, self.weights)]
        implied = ([self.weigh(numbers) for numbers in zip(*stage[side])] for side in ("high", "low"))
        return same[0] if same else Pair(self.parties, self.weights, *implied)

    def sums(self, game, all_payoffs, sums, bounds):
        """`sum(t)` for each target, before costs, from bounds on the sum and on both parties."""
        def at(state):
            weights = [all_payoffs[party].weight[state] for party in self.parties]
            found = min(weights) * sums[state]
            for weight, party, factor in zip(weights, self.parties, self.weights):
                found += factor * (all_payoffs[party].paid[state] + (weight - min(weights)) * bounds[party][state])
            return found
        return [sum(chance * at(came) for came, chance in game.outcomes(target)) for target in range(game.states)]


class Rules:
    """What one stage says of joint moves: which survive it, and what each party then gets at most and at least."""

    def __init__(self, game, all_payoffs, stage, pairs):
        self.game, self.pairs = game, pairs
        self.high = [[payoffs.expect(target, high) for target in range(game.states)]
                     for payoffs, high in zip(all_payoffs, stage["high"])]
        self.departures = [Departures(payoffs, index, stage["low"][index]) for index, payoffs in enumerate(all_payoffs)]
        self.complies = [departures.complying(high) for departures, high in zip(self.departures, self.high)]
        self.sums = [[pair.sums(game, all_payoffs, getattr(pair, side), stage[side]) for side in ("high", "low")] for pair in pairs]

    def complied(self, state):
        """The targets of A(s) as far as the intervals say: a set."""
        found = ((1 << self.game.block) - 1) << state // self.game.block * self.game.block
        for index, complies in enumerate(self.complies):
            found &= complies[self.game.stance(index, state)]
        return found

    def ends(self, state, target):
        """`most` and `least` of a move that survives by the intervals; None if the pairs rule it out."""
        costs = [own.payoffs.cost(state, target) for own in self.departures]
        most = [high[target] - cost for high, cost in zip(self.high, costs)]
        least = [own.at(self.game.stance(index, state), target) - own.by_others(state, target)
                 for index, own in enumerate(self.departures)]
        secured = list(least)
        for place, ends, others, tighter in ((0, most, secured, min), (1, least, most, max)):
            for pair, sums in zip(self.pairs, self.sums):
                for (i, j), (a, b) in ((pair.parties, pair.weights), (pair.parties[::-1], pair.weights[::-1])):
                    ends[i] = tighter(ends[i], (sums[place][target] - pair.weigh(costs) - b * others[j]) / a)
        return (most, least) if all(map(operator.ge, most, least)) else None

    def moves(self, state):
        """A(s): all joint moves from a state that survive, with their ends."""
        found = ((target, self.ends(state, target)) for target in members(self.complied(state)))
        return ((target, ends) for target, ends in found if ends is not None)


def check_bounds(game, bounds, condition):
    """Tests every stage of section 6, then the conclusion; gives sentences that say what was found."""
    parties, grid, without = len(game.parties), bounds["grid"], bounds.get("without_equilibrium")
    need(grid & (grid - 1) == 0, "a field", f"grid: {grid} is not a power of two")
    need(without is None or without < game.states, "a field", f"without_equilibrium: there is no state {without}")
    units = [min(party.units, 1 << 20) * grid for party in game.parties]
    all_payoffs, before = [Payoffs(game, index) for index in range(parties)], {"high": [], "low": []}
    for payoffs, unit in zip(all_payoffs, units):  # stage 0
        least, most = (sum(cost for *_, cost in payoffs.costs if sign * cost > 0) for sign in (-1, 1))
        ends = set(zip(payoffs.paid, payoffs.weight))
        low, high = min((paid - most) / (1 - weight) for paid, weight in ends), max((paid - least) / (1 - weight) for paid, weight in ends)
        before["high"].append([-Fraction(-high * unit // 1, unit)] * game.states)
        before["low"].append([Fraction(low * unit // 1, unit)] * game.states)
    pairs, earned = [], 0
    for number, written in enumerate(bounds["stages"], 1):
        rows, now = [*written["high"], *written["low"]], []
        need(len(written["high"]) == len(written["low"]) == parties, "a field", f"stage {number}: not one list for each party")
        stage = {side: [[Fraction(one, unit) for one in row] for row, unit in zip(written[side], units)] for side in ("high", "low")}
        for pair in written.get("pairs", ()):
            i, j, weights = pair["first"], pair["second"], pair["weights"]
            need(i != j and max(i, j) < parties and len(weights) == 2 and 0 not in weights, "a field",
                 f"stage {number}: a pair needs two parties of the game and positive weights")
            rows += [pair["high"], pair["low"]]
            now.append(Pair((i, j), weights, *([Fraction(one, lcm(units[i], units[j])) for one in row] for row in rows[-2:])))
        need(all(len(row) == game.states for row in rows), "a field", f"stage {number}: not one number for each of {game.states} states")
        then = [pair.before(before, pairs) for pair in now]
        earned += check_stage(Rules(game, all_payoffs, before, then), number, all_payoffs, before, stage, then, now)
        before, pairs = stage, now
    conclusion = conclude(game, Rules(game, all_payoffs, before, pairs), all_payoffs, before, condition, without)
    return [f"{len(bounds['stages'])} stages of bounds over {game.states:,} states: {earned:,} bounds are tightened, each of "
            "which follows from the stage before", conclusion]


def check_stage(rules, number, all_payoffs, before, stage, then, now):
    """Tests each bound that is tighter than in the stage before; gives how many there are.

    First a quick test that passes no fault: for one bound after the other, the tightest last, the set of targets that would
    offend against it grows, and must not meet those with which all comply. Where it does, the moves are looked at. Lower
    bounds are tested as upper ones, with all signs turned.
    """
    game, suspects, earned = rules.game, {}, 0
    single = [1 << target for target in range(game.states)]

    def sweep(claims, targets, brings):
        """`claims`: (bound, state); `targets`: (the most that moving there may bring, set); `brings` says exactly how much."""
        nonlocal earned
        targets, offending, at = sorted(targets, reverse=True) if claims else [], 0, 0
        earned += len(claims)
        for bound, state in sorted(claims, reverse=True):
            while at < len(targets) and targets[at][0] > bound:
                offending |= targets[at][1]
                at += 1
            if offending & rules.complied(state):
                suspects.setdefault(state, []).append((brings, bound))

    def tightened(old, new, sign):
        return [(sign * two, state) for state, (one, two) in enumerate(zip(old, new)) if sign * two < sign * one]

    def extreme_cost(payoffs, sign):
        return sum(cost for *_, cost in payoffs.costs if sign * cost > 0)

    for index, payoffs in enumerate(all_payoffs):
        high = [payoffs.expect(target, stage["high"][index]) for target in range(game.states)]
        departures = Departures(payoffs, index, list(map(max, before["low"][index], stage["low"][index])))

        def above(state, target, ends, index=index, payoffs=payoffs, high=high):
            return min(high[target] - payoffs.cost(state, target), ends[0][index])

        def below(state, target, ends, index=index, departures=departures):
            return -max(departures.at(game.stance(index, state), target) - departures.by_others(state, target), ends[1][index])

        sweep(tightened(before["high"][index], stage["high"][index], 1),
              [(one - extreme_cost(payoffs, -1), bit) for one, bit in zip(high, single)], above)
        claims = {}  # by stance, on which departures hang
        for claim in tightened(before["low"][index], stage["low"][index], -1):
            claims.setdefault(game.stance(index, claim[1]), []).append(claim)
        for stance, own in claims.items():
            column, best = sum(1 << offset for offset, _ in departures.moves[stance]), departures.best[stance]
            sweep(own, [(extreme_cost(payoffs, 1) - one, column << other) for one, other in zip(best, departures.others)], below)
    for was, pair in zip(then, now):
        for sign, side, place in ((1, "high", 0), (-1, "low", 1)):
            sums = [sign * one for one in pair.sums(game, all_payoffs, getattr(pair, side), before[side])]
            least_cost = pair.weigh([sign * extreme_cost(payoffs, -sign) for payoffs in all_payoffs])

            def weighed(state, target, ends, pair=pair, sums=sums, sign=sign, place=place):
                cost = pair.weigh([payoffs.cost(state, target) for payoffs in all_payoffs])
                return min(sums[target] - sign * cost, sign * pair.weigh(ends[place]))

            sweep(tightened(getattr(was, side), getattr(pair, side), sign), [(one - least_cost, bit) for one, bit in zip(sums, single)],
                  weighed)
    for state, claims in suspects.items():
        for target, ends in rules.moves(state):
            need(all(brings(state, target, ends) <= bound for brings, bound in claims), "a bound is too tight",
                 f"stage {number}: in {game.words(state)} one does not allow for the joint move to {game.words(target)}, which "
                 "survives the stage before")
    return earned


def conclude(game, rules, all_payoffs, last, condition, without):
    """Tests that the last stage leaves no settlement that satisfies the target; gives a sentence."""
    heading = "a state is not excluded"
    if without is not None:
        for target, _ in rules.moves(without):
            raise Refused(f"{heading}: from {game.words(without)} the joint move to {game.words(target)} survives")
        need(without in game.reachable(), heading, f"today cannot lead to {game.words(without)}")
        return ("nothing at all is self-enforcing in pure strategies, whatever the target: today can lead to "
                f"{game.words(without)}, from which no joint move survives")

    def stays(index, state):
        """Whether staying permanently is, for a party, at least what it is sure of otherwise."""
        payoffs, again = all_payoffs[index], sum(chance for came, chance in game.outcomes(state) if came == state)
        without_itself = {**dict(enumerate(last["high"][index])), state: 0} if game.chances else {state: 0}
        value = payoffs.expect(state, without_itself) / (1 - again * payoffs.weight[state])
        return value >= max(last["low"][index][state], rules.departures[index].at(game.stance(index, state), state))

    targets = list(members(condition))
    staying = {state for state in targets if all(stays(index, state) for index in range(len(all_payoffs)))}
    reached, seen, waiting = {game.today}, 1 << game.today, [game.today] if staying else []
    for state in waiting:  # grows while it is gone through
        for target in members(rules.complied(state) & (game.everywhere if game.chances else ~seen)):
            if rules.pairs and rules.ends(state, target) is None:
                continue
            for came, _ in game.outcomes(target):
                if came not in reached:
                    reached.add(came)
                    seen |= 1 << came
                    waiting.append(came)
    standing = staying & reached
    need(not standing, heading, f"{game.words(min(standing, default=0))} satisfies the target, nobody is sure to gain by leaving "
                                "it, and surviving moves lead to it")
    return (f"{len(targets):,} states satisfy the target: in {len(targets) - len(staying):,} somebody is sure to gain by leaving, "
            f"and to {len(staying):,} no surviving moves lead from today")


# ---------------------------------------------------------------------------------------------- the call

def verify(case_text, case_name, data):
    """The sentences that say what a proof shows, or a refusal."""
    proof = read_proof(data)
    need(case_text == proof["case"]["text"].encode(), "the case",
         f"the proof speaks of the case {proof['case']['hash']}, but {case_name} has {sha256(case_text)}")
    world, claims, bodies = proof["world"], proof["claim"], proof["body"]
    need(len(claims) == len(bodies) == 1, "the file", "this is not a proof of this format: not one claim and one body")
    ((kind, claim),), ((form, body),) = claims.items(), bodies.items()
    need((kind, form) in (("possible", "automaton"), ("impossible", "bounds")), "a field",
         "body: a possible claim needs an automaton, an impossible one needs bounds")
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
    return sentences + [f"{len(body['state']):,} nodes of the plan: none of {departures:,} single departures pays",
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
    sys.setrecursionlimit(5000)  # conditions nest up to 200 deep, several calls each
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
