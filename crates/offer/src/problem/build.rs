//! Points found one after the other: what can be done at each, and where it leads.

use std::collections::HashMap;

use detente_base::ids::{IssueId, Level, PartyId, StateId};
use detente_base::number::Exact;
use detente_game::Position;

use super::{
    Choice, Doing, LONGEST_RETURN, MOST_CHOICES, MOST_NOTICES, Node, Point, Problem, Strategy, TooLarge, Way,
    follow,
};
use crate::offer::Offer;
use crate::play::Play;

impl Builder<'_> {
    pub(super) fn built(mut self) -> Result<Problem, TooLarge> {
        let start = self.node(Node::Date(0, self.offer.pardons));
        self.point(self.play.game().today(), start, 0);
        let play = self.play;
        let party = self.party;
        let builder = &mut self;
        let mut next = 0;
        while next < builder.problem.points.len() {
            builder.problem.starts.push(builder.problem.choices.len() as u32);
            builder.expand(next);
            if builder.problem.choices.len() > MOST_CHOICES {
                return Err(TooLarge(format!(
                    "the decision problem of {} has more than {MOST_CHOICES} choices",
                    play.case.party(party).name
                )));
            }
            next += 1;
        }
        let choices = builder.problem.choices.len() as u32;
        builder.problem.starts.push(choices);
        Ok(self.problem)
    }
}

pub(super) struct Builder<'a> {
    play: &'a Play,
    offer: &'a Offer,
    party: PartyId,
    own: Vec<IssueId>,
    /// By issue of [`Self::own`]: the first bit and the number of bits of its notices under way.
    bits: Vec<(u32, u32)>,
    strategies: Option<&'a [Strategy<'a>]>,
    problem: Problem,
    arrival_of: HashMap<StateId, u32>,
    welcome: HashMap<(StateId, IssueId, Level), bool>,
    /// The levels aimed at, by node.
    aims: Vec<Vec<Level>>,
    /// What follows a date without a pardon.
    entries: HashMap<Option<usize>, Vec<(Exact, u32)>>,
    asked: HashMap<(StateId, u32, PartyId), Position>,
    quiet: HashMap<(u32, u64, u64), Exact>,
}

impl<'a> Builder<'a> {
    pub(super) fn of(
        play: &'a Play,
        offer: &'a Offer,
        party: PartyId,
        strategies: Option<&'a [Strategy<'a>]>,
    ) -> Result<Self, TooLarge> {
        // Where every party has a strategy, the breaches of all count.
        let counts = |owner: PartyId| owner == party || strategies.is_some();
        let own: Vec<IssueId> = IssueId::first(offer.terms.len())
            .filter(|issue| play.game().owner(*issue).is_some_and(counts))
            .collect();
        let longest = offer.terms.iter().map(|terms| terms.restored).max();
        if longest.unwrap_or(0) > LONGEST_RETURN {
            return Err(TooLarge(format!(
                "a snapback that starts after more than {LONGEST_RETURN} periods"
            )));
        }
        let mut used = 0u32;
        let mut bits = Vec::new();
        for issue in &own {
            let more = offer.terms[issue.index()].lag - 1;
            let owner = play.game().owner(*issue).map_or(0, PartyId::index);
            bits.push((used, more));
            used = used.saturating_add(if offer.bound[owner] { more } else { 0 });
            if used > MOST_NOTICES {
                return Err(TooLarge(format!(
                    "breaches of {} would be on the way to being noticed for more than {MOST_NOTICES} periods in all",
                    play.case.party(party).name
                )));
            }
        }
        Ok(Self {
            play,
            offer,
            party,
            own,
            bits,
            strategies,
            problem: Problem::empty(party),
            arrival_of: HashMap::new(),
            welcome: HashMap::new(),
            aims: Vec::new(),
            entries: HashMap::new(),
            asked: HashMap::new(),
            quiet: HashMap::new(),
        })
    }

    fn node(&mut self, node: Node) -> u32 {
        if let Some(known) = self.problem.node_of.get(&node) {
            return *known;
        }
        let place = self.problem.nodes.len() as u32;
        self.aims.push(match &node {
            Node::Date(date, _) => self.offer.reached(Some(*date as usize)).to_vec(),
            Node::Back(levels) => levels[0].clone(),
        });
        self.problem.nodes.push(node.clone());
        self.problem.node_of.insert(node, place);
        place
    }

    fn point(&mut self, state: StateId, node: u32, notices: u64) -> u32 {
        let point = Point { state, node, notices };
        if let Some(known) = self.problem.point_of.get(&point) {
            return *known;
        }
        let place = self.problem.points.len() as u32;
        self.problem.points.push(point);
        self.problem.point_of.insert(point, place);
        place
    }

    fn arrival(&mut self, state: StateId) -> u32 {
        if let Some(known) = self.arrival_of.get(&state) {
            return *known;
        }
        let place = self.problem.arrivals.len() as u32;
        self.problem.arrivals.push(state);
        self.arrival_of.insert(state, place);
        place
    }

    /// The position to which a party goes that follows a node.
    fn asked(&mut self, state: StateId, node: u32, party: PartyId) -> Position {
        if let Some(known) = self.asked.get(&(state, node, party)) {
            return *known;
        }
        let position = follow(self.play, state, &self.aims[node as usize], party);
        self.asked.insert((state, node, party), position);
        position
    }

    /// The snapback nodes that follow a date, with their chances.
    fn entry(&mut self, date: Option<usize>) -> Vec<(Exact, u32)> {
        if let Some(known) = self.entries.get(&date) {
            return known.clone();
        }
        let (game, party) = (self.play.game(), self.party);
        // The party itself does as it likes then; with strategies for all, where it is to go matters to the others' too.
        let all = self.strategies.is_some();
        let backs = self
            .offer
            .snapbacks(date, |issue| all || game.owner(issue) != Some(party));
        let entry: Vec<(Exact, u32)> = backs
            .into_iter()
            .map(|(chance, schedule)| (chance, self.node(Node::Back(schedule))))
            .collect();
        self.entries.insert(date, entry.clone());
        entry
    }

    /// The node after a node that no alarm ends.
    fn after(&mut self, node: u32) -> u32 {
        let last = self.offer.asked.len() as u32;
        let next = match &self.problem.nodes[node as usize] {
            Node::Date(date, pardons) => Node::Date((date + 1).min(last), *pardons),
            Node::Back(levels) if levels.len() > 1 => Node::Back(levels[1..].to_vec()),
            Node::Back(_) => return node,
        };
        self.node(next)
    }

    fn is_breach(&mut self, asked: StateId, issue: IssueId, level: Level) -> bool {
        let game = self.play.game();
        if game.level(asked, issue) == level {
            return false;
        }
        let (play, party) = (self.play, game.owner(issue).unwrap_or(self.party));
        let welcome = self.welcome.entry((asked, issue, level)).or_insert_with(|| {
            let there = |other: IssueId| match other == issue {
                true => level,
                false => game.level(asked, other),
            };
            let to = game.state_with(there).expect("a level that can be moved to");
            play.is_welcome(party, asked, to)
        });
        !*welcome
    }

    /// The chance that a period at a date brings no alarm: `breached` and `due` are sets of places in [`Self::own`], the
    /// breaches made now and those that can be noticed now.
    fn quiet(&mut self, date: u32, breached: u64, due: u64) -> Exact {
        if let Some(known) = self.quiet.get(&(date, breached, due)) {
            return known.clone();
        }
        let mut quiet = Exact::ONE;
        for issue in IssueId::first(self.offer.terms.len()) {
            let terms = &self.offer.terms[issue.index()];
            let owner = self.play.game().owner(issue);
            let place = self.own.iter().position(|own| *own == issue);
            let within = |set: u64| place.is_some_and(|place| set >> place & 1 == 1);
            if within(due) {
                quiet *= Exact::ONE - &terms.noticed;
            }
            let bound = owner.is_some_and(|owner| self.offer.bound[owner.index()]);
            if bound && !within(breached) && self.offer.is_watched(date as usize, issue) {
                quiet *= Exact::ONE - &terms.false_alarm;
            }
        }
        self.quiet.insert((date, breached, due), quiet.clone());
        quiet
    }

    fn expand(&mut self, place: usize) {
        let point = self.problem.points[place];
        if let Some(strategies) = self.strategies {
            return self.expand_strategies(place, point, strategies);
        }
        let (play, party) = (self.play, self.party);
        let game = play.game();
        let mut base = point.state;
        for other in game.parties().filter(|other| *other != party) {
            let position = self.asked(point.state, point.node, other);
            base = game.with_position(base, other, position);
        }
        let asked = self.asked(point.state, point.node, party);
        let asked_state = game.with_position(base, party, asked);
        self.choose(place, asked_state, asked_state, asked, Doing::Follow);
        // What the offer does not forbid comes before what it does.
        let moves = game.own_moves(point.state, party).iter();
        let mut moves: Vec<(bool, Position)> = moves
            .filter(|position| **position != asked)
            .map(|position| {
                let target = game.with_position(base, party, *position);
                (self.breached(point, asked_state, target) != 0, *position)
            })
            .collect();
        moves.sort_by_key(|(breach, _)| *breach);
        for (_, position) in moves {
            let target = game.with_position(base, party, position);
            self.choose(place, asked_state, target, position, Doing::Depart);
        }
        let date = self.problem.date(place);
        if let Some(date) = date.filter(|date| *date > 0 && self.offer.bound[party.index()]) {
            self.leave(point, date);
        }
    }

    /// Where every party does what its strategy says.
    fn expand_strategies(&mut self, place: usize, point: Point, strategies: &[Strategy<'_>]) {
        let game = self.play.game();
        let date = self.problem.date(place);
        let (mut asked_state, mut target) = (point.state, point.state);
        for party in game.parties() {
            let strategy = &strategies[party.index()];
            let choice = self.found(point, party, strategy);
            let says = choice.map(|choice| *strategy.problem.choice(choice));
            let leaves = says.is_some_and(|choice| choice.doing == Doing::Leave);
            let from = strategy.leaves_at.is_some_and(|at| date == Some(at));
            if let Some(date) = date.filter(|_| leaves || from) {
                return self.leave(point, date);
            }
            let asked = self.asked(point.state, point.node, party);
            asked_state = game.with_position(asked_state, party, asked);
            let position = says.map_or(asked, |choice| choice.position);
            target = game.with_position(target, party, position);
        }
        self.choose(place, asked_state, target, Position::at(0), Doing::Follow);
    }

    /// The choice of a strategy at a point that another one's departure may have changed: where the point is not one of the
    /// party's own problem, nothing is known but that it follows.
    fn found(&self, point: Point, party: PartyId, strategy: &Strategy<'_>) -> Option<usize> {
        let node = match &self.problem.nodes[point.node as usize] {
            Node::Date(date, pardons) => Node::Date(*date, *pardons),
            Node::Back(schedule) => {
                let others = |levels: &Vec<Level>| {
                    let levels = levels.iter().enumerate();
                    let level = |(place, level): (usize, &Level)| {
                        let own = self.play.game().owner(IssueId::at(place)) == Some(party);
                        if own { Level::at(0) } else { *level }
                    };
                    levels.map(level).collect()
                };
                let mut schedule: Vec<Vec<Level>> = schedule.iter().map(others).collect();
                while schedule.len() > 1 && schedule[schedule.len() - 1] == schedule[schedule.len() - 2] {
                    schedule.pop();
                }
                Node::Back(schedule)
            }
        };
        let (mut notices, mut used) = (0u64, 0u32);
        for (place, (at, count)) in self.bits.iter().enumerate() {
            let mine = self.play.game().owner(self.own[place]) == Some(party);
            if mine && *count > 0 && self.offer.bound[party.index()] {
                notices |= (point.notices >> at & mask(*count)) << used;
                used += count;
            }
        }
        let problem = strategy.problem;
        let found = problem.place_of(point.state, &node, notices)?;
        Some(strategy.policy[found] as usize)
    }

    fn leave(&mut self, point: Point, date: u32) {
        let first = self.problem.ways.len() as u32;
        self.problem.choices.push(Choice {
            doing: Doing::Leave,
            position: self.play.game().position(point.state, self.party),
            breach: true,
            cost: 0,
            first,
        });
        let arrival = self.arrival(point.state);
        for (chance, node) in self.entry(Some(date as usize - 1)) {
            let way = Way {
                chance: self.problem.chances.place(chance),
                arrival,
                next: self.point(point.state, node, 0),
            };
            self.problem.ways.push(way);
        }
    }

    fn choose(&mut self, place: usize, asked: StateId, target: StateId, position: Position, doing: Doing) {
        let point = self.problem.points[place];
        let play = self.play;
        let cost = match play.game().has_costs() {
            true => play.game().cost(self.party, point.state, target),
            false => Exact::ZERO,
        };
        let cost = self.problem.costs.place(cost);
        let first = self.problem.ways.len() as u32;
        let breached = self.breached(point, asked, target);
        self.problem.choices.push(Choice {
            doing,
            position,
            breach: breached != 0,
            cost,
            first,
        });
        let next = self.next_nodes(point, breached);
        for (state, chance) in play.game().outcomes(target) {
            let arrival = self.arrival(state);
            for (share, node, notices) in &next {
                let way = Way {
                    chance: self.problem.chances.place(&chance * share),
                    arrival,
                    next: self.point(state, *node, *notices),
                };
                self.problem.ways.push(way);
            }
        }
    }

    /// The issues, as places in [`Self::own`], on which a move is a breach: none outside the dates of an offer.
    fn breached(&mut self, point: Point, asked: StateId, target: StateId) -> u64 {
        let mut breached = 0u64;
        if matches!(self.problem.nodes[point.node as usize], Node::Back(_)) || asked == target {
            return breached;
        }
        for place in 0..self.own.len() {
            let issue = self.own[place];
            let game = self.play.game();
            let owner = game.owner(issue).map_or(0, PartyId::index);
            let breach = self.offer.bound[owner] && self.is_breach(asked, issue, game.level(target, issue));
            breached |= u64::from(breach) << place;
        }
        breached
    }

    /// The nodes that may follow a move that is a breach on some issues, with their chances and the notices then under way.
    fn next_nodes(&mut self, point: Point, breached: u64) -> Vec<(Exact, u32, u64)> {
        let after = self.after(point.node);
        let Node::Date(date, pardons) = self.problem.nodes[point.node as usize] else {
            return vec![(Exact::ONE, after, 0)];
        };
        let (mut due, mut notices) = (0u64, 0u64);
        for (place, (at, count)) in self.bits.iter().enumerate() {
            let owner = self.play.game().owner(self.own[place]).map_or(0, PartyId::index);
            if !self.offer.bound[owner] {
                continue;
            }
            let breach = breached >> place & 1;
            if *count == 0 {
                due |= breach << place;
                continue;
            }
            let under_way = point.notices >> at & mask(*count);
            due |= (under_way >> (count - 1) & 1) << place;
            notices |= ((under_way << 1 | breach) & mask(*count)) << at;
        }
        let quiet = self.quiet(date, breached, due);
        let mut next = Vec::with_capacity(2);
        let alarm = Exact::ONE - &quiet;
        if quiet != Exact::ZERO {
            next.push((quiet, after, notices));
        }
        if alarm == Exact::ZERO {
            return next;
        }
        if pardons > 0 {
            let last = self.offer.asked.len() as u32;
            let node = self.node(Node::Date((date + 1).min(last), pardons - 1));
            next.push((alarm, node, notices));
        } else {
            for (chance, node) in self.entry(Some(date as usize)) {
                next.push((&alarm * chance, node, 0));
            }
        }
        next
    }
}

/// The lowest bits.
fn mask(count: u32) -> u64 {
    u64::MAX >> (64 - count.clamp(1, 64))
}
