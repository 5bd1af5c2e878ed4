//! The decision problem of one party while everybody else follows an offer.
//!
//! A point is (state, node, breaches on the way to being noticed). At every point the party has all its feasible moves, and, at
//! a date of the offer after the first, may leave openly: then the snapback starts at once. A party that follows goes to
//! the levels asked for, or as near as the rules allow (fewest levels off, then what its own flow prefers). A move is a breach on
//! each issue that it takes elsewhere, unless some other party gains by that and no type of any other loses. A breach on an issue is
//! noticed `lag` periods after it was made, counting its own period, with chance `noticed`; an issue that is watched and kept
//! gives a false alarm with chance `false_alarm`; all independently. Then chances and endings act as in the game.

mod build;
mod follow;

use std::collections::HashMap;

use detente_base::ids::{Level, PartyId, StateId};
use detente_base::number::Exact;
use detente_game::Position;

use crate::offer::Offer;
use crate::play::Play;
use build::Builder;
pub use follow::follow;

/// The most choices, over all points, of one decision problem.
pub const MOST_CHOICES: usize = 3_000_000;
/// The most periods for which a snapback may wait.
pub const LONGEST_RETURN: u32 = 60;
/// The most periods of notices under way, over all issues of a party.
pub const MOST_NOTICES: u32 = 64;

/// Where an offer is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// At a date, with so many pardons left; the date after the last one is every later one.
    Date(u32, u32),
    /// In a snapback: the levels at which the others aim, period by period, the last ones for good.
    Back(Vec<Vec<Level>>),
}

/// Where a party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    /// The state.
    pub state: StateId,
    /// The node, as a place in [`Problem::nodes`].
    pub node: u32,
    /// Breaches not yet noticed: for each own issue with a lag, one bit a period, the latest lowest.
    pub notices: u64,
}

/// What kind of choice it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// What the offer asks.
    Follow,
    /// Another move.
    Depart,
    /// Leaving openly: play goes on at once at the points that follow.
    Leave,
}

/// One choice at a point.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// What kind of choice.
    pub doing: Doing,
    /// The party's position after its move.
    pub position: Position,
    /// Whether the offer forbids it: a breach, or leaving.
    pub breach: bool,
    /// The one-off cost, as a place in [`Problem::costs`].
    pub cost: u32,
    first: u32,
}

/// One way on from a choice.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// Its chance, as a place in [`Problem::chances`].
    pub chance: u32,
    /// The state that came about, as a place in [`Problem::arrivals`].
    pub arrival: u32,
    /// The point that follows.
    pub next: u32,
}

/// Exact numbers that occur often, each kept once.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    /// The numbers.
    pub exact: Vec<Exact>,
    known: HashMap<Exact, u32>,
}

impl Numbers {
    fn place(&mut self, number: Exact) -> u32 {
        if let Some(place) = self.known.get(&number) {
            return *place;
        }
        let place = self.exact.len() as u32;
        self.exact.push(number.clone());
        self.known.insert(number, place);
        place
    }
}

/// The decision problem of a party, whatever its type.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Whose.
    pub party: PartyId,
    /// The nodes that occur.
    pub nodes: Vec<Node>,
    /// The points; play starts at the first.
    pub points: Vec<Point>,
    /// The chances that occur.
    pub chances: Numbers,
    /// The one-off costs that occur; the first is zero.
    pub costs: Numbers,
    /// The states that can come about.
    pub arrivals: Vec<StateId>,
    starts: Vec<u32>,
    choices: Vec<Choice>,
    ways: Vec<Way>,
    node_of: HashMap<Node, u32>,
    point_of: HashMap<Point, u32>,
}

/// A decision problem that exceeds a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLarge(pub String);

impl Problem {
    /// The choices at a point, following the offer first.
    #[must_use]
    pub fn choices(&self, point: usize) -> std::ops::Range<usize> {
        self.starts[point] as usize..self.starts[point + 1] as usize
    }

    /// A choice.
    #[must_use]
    pub fn choice(&self, choice: usize) -> &Choice {
        &self.choices[choice]
    }

    /// The ways on from a choice.
    #[must_use]
    pub fn ways(&self, choice: usize) -> &[Way] {
        let end = self.choices.get(choice + 1);
        let end = end.map_or(self.ways.len(), |next| next.first as usize);
        &self.ways[self.choices[choice].first as usize..end]
    }

    /// How many choices there are over all points.
    #[must_use]
    pub fn size(&self) -> usize {
        self.choices.len()
    }

    /// Whether a point is at a date of the offer.
    #[must_use]
    pub fn date(&self, point: usize) -> Option<u32> {
        match &self.nodes[self.points[point].node as usize] {
            Node::Date(date, _) => Some(*date),
            Node::Back(_) => None,
        }
    }

    /// A problem to which points with one choice each are added.
    #[must_use]
    pub fn without_choice(party: PartyId) -> Self {
        let mut problem = Self::empty(party);
        // One node stands for all: nothing of an offer is left in such a problem but its points.
        problem.nodes.push(Node::Date(0, 0));
        problem
    }

    fn empty(party: PartyId) -> Self {
        let mut problem = Self {
            party,
            nodes: Vec::new(),
            points: Vec::new(),
            chances: Numbers::default(),
            costs: Numbers::default(),
            arrivals: Vec::new(),
            starts: Vec::new(),
            choices: Vec::new(),
            ways: Vec::new(),
            node_of: HashMap::new(),
            point_of: HashMap::new(),
        };
        problem.costs.place(Exact::ZERO);
        problem
    }

    /// Adds a point with one choice: its cost, and chance, state and point of each way on.
    pub fn add_point(&mut self, state: StateId, cost: Exact, ways: Vec<(Exact, StateId, u32)>) {
        self.points.push(Point {
            state,
            node: 0,
            notices: 0,
        });
        self.starts.push(self.choices.len() as u32);
        self.add_choice(Doing::Follow, Position::at(0), cost, ways);
    }

    /// Adds a choice to the point that was added last.
    pub fn add_choice(
        &mut self,
        doing: Doing,
        position: Position,
        cost: Exact,
        ways: Vec<(Exact, StateId, u32)>,
    ) {
        self.choices.push(Choice {
            doing,
            position,
            breach: doing != Doing::Follow,
            cost: self.costs.place(cost),
            first: self.ways.len() as u32,
        });
        for (chance, reached, next) in ways {
            let way = Way {
                chance: self.chances.place(chance),
                arrival: self.arrivals.len() as u32,
                next,
            };
            self.arrivals.push(reached);
            self.ways.push(way);
        }
    }

    /// The problem once its last point was added.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.starts.push(self.choices.len() as u32);
        self
    }

    /// The problem of a party when all others follow an offer.
    ///
    /// # Errors
    /// [`TooLarge`] with the limit that is exceeded.
    pub fn of_offer(play: &Play, offer: &Offer, party: PartyId) -> Result<Self, TooLarge> {
        Builder::of(play, offer, party, None)?.built()
    }

    /// What becomes of an offer when every party has a strategy: a problem with one choice at each point, with the costs of
    /// one party.
    ///
    /// # Errors
    /// [`TooLarge`] with the limit that is exceeded.
    pub fn of_strategies(
        play: &Play,
        offer: &Offer,
        party: PartyId,
        strategies: &[Strategy<'_>],
    ) -> Result<Self, TooLarge> {
        Builder::of(play, offer, party, Some(strategies))?.built()
    }

    /// The place of a point.
    #[must_use]
    pub fn place_of(&self, state: StateId, node: &Node, notices: u64) -> Option<usize> {
        let node = *self.node_of.get(node)?;
        let place = self.point_of.get(&Point { state, node, notices })?;
        Some(*place as usize)
    }
}

/// What a type does: its own decision problem and a choice at each point of it.
#[derive(Debug, Clone, Copy)]
pub struct Strategy<'a> {
    /// The decision problem of the party.
    pub problem: &'a Problem,
    /// The choice at each point.
    pub policy: &'a [u32],
    /// The date from which it does something else than the policy, and what: leaving.
    pub leaves_at: Option<u32>,
}
