"""Small random case files, the same for the same seed: every rule that a game may have occurs in some of them."""

import random


def random_case(seed):
    """The text of a case file and the world to solve it in: (text, arguments of `detente solve`)."""
    pick = random.Random(seed)
    maker = Maker(pick)
    return "\n".join(maker.lines) + "\n", maker.world()


class Maker:
    """Writes the sections of one case, in an order and with names that say nothing."""

    def __init__(self, pick):
        self.pick, self.lines = pick, []
        self.parties = [f"p{number}" for number in range(pick.choice((1, 2, 2, 2, 3, 3, 4)))]
        pick.shuffle(self.parties)
        self.issues, self.types, self.keys = {}, {}, []
        states = 1
        for party in self.parties + [pick.choice(self.parties), "nature"]:
            levels = pick.choice((2, 2, 2, 3, 4))
            if states * levels <= pick.choice((12, 40, 120)) and (party != "nature" or pick.random() < 0.5):
                self.issues[f"i{len(self.issues)}"] = party, [f"l{level}" for level in range(levels)]
                states *= levels
        names = list(self.issues)
        pick.shuffle(names)
        self.issues = {name: self.issues[name] for name in names}
        self.nature = [name for name in names if self.issues[name][0] == "nature"]
        self.write_all()

    def say(self, *lines):
        self.lines += lines

    def maybe(self, chance):
        return self.pick.random() < chance

    def number(self, key=None, least=-4, most=4):
        """A number in one of the ways in which numbers are written."""
        value = self.pick.randint(least, most)
        if key:
            self.keys.append(key)
        if key and self.maybe(0.15):
            share = self.pick.choice(("3%", "-10%", "0.5%", "12.5%"))
            return f'{{ low = {value - 1}, likely = {value}, high = {value + 1}, grows = "{share} a period" }}'
        return self.pick.choice((f"{value}", f"{value}.0", f"{value}.5", f'"{value}/3"', f"{value * 100}e-2", f"{value}.125"))

    def level(self, issue):
        return self.pick.choice(self.issues[issue][1])

    def condition(self, depth=2):
        kind = self.pick.random()
        if depth == 0 or kind < 0.45:
            issue = self.pick.choice(list(self.issues))
            return f"{issue} {self.pick.choice(('=', '!=', '<', '<=', '>', '>='))} {self.level(issue)}"
        if kind < 0.55:
            return f"not {self.condition(depth - 1)}" if self.maybe(0.5) else f"not ({self.condition(depth - 1)})"
        if kind < 0.6:
            return self.pick.choice(("true", "false"))
        word = self.pick.choice(("and", "or", "and", "or", "implies", "iff"))
        one, two = self.condition(depth - 1), self.condition(depth - 1)
        return f"({one}) {word} {two}" if self.maybe(0.5) else f"{one} {word} {two}"

    def write_all(self):
        self.target = self.condition(1)
        self.say("[case]", 'title = "random"', 'period = "a period"', f'target = "{self.target}"')
        for party in self.parties:
            self.write_party(party)
        for issue in self.issues:
            self.write_issue(issue)
        for party in self.parties:
            for _ in range(self.pick.randint(1, 4)):
                self.write_value(party)
        if self.maybe(0.35):
            for _ in range(self.pick.randint(1, 2)):
                self.write_cost()
        if self.maybe(0.35):
            self.write_ending(0)
            if self.maybe(0.5):
                self.write_ending(1)
        if self.nature or self.maybe(0.2):
            for number in range(self.pick.randint(1, 2)):
                self.write_chance(number)
        self.variant = self.maybe(0.4) and self.write_variant()

    def write_party(self, party):
        discount = self.pick.choice((0, "0.25", "0.5", "0.8", "0.9", '"2/3"', '"13/17"'))
        self.say(f"[parties.{party}]", f'name = "Party {party}"', f"discount = {discount}")
        if self.maybe(0.2):
            self.say(f"pace = {self.pick.randint(1, 2)}")
        if self.maybe(0.25):
            self.types[party] = ["soft", "hard"]
            for of, prior in zip(self.types[party], ("0.4", "0.6")):
                self.say(f"[parties.{party}.types.{of}]", f"prior = {prior}")
                if self.maybe(0.5):
                    self.say("discount = 0.7")

    def write_issue(self, issue):
        party, levels = self.issues[issue]
        written = ", ".join(f'"{level}"' for level in levels)
        self.say(f"[issues.{issue}]", f'party = "{party}"', f'name = "Issue {issue}"', f"levels = [{written}]",
                 f'today = "{self.level(issue)}"')
        if party == "nature":
            return
        if self.maybe(0.6):
            self.say("moves = " + self.pick.choice(('"free"', '"step"', '"forward"', "{ up = 1, down = 2 }", "{ up = 2, down = 0 }")))
        if self.maybe(0.2):
            self.say(f'remains = "{self.level(issue)}"')
        if self.maybe(0.25):
            self.say(f'needs = {{ {self.pick.choice(levels)} = "{self.condition(1)}" }}')

    def write_value(self, party):
        self.say("[[values]]", f'party = "{party}"')
        of = party
        if party in self.types and self.maybe(0.4):
            kind = self.pick.choice(self.types[party])
            self.say(f'type = "{kind}"')
            of = f"{party}.{kind}"
        if self.maybe(0.6):
            when = self.condition()
            self.say(f'when = "{when}"', f"worth = {self.number(f'worth.{of}.[{when}]')}")
        else:
            issue = self.pick.choice(list(self.issues))
            self.say(f'issue = "{issue}"', "[values.levels]")
            for level in self.issues[issue][1]:
                if self.maybe(0.8):
                    self.say(f"{level} = {self.number(f'worth.{of}.{issue}.{level}')}")

    def write_cost(self):
        issue = self.pick.choice([name for name in self.issues if name not in self.nature])
        self.say("[[costs]]", f'party = "{self.pick.choice(self.parties)}"', f'issue = "{issue}"', f"cost = {self.number(least=-2)}")
        if self.maybe(0.4):
            self.say(f'to = "{self.level(issue)}"')
        if self.maybe(0.4):
            self.say(f'direction = "{self.pick.choice(("up", "down"))}"')

    def write_ending(self, number):
        self.keys.append(f"chance.[e{number}]")
        self.say("[[endings]]", f'name = "e{number}"', "chance = " + self.pick.choice(("0.1", "0.25", '"1/3"', "0.5")))
        if self.maybe(0.8):
            self.say(f'when = "{self.condition()}"')
        worths = [f"{party} = {self.number()}" for party in self.parties if self.maybe(0.7)]
        self.say(f"worth = {{ {', '.join(worths)} }}")

    def write_chance(self, number):
        issue = self.pick.choice(self.nature or list(self.issues))
        chance = self.pick.choice(("0.1", "0.5", '"1/3"', "1", "0"))
        self.say("[[chances]]", f'name = "c{number}"', f'issue = "{issue}"', f'to = "{self.level(issue)}"', f"chance = {chance}")
        if self.maybe(0.7):
            self.say(f'when = "{self.condition()}"')

    def write_variant(self):
        own = [name for name in self.issues if name not in self.nature]
        self.say("[variants.v]", 'name = "otherwise"')
        if self.maybe(0.5):
            self.say(f'moves = {{ {self.pick.choice(own)} = "{self.pick.choice(("free", "step", "forward"))}" }}')
        if self.maybe(0.4):
            issue = self.pick.choice(list(self.issues))
            self.say(f'today = {{ {issue} = "{self.level(issue)}" }}')
        if self.maybe(0.4):
            issue = self.pick.choice(list(self.issues))
            self.say(f'fixed = {{ {issue} = "{self.level(issue)}" }}')
        if self.maybe(0.4):
            self.say(f"discount = {{ {self.pick.choice(self.parties)} = 0.6 }}")
        return True

    def world(self):
        """Arguments that name a world other than the case as written, or none."""
        given = ["--beyond-range"]
        if self.variant and self.maybe(0.7):
            given += ["--variant", "v"]
        for party, types in self.types.items():
            if self.maybe(0.5):
                given += ["--type", f"{party}={self.pick.choice(types)}"]
        if self.maybe(0.25):
            given += ["--later", str(self.pick.randint(1, 5))]
        if self.keys and self.maybe(0.3):
            key = self.pick.choice(self.keys)
            given += ["--set", f"{key}={'1/7' if key.startswith('chance') else self.pick.choice(('-1', '2.5', '7/3'))}"]
        return given
