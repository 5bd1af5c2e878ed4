//! Tiny random games, and what is true of them by brute force: nothing here is shared with the checker but the
//! numbering of states.
//!
//! *Lassos* (a path that ends in a cycle) of bounded length are thrown out until each one left is kept up by the
//! worst of those left: what remains are equilibria, so their values bound every true claim from inside.

use detente_base::ids::{IssueId, StateId};
use detente_base::number::{Exact, format_exact};
use detente_case::{World, check};
use detente_game::Game;
use rand::{Rng, RngExt};

/// A game of two or three parties with one issue each and a worth for each state.
pub struct Tiny {
    pub text: String,
    pub game: Game,
    pub parties: usize,
    pub states: usize,
    pub today: usize,
    /// The targets of all joint moves, by state.
    pub moves: Vec<Vec<usize>>,
    /// `(1−δ)(u(t) − cost(s,t)) + δ·h·e(t)`, by party, from and to.
    pub base: Vec<Vec<Vec<Exact>>>,
    /// `δ(1−h(t))`, by party and target.
    pub weight: Vec<Vec<Exact>>,
}

/// The rules of a tiny game as numbers, from which both its text and its truth are made.
struct Rules {
    levels: Vec<usize>,
    today: Vec<usize>,
    movement: Vec<&'static str>,
    discount: Vec<[i64; 2]>,
    /// By party, then by the levels of all issues, the first issue fastest.
    flows: Vec<Vec<i64>>,
    /// Payer, mover and cost of going up.
    cost: Option<(usize, usize, i64)>,
    /// The level of the first issue at which the game may end, and what each party then gets.
    ending: Option<(usize, Vec<i64>)>,
    /// Whether the last level of the first issue can only be moved to while the second is above its lowest.
    needs: bool,
}

impl Rules {
    fn random(random: &mut impl Rng) -> Self {
        let parties = random.random_range(2..4usize);
        let most = if parties == 2 { 4 } else { 3 };
        let levels: Vec<usize> = (0..parties).map(|_| random.random_range(2..most)).collect();
        let states = levels.iter().product();
        let rich = random.random_bool(0.5);
        Self {
            today: levels.iter().map(|levels| pick(random, *levels)).collect(),
            movement: (0..parties)
                .map(|_| ["free", "step", "forward", "free"][pick(random, 4)])
                .collect(),
            discount: (0..parties)
                .map(|_| [[1, 2], [1, 3], [2, 3], [3, 4]][pick(random, 4)])
                .collect(),
            flows: (0..parties)
                .map(|_| (0..states).map(|_| whole(random)).collect())
                .collect(),
            cost: rich.then(|| (pick(random, parties), pick(random, parties), whole(random))),
            ending: rich.then(|| {
                let level = pick(random, levels[0]);
                (level, (0..parties).map(|_| whole(random)).collect())
            }),
            needs: random.random_bool(0.3),
            levels,
        }
    }

    /// The levels of all issues for a place in `flows`.
    fn at(&self, mut place: usize) -> Vec<usize> {
        let digit = |levels: &usize| {
            let digit = place % levels;
            place /= levels;
            digit
        };
        self.levels.iter().map(digit).collect()
    }

    fn flow(&self, party: usize, levels: &[usize]) -> i64 {
        let pairs = self.levels.iter().zip(levels).rev();
        self.flows[party][pairs.fold(0, |place, (count, level)| place * count + level)]
    }

    fn can(&self, from: &[usize], to: &[usize]) -> bool {
        let reaches = |issue: usize| match self.movement[issue] {
            "step" => from[issue].abs_diff(to[issue]) <= 1,
            "forward" => to[issue] >= from[issue],
            _ => true,
        };
        let last = self.levels[0] - 1;
        let needed = self.needs && to[0] == last && from[0] != last;
        (0..self.levels.len()).all(reaches) && (!needed || from[1] > 0)
    }

    fn text(&self) -> String {
        let mut text = String::from("[case]\ntitle = \"tiny\"\nperiod = \"a period\"\n");
        for (party, [top, bottom]) in self.discount.iter().enumerate() {
            text += &format!("[parties.p{party}]\nname = \"Party {party}\"\ndiscount = \"{top}/{bottom}\"\n");
        }
        for (party, levels) in self.levels.iter().enumerate() {
            let names: Vec<String> = (0..*levels).map(|level| format!("\"l{level}\"")).collect();
            let (today, movement) = (self.today[party], self.movement[party]);
            text += &format!(
                "[issues.i{party}]\nparty = \"p{party}\"\nname = \"Issue {party}\"\nlevels = [{}]\n\
                 today = \"l{today}\"\nmoves = \"{movement}\"\n",
                names.join(", "),
            );
            if self.needs && party == 0 {
                text += &format!("needs = {{ l{} = \"i1 > l0\" }}\n", levels - 1);
            }
        }
        for (party, flows) in self.flows.iter().enumerate() {
            for (place, worth) in flows.iter().enumerate() {
                let when = condition(&self.at(place));
                text += &format!("[[values]]\nparty = \"p{party}\"\nwhen = \"{when}\"\nworth = {worth}\n");
            }
        }
        if let Some((payer, mover, cost)) = self.cost {
            text += &format!(
                "[[costs]]\nparty = \"p{payer}\"\nissue = \"i{mover}\"\ndirection = \"up\"\ncost = {cost}\n"
            );
        }
        if let Some((level, worths)) = &self.ending {
            let worths = worths.iter().enumerate();
            let worths: Vec<String> = worths
                .map(|(party, worth)| format!("p{party} = {worth}"))
                .collect();
            text += &format!(
                "[[endings]]\nname = \"end\"\nwhen = \"i0 = l{level}\"\nchance = \"1/4\"\nworth = {{ {} }}\n",
                worths.join(", ")
            );
        }
        text
    }
}

fn condition(levels: &[usize]) -> String {
    let parts = levels.iter().enumerate();
    let parts: Vec<String> = parts
        .map(|(issue, level)| format!("i{issue} = l{level}"))
        .collect();
    parts.join(" and ")
}

impl Tiny {
    pub fn random(random: &mut impl Rng) -> Self {
        Self::of(&Rules::random(random))
    }

    fn of(rules: &Rules) -> Self {
        let text = rules.text();
        let case = check(&text).expect("the tiny case is well written");
        let game = Game::of_case(&case, &World::default()).expect("and makes a game");
        let (parties, states) = (rules.levels.len(), game.states());
        let level = |state: usize, issue: usize| game.level(StateId::at(state), IssueId::at(issue)).index();
        let levels = |state: usize| -> Vec<usize> { (0..parties).map(|issue| level(state, issue)).collect() };
        let levels: Vec<Vec<usize>> = (0..states).map(levels).collect();
        let fraction = |[top, bottom]: [i64; 2]| Exact::from(top) / Exact::from(bottom);
        let hazard = |state: usize| match &rules.ending {
            Some((level, _)) if levels[state][0] == *level => fraction([1, 4]),
            _ => Exact::ZERO,
        };
        let pay = |party: usize, from: usize, to: usize| {
            let cost = rules
                .cost
                .filter(|(payer, mover, _)| *payer == party && levels[to][*mover] > levels[from][*mover]);
            let flow = rules.flow(party, &levels[to]) - cost.map_or(0, |(.., cost)| cost);
            let delta = fraction(rules.discount[party]);
            let ended = rules.ending.as_ref().map_or(0, |(_, worths)| worths[party]);
            (Exact::ONE - &delta) * Exact::from(flow) + delta * hazard(to) * Exact::from(ended)
        };
        let all = || 0..states;
        let moves = all().map(|from| {
            all()
                .filter(|to| rules.can(&levels[from], &levels[*to]))
                .collect()
        });
        let base = (0..parties).map(|party| {
            let row = |from| all().map(|to| pay(party, from, to)).collect();
            all().map(row).collect()
        });
        let weight = (0..parties).map(|party| {
            let of = |state| fraction(rules.discount[party]) * (Exact::ONE - hazard(state));
            all().map(of).collect()
        });
        Self {
            parties,
            states,
            today: game.today().index(),
            moves: moves.collect(),
            base: base.collect(),
            weight: weight.collect(),
            text,
            game,
        }
    }

    fn levels(&self, state: usize) -> Vec<usize> {
        let level = |issue| self.game.level(StateId::at(state), IssueId::at(issue)).index();
        (0..self.parties).map(level).collect()
    }

    /// The condition that holds in one state alone.
    pub fn only(&self, state: usize) -> String {
        condition(&self.levels(state))
    }

    pub fn names(&self, state: usize) -> Vec<String> {
        self.levels(state)
            .iter()
            .map(|level| format!("l{level}"))
            .collect()
    }

    /// The targets that one party alone can make of a joint move, the move itself left out.
    pub fn departures(&self, party: usize, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let with = self.levels(to);
        let alone = move |target: &usize| {
            let levels = self.levels(*target);
            let mut others = (0..self.parties).filter(|other| *other != party);
            *target != to && others.all(|other| levels[other] == with[other])
        };
        self.moves[from].iter().copied().filter(alone)
    }
}

fn pick(random: &mut impl Rng, count: usize) -> usize {
    random.random_range(0..count)
}

fn whole(random: &mut impl Rng) -> i64 {
    random.random_range(-4..5)
}

/// A path that ends in a cycle: after the last position it goes on at `back`.
#[derive(Clone)]
pub struct Lasso {
    pub path: Vec<usize>,
    pub back: usize,
    /// By party and position.
    pub values: Vec<Vec<Exact>>,
}

impl Lasso {
    pub fn next(&self, position: usize) -> usize {
        if position + 1 < self.path.len() {
            position + 1
        } else {
            self.back
        }
    }

    /// The state it settles in, if it does.
    pub fn settles(&self) -> Option<usize> {
        (self.back + 1 == self.path.len()).then(|| self.path[self.back])
    }

    fn of(tiny: &Tiny, path: Vec<usize>, back: usize) -> Self {
        let mut lasso = Self {
            path,
            back,
            values: Vec::new(),
        };
        for party in 0..tiny.parties {
            // Once around the cycle: v = sum + factor·v.
            let (mut sum, mut factor) = (Exact::ZERO, Exact::ONE);
            for position in (back..lasso.path.len()).rev() {
                let (from, to) = (lasso.path[position], lasso.path[lasso.next(position)]);
                sum = &tiny.base[party][from][to] + &tiny.weight[party][to] * sum;
                factor *= &tiny.weight[party][to];
            }
            let mut value = sum / (Exact::ONE - factor);
            let mut values = vec![Exact::ZERO; lasso.path.len()];
            for position in (0..lasso.path.len()).rev() {
                let (from, to) = (lasso.path[position], lasso.path[lasso.next(position)]);
                value = &tiny.base[party][from][to] + &tiny.weight[party][to] * value;
                values[position] = value.clone();
            }
            lasso.values.push(values);
        }
        lasso
    }
}

/// Equilibrium paths found by brute force, and the worst of them.
pub struct Known {
    pub lassos: Vec<Lasso>,
    /// By party and state, which lasso is worst for the party.
    pub worst: Vec<Vec<usize>>,
}

/// The lassos of at most `longest` positions that keep each other up; `None` if in some state none is left.
pub fn known(tiny: &Tiny, longest: usize) -> Option<Known> {
    let mut lassos = Vec::new();
    let mut open: Vec<Vec<usize>> = (0..tiny.states).map(|state| vec![state]).collect();
    while let Some(path) = open.pop() {
        let last = path[path.len() - 1];
        for (back, state) in path.iter().enumerate() {
            if tiny.moves[last].contains(state) {
                lassos.push(Lasso::of(tiny, path.clone(), back));
            }
        }
        if path.len() < longest {
            let on = tiny.moves[last].iter();
            open.extend(on.map(|next| [path.clone(), vec![*next]].concat()));
        }
    }
    loop {
        let worst = worst(tiny, &lassos)?;
        let before = lassos.len();
        let punish = |party: usize, state: usize| lassos[worst[party][state]].values[party][0].clone();
        let kept: Vec<bool> = lassos.iter().map(|lasso| kept_up(tiny, lasso, &punish)).collect();
        let mut keep = kept.iter();
        lassos.retain(|_| *keep.next().unwrap());
        if lassos.len() == before {
            return Some(Known { lassos, worst });
        }
    }
}

fn worst(tiny: &Tiny, lassos: &[Lasso]) -> Option<Vec<Vec<usize>>> {
    let worst_in = |party: usize, state: usize| {
        let here = lassos
            .iter()
            .enumerate()
            .filter(|(_, lasso)| lasso.path[0] == state);
        here.min_by(|(_, a), (_, b)| a.values[party][0].cmp(&b.values[party][0]))
            .map(|(number, _)| number)
    };
    (0..tiny.parties)
        .map(|party| (0..tiny.states).map(|state| worst_in(party, state)).collect())
        .collect()
}

fn kept_up(tiny: &Tiny, lasso: &Lasso, punish: &impl Fn(usize, usize) -> Exact) -> bool {
    (0..lasso.path.len()).all(|position| {
        let (from, to) = (lasso.path[position], lasso.path[lasso.next(position)]);
        (0..tiny.parties).all(|party| {
            tiny.departures(party, from, to).all(|target| {
                let gets =
                    &tiny.base[party][from][target] + &tiny.weight[party][target] * punish(party, target);
                gets <= lasso.values[party][position]
            })
        })
    })
}

/// The numbers as a proof promises them.
pub fn promises(lasso: &Lasso) -> Vec<Vec<String>> {
    let of = |values: &Vec<Exact>| values.iter().map(format_exact).collect();
    lasso.values.iter().map(of).collect()
}
