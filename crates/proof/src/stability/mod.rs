//! Checks a claimed stability judgement without searching for anything.
//!
//! A judgement says that a state is stable, or not, for a party under a concept. It comes with what makes it
//! so. *Stable*: for each move by which the party would leave, a legal sequence of its opponents' moves that
//! deters it; every move is looked at, so none can be left out. *Unstable*: one such move, and a set of
//! (state, last mover) that holds where it leads, is closed under everything the opponents may do, and in which
//! nothing deters. The checker steps through what is given, with the model's moves and comparisons only.
//!
//! Groups of parties, simultaneous sanctions, foresight, longer exchanges and parties' own views have judgements of their
//! own kind ([`GroupJudgement`] and so on): what has a short witness carries it, what has none is recomputed from its
//! definition by code that the search does not use.
//!
//! A certificate carries the conflict it is about, so that whoever gets it needs nothing else; conflicts of more
//! than [`MOST_CARRIED`] states are named by their hash only, and are handed to the checker beside it.

mod alone;
mod check;
mod foresight;
mod group;
mod lens;
mod metarational;
mod reached;
mod simultaneous;

pub use alone::{Alone, Refused, check_alone, is_certificate};
pub use check::{Flaw, check, check_certificate};
pub use foresight::{ForesightJudgement, Horizon, LONGEST_HORIZON, MOST_STATES_AHEAD};
pub use group::{
    Answerers, GroupDeterrence, GroupJudgement, GroupStanding, GroupStep, Improvement, MOST_ANSWERING,
    MOST_MOVES_OF_SUBSETS,
};
pub use lens::{Lens, Unknown};
pub use metarational::{MOST_MOVES, MOST_STATES_EXCHANGED, MetarationalJudgement};
pub use simultaneous::{MOST_COMBINED, SimultaneousJudgement, SimultaneousStanding, Spoilt};

use detente_base::hash::ContentHash;
use detente_conflict::{GraphModel, write};
use serde::{Deserialize, Serialize};

/// What a party thinks of before it leaves a state.
///
/// With `R_i+(s)` the unilateral improvements of party i from s, `R_O(q)` what its opponents can reach from q
/// in a legal sequence of moves (nobody twice in succession) and `R_O+(q)` the same with every step an
/// improvement for whoever takes it, judged from the state it leaves, s is stable for i if:
/// Nash: `R_i+(s)` is empty; GMR: for every q in `R_i+(s)` some z in `R_O(q)` has `z <=_i s`; SMR: … and also
/// `w <=_i s` for every w in `R_i(z)`; SEQ, SSEQ: the same with `R_O+(q)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Concept {
    /// Nash stability (also called rationality): it looks one move ahead.
    Nash,
    /// General metarationality: it fears any answer.
    #[serde(rename = "GMR")]
    Gmr,
    /// Symmetric metarationality: it fears any answer that it cannot escape.
    #[serde(rename = "SMR")]
    Smr,
    /// Sequential stability: it fears only answers that pay for those who give them.
    #[serde(rename = "SEQ")]
    Seq,
    /// Symmetric sequential stability: it fears paying answers that it cannot escape.
    #[serde(rename = "SSEQ")]
    Sseq,
}

impl Concept {
    /// All five, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Nash, Self::Gmr, Self::Smr, Self::Seq, Self::Sseq];

    /// The short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nash => "Nash",
            Self::Gmr => "GMR",
            Self::Smr => "SMR",
            Self::Seq => "SEQ",
            Self::Sseq => "SSEQ",
        }
    }

    /// The concept with a short name, whatever the case of its letters.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|concept| concept.name().eq_ignore_ascii_case(name))
    }

    /// Whether opponents answer only by improvements.
    #[must_use]
    pub fn credible(self) -> bool {
        matches!(self, Self::Seq | Self::Sseq)
    }

    /// Whether the party looks at its own way out of the sanction.
    #[must_use]
    pub fn symmetric(self) -> bool {
        matches!(self, Self::Smr | Self::Sseq)
    }

    /// What the concept supposes, in words.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Nash => "nobody can do better by a move of its own",
            Self::Gmr => {
                "whoever moves away can be brought to something no better, at any cost to the others"
            }
            Self::Smr => {
                "whoever moves away can be brought to something no better and cannot escape from there"
            }
            Self::Seq => {
                "whoever moves away is brought to something no better by answers that pay the others"
            }
            Self::Sseq => {
                "whoever moves away is brought to something no better by answers that pay, without escape"
            }
        }
    }
}

/// One move of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who moves.
    pub by: String,
    /// To which state.
    pub to: String,
}

/// What deters a party from one move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deterrence {
    /// Where the party would go.
    pub leaving_to: String,
    /// What its opponents then do; the last state is what deters.
    pub answer: Vec<Step>,
}

/// States that opponents can bring about, with everybody who can have moved last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// The state.
    pub state: String,
    /// Who can have moved last.
    pub last: Vec<String>,
}

/// Why a state is stable or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Standing {
    /// Each move by which the party would leave is deterred.
    Stable(Vec<Deterrence>),
    /// One move is not.
    Unstable {
        /// Where the party goes.
        leaving_to: String,
        /// Everything that opponents can make of it; empty for Nash.
        reached: Vec<Reached>,
    },
}

/// A claim about one party at one state, with what makes it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// Whose view it is.
    pub party: String,
    /// The state it may leave.
    pub state: String,
    /// What it thinks of.
    pub concept: Concept,
    /// How unknown and strong preferences and attitudes are read.
    #[serde(default, skip_serializing_if = "Lens::is_plain")]
    pub lens: Lens,
    /// What is claimed, and why.
    pub standing: Standing,
}

/// The schema of a certificate with judgements of every kind.
pub const CERTIFICATE: &str = "detente-stability-proof/2";
/// The schema of a certificate with judgements of single parties in the shared view alone.
pub const CERTIFICATE_OF_SINGLES: &str = "detente-stability-proof/1";

/// Conflicts of more states are not carried by a certificate.
pub const MOST_CARRIED: usize = 4_096;

/// The conflict as a certificate carries it.
#[must_use]
pub fn carried(model: &GraphModel) -> Option<serde_json::Value> {
    (model.states().count() <= MOST_CARRIED).then(|| write(model))
}

/// Judgements about one conflict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`CERTIFICATE`], or [`CERTIFICATE_OF_SINGLES`] where `judgements` is all there is.
    pub schema: String,
    /// The SHA-256 of the conflict they are about, see [`conflict_hash`].
    pub conflict: String,
    /// The conflict itself as `gmcr-case/1`, unless it is too large to be carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<serde_json::Value>,
    /// The judgements of single parties.
    pub judgements: Vec<Judgement>,
    /// Judgements of single parties in their own view of the conflict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_views: Vec<Judgement>,
    /// Judgements by simultaneous sanctions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub simultaneous: Vec<SimultaneousJudgement>,
    /// Judgements of groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupJudgement>,
    /// Judgements of parties that look ahead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foresight: Vec<ForesightJudgement>,
    /// Judgements over longer exchanges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metarational: Vec<MetarationalJudgement>,
}

impl Certificate {
    /// How many judgements of each kind there are, for those kinds that there are some of, in words.
    #[must_use]
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let through = |lens: fn(&Lens) -> bool| self.judgements.iter().filter(|own| lens(&own.lens)).count();
        let counts = [
            ("of single parties", through(Lens::is_plain)),
            (
                "of single parties by a reading of preferences",
                through(|lens| !lens.is_plain()),
            ),
            ("in parties' own views", self.own_views.len()),
            ("by simultaneous sanctions", self.simultaneous.len()),
            ("of groups", self.groups.len()),
            ("by foresight", self.foresight.len()),
            ("over longer exchanges", self.metarational.len()),
        ];
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// How many judgements there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.counts().iter().map(|(_, count)| count).sum()
    }
}

/// The SHA-256 of a conflict, written as `gmcr-case/1` in one line with sorted keys.
#[must_use]
pub fn conflict_hash(model: &GraphModel) -> String {
    ContentHash::of(write(model).to_string().as_bytes()).to_string()
}
