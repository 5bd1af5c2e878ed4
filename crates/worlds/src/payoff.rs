//! What one party's payoffs are made of: its payoff judgements, and how often each counts in every state.
//!
//! Arriving in state y pays `(1−δ)·Σ x_k [k is got in y] + δ·Σ_e c_e x_e [ending e can happen in y]`, a joint move costs
//! `(1−δ)·Σ x_k [k is charged for it]`, and the future weighs `δ·(1−Σ_e c_e)`: linear in the payoff judgements x (levels,
//! conditions, costs, worths of endings), with the discount factor δ and the chances c of endings as rates.

use detente_base::ids::{JudgementId, PartyId, StateId};
use detente_case::{Basis, Case, Cost, Direction, World};
use detente_game::Game;

use detente_base::number::Exact;

use crate::mix::NumberMap;
use crate::number::Number;

/// Everything that the payoffs of a party rest on.
#[derive(Debug, Clone)]
pub(crate) struct Payoffs {
    /// The payoff judgements, by variable.
    pub judgements: Vec<JudgementId>,
    discount: JudgementId,
    /// The chance of every ending of the case.
    endings: Vec<JudgementId>,
    class_of_state: Vec<u32>,
    classes: Vec<Class>,
    costs: Vec<CostRule>,
}

/// What states have in common in which the same judgements count.
#[derive(Debug, Clone)]
struct Class {
    /// Variables that are got.
    flows: Vec<u32>,
    /// Endings that may happen, with the variable that each brings.
    endings: Vec<(u32, Option<u32>)>,
}

#[derive(Debug, Clone)]
struct CostRule {
    variable: u32,
    /// The level of the rule's issue by state.
    levels: Vec<u8>,
    to: Option<u8>,
    up: bool,
    down: bool,
}

/// The numbers that are not payoffs: they weigh payoffs.
#[derive(Debug, Clone)]
pub(crate) struct Rates<N> {
    discount: N,
    impatience: N,
    /// By ending.
    chances: Vec<N>,
}

impl Payoffs {
    /// Those of a party, of the type that a world takes it to be.
    pub fn of(case: &Case, world: &World, game: &Game, party: PartyId) -> Self {
        let of_type = world.type_of(case, party);
        let own_discount = of_type.and_then(|of| case.party(party).types[of.index()].discount);
        let mut grouping = Grouping::over(game.states());
        let mut judgements: Vec<JudgementId> = Vec::new();
        let mut variable = |id: JudgementId| {
            judgements.push(id);
            judgements.len() as u32 - 1
        };
        let own = case
            .worths
            .iter()
            .filter(|worth| worth.party == party && (worth.of_type.is_none() || worth.of_type == of_type));
        for worth in own {
            match &worth.basis {
                Basis::When(target, id) => {
                    let got = variable(*id);
                    let holds = game.truth(&target.condition);
                    grouping.split(holds.iter().map(|holds| holds.then_some(got)), Class::get);
                }
                Basis::Levels(issue, levels) => {
                    let by_level: Vec<Option<u32>> = levels.iter().map(|id| id.map(&mut variable)).collect();
                    let level = |state| by_level[game.level(state, *issue).index()];
                    grouping.split(game.state_ids().map(level), Class::get);
                }
            }
        }
        for (number, ending) in case.endings.iter().enumerate() {
            let brings = ending.worth[party.index()].map(&mut variable);
            let holds = game.truth(&ending.when.condition);
            let ends = |holds: &bool| holds.then_some((number as u32, brings));
            grouping.split(holds.iter().map(ends), Class::may_end);
        }
        let own = case.costs.iter().filter(|cost| cost.party == party);
        let costs: Vec<(u32, &Cost)> = own.map(|cost| (variable(cost.cost), cost)).collect();
        Self {
            costs: costs
                .into_iter()
                .map(|(variable, cost)| CostRule::of(game, variable, cost))
                .collect(),
            judgements,
            discount: own_discount.unwrap_or(case.party(party).discount),
            endings: case.endings.iter().map(|ending| ending.chance).collect(),
            class_of_state: grouping.group_of,
            classes: grouping.groups,
        }
    }

    /// The rates that a case gives.
    pub fn rates<N: Number>(&self, case: &Case) -> Rates<N> {
        let discount = N::of(case.value(self.discount));
        Rates {
            impatience: N::one() - discount.clone(),
            discount,
            chances: self.endings.iter().map(|id| N::of(case.value(*id))).collect(),
        }
    }

    /// The values that a case gives the variables.
    pub fn values<N: Number>(&self, case: &Case) -> Vec<N> {
        self.judgements.iter().map(|id| N::of(case.value(*id))).collect()
    }

    /// Which class a state is of.
    pub fn class(&self, state: StateId) -> u32 {
        self.class_of_state[state.index()]
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// How many endings the case has.
    pub fn endings(&self) -> usize {
        self.endings.len()
    }

    /// Whether the chances of endings add to at most 1 in every state.
    pub fn endings_fit(&self, case: &Case) -> bool {
        let fit = |endings: &mut dyn Iterator<Item = usize>| {
            let sum = endings.fold(Exact::ZERO, |sum, ending| sum + case.value(self.endings[ending]));
            sum <= Exact::ONE
        };
        let here = |class: &Class| fit(&mut class.endings.iter().map(|(ending, _)| *ending as usize));
        fit(&mut (0..self.endings.len())) || self.classes.iter().all(here)
    }

    /// Whether moves can cost the party anything.
    pub fn has_costs(&self) -> bool {
        !self.costs.is_empty()
    }

    /// The variables that are charged for a joint move.
    pub fn charged(&self, from: StateId, to: StateId) -> impl Iterator<Item = u32> {
        let due = self.costs.iter().filter(move |rule| rule.applies(from, to));
        due.map(|rule| rule.variable)
    }

    /// What arriving in a state of a class pays, as a form: every variable with its coefficient.
    pub fn arriving<'p, N: Number>(
        &'p self,
        class: u32,
        rates: &'p Rates<N>,
    ) -> impl Iterator<Item = (u32, N)> + 'p {
        let class = &self.classes[class as usize];
        let flows = class
            .flows
            .iter()
            .map(|variable| (*variable, rates.impatience.clone()));
        let endings = class.endings.iter().filter_map(|(ending, brings)| {
            let chance = rates.chances[*ending as usize].clone();
            Some(((*brings)?, rates.discount.clone() * chance))
        });
        flows.chain(endings)
    }

    /// What the future weighs after arriving in a state of a class.
    pub fn weight<N: Number>(&self, class: u32, rates: &Rates<N>) -> N {
        let endings = self.classes[class as usize].endings.iter();
        let goes_on = endings.fold(N::one(), |rest, (ending, _)| {
            rest - rates.chances[*ending as usize].clone()
        });
        rates.discount.clone() * goes_on
    }
}

impl<N: Number> Rates<N> {
    /// What a charge weighs.
    pub fn impatience(&self) -> &N {
        &self.impatience
    }
}

impl Class {
    fn get(&mut self, variable: Option<u32>) {
        self.flows.extend(variable);
    }

    fn may_end(&mut self, ending: Option<(u32, Option<u32>)>) {
        self.endings.extend(ending);
    }
}

impl CostRule {
    fn of(game: &Game, variable: u32, cost: &Cost) -> Self {
        let level = |state| game.level(state, cost.issue).index() as u8;
        Self {
            variable,
            levels: game.state_ids().map(level).collect(),
            to: cost.to.map(|level| level.index() as u8),
            up: cost.direction != Some(Direction::Down),
            down: cost.direction != Some(Direction::Up),
        }
    }

    fn applies(&self, from: StateId, to: StateId) -> bool {
        let (before, after) = (self.levels[from.index()], self.levels[to.index()]);
        let goes = (after > before && self.up) || (after < before && self.down);
        goes && self.to.is_none_or(|to| to == after)
    }
}

/// States grouped by all that was said of them so far.
struct Grouping {
    group_of: Vec<u32>,
    groups: Vec<Class>,
}

impl Grouping {
    fn over(states: usize) -> Self {
        let first = Class {
            flows: Vec::new(),
            endings: Vec::new(),
        };
        Self {
            group_of: vec![0; states],
            groups: vec![first],
        }
    }

    /// Splits every group by one more label of its states; each part is told its label.
    fn split<L: Copy + Eq + std::hash::Hash>(
        &mut self,
        labels: impl Iterator<Item = L>,
        tell: impl Fn(&mut Class, L),
    ) {
        let mut parts: NumberMap<(u32, L), u32> = NumberMap::default();
        let mut groups = Vec::new();
        let mut last: Option<((u32, L), u32)> = None;
        for (group, label) in self.group_of.iter_mut().zip(labels) {
            let before = *group;
            // Neighbouring states mostly go the same way.
            if let Some((same, number)) = last
                && same == (before, label)
            {
                *group = number;
                continue;
            }
            *group = *parts.entry((before, label)).or_insert_with(|| {
                let mut part = self.groups[before as usize].clone();
                tell(&mut part, label);
                groups.push(part);
                groups.len() as u32 - 1
            });
            last = Some(((before, label), *group));
        }
        self.groups = groups;
    }
}
