//! Detente as a library: whether a self-enforcing deal exists, which steps it takes, and a proof that anybody can recheck.
//!
//! ```
//! use detente::{Case, Question, Verdict};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let case = Case::read(include_str!("../../../cases/korea-toy/case.toml"))?;
//! match case.solve(&Question::default())? {
//!     Verdict::Possible(deal) => {
//!         for step in deal.steps() {
//!             for change in &step.changes {
//!                 println!("{}: {} -> {}", change.issue, change.from, change.to);
//!             }
//!         }
//!         // The checker reads the case from the proof and shares no code with the search.
//!         deal.proof().verify()?;
//!     }
//!     Verdict::Impossible(proof) => println!("no deal: {}", proof.verify()?.concept()),
//!     Verdict::Undecided { why } => println!("undecided: {why}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The other rooms are here under their names: [`stability`] (from rankings alone), [`plans`] (dated plans with uncertain
//! types), [`sets`] (all equilibrium payoffs of a small game), [`ledger`] (a signed deal while it runs). Numbers are exact
//! ([`Exact`]); payoffs of different parties are never added or compared.

use std::collections::BTreeMap;
use std::fmt;

use detente_base::watch::{Unwatched, Watch};
use detente_case::{Target, World};
use detente_game::Game;
use detente_reading::diagnostic::Diagnostics;
use detente_verdict::verdict::{self, Subject};

pub use detente_base::number::Exact;
pub use detente_base::watch;
pub use detente_conflict as conflict;
pub use detente_ledger as ledger;
pub use detente_plans as plans;
pub use detente_proof::{Refusal, Shown, Verified};
pub use detente_reading::diagnostic::Diagnostic;
pub use detente_sets as sets;
pub use detente_stability as stability;
pub use detente_verdict::deals::Criterion;
pub use detente_verdict::verdict::Limits;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The text is not a case: everything that is wrong with it.
    Case(Diagnostics),
    /// The question does not fit the case: an unknown variant, judgement, type, issue or level, in one sentence.
    Question(String),
    /// The game is too large for the limit on memory, or its numbers too fine.
    Game(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(diagnostics) => diagnostics.fmt(f),
            Self::Question(why) | Self::Game(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}

/// A checked case with its text.
#[derive(Debug, Clone)]
pub struct Case {
    text: String,
    case: detente_case::Case,
}

/// What is asked of a case.
///
/// ```
/// # use detente::Question;
/// let question = Question {
///     target: Some("tests = paused and disarmament < full".into()),
///     variants: vec!["no-snapback".into()],
///     ..Question::default()
/// };
/// ```
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The condition that a settlement must satisfy; the case's own where left out.
    pub target: Option<String>,
    /// Variants that apply, in order, by their names in the file.
    pub variants: Vec<String>,
    /// Judgements with another value: key to exact number, as `detente check --judgements` lists them.
    pub judgements: BTreeMap<String, String>,
    /// The type of each party with types; the first in the file where left out.
    pub types: BTreeMap<String, String>,
    /// How to choose among undominated deals.
    pub criterion: Criterion,
    /// How much work may be done.
    pub limits: Limits,
}

/// The verdict. A limit reached is undecided, never “no deal”.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// A deal from which no party gains by departing at any point, with its proof.
    Possible(Deal),
    /// No self-enforcing deal reaches the target; the proof is a chain of bounds.
    Impossible(Proof),
    /// Neither was proved within the limits.
    Undecided {
        /// Why not, in a sentence.
        why: String,
    },
}

/// A self-enforcing deal.
#[derive(Debug, Clone)]
pub struct Deal {
    steps: Vec<Step>,
    values: Vec<(String, Exact)>,
    proof: Proof,
}

/// One period of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What changes, in the order of the case.
    pub changes: Vec<Change>,
    /// Whether chance makes the step and not the parties.
    pub by_chance: bool,
}

/// An issue that changes its level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who controls it, by its name in the file; `None` for nature.
    pub party: Option<String>,
    /// The issue, by its name in the file.
    pub issue: String,
    /// The level before.
    pub from: String,
    /// The level after.
    pub to: String,
}

impl Deal {
    /// The steps from today to the settlement, one a period.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What each party gets, as an exact average per period on its own scale: its name in the file, and the value.
    #[must_use]
    pub fn values(&self) -> &[(String, Exact)] {
        &self.values
    }

    /// The proof.
    #[must_use]
    pub fn proof(&self) -> &Proof {
        &self.proof
    }
}

/// A proof as a file: the case's text, the world, the claim and what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    bytes: Vec<u8>,
}

impl Proof {
    /// The proof in the bytes of a file; nothing is looked at before [`Self::verify`].
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into() }
    }

    /// The bytes of the file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Rechecks the proof in exact arithmetic, from the text of the case in it, with code that the search does not use.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong. Nothing panics, whatever the bytes.
    pub fn verify(&self) -> Result<Verified, Refusal> {
        detente_proof::verify(&self.bytes)
    }
}

impl Case {
    /// Reads and checks the text of a case file.
    ///
    /// # Errors
    /// [`Error::Case`] with everything that is wrong, each with its place.
    ///
    /// ```
    /// let error = detente::Case::read("[case]\ntitel = \"x\"").unwrap_err();
    /// assert!(error.to_string().contains("titel"));
    /// ```
    pub fn read(text: &str) -> Result<Self, Error> {
        let case = detente_case::check(text).map_err(Error::Case)?;
        Ok(Self {
            text: text.to_owned(),
            case,
        })
    }

    /// The checked case: parties, issues, values, judgements.
    #[must_use]
    pub fn parts(&self) -> &detente_case::Case {
        &self.case
    }

    /// Searches for a deal and for a proof that there is none.
    ///
    /// # Errors
    /// [`Error::Question`] when the question does not fit the case, [`Error::Game`] when the game is beyond the limits.
    pub fn solve(&self, question: &Question) -> Result<Verdict, Error> {
        self.solve_watched(question, &Unwatched)
    }

    /// The same, told how far it has come and asked whether to stop.
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn solve_watched(&self, question: &Question, watch: &dyn Watch) -> Result<Verdict, Error> {
        let world = World {
            variants: question.variants.clone(),
            judgements: question.judgements.clone(),
            types: question.types.clone(),
            ..World::default()
        };
        let subject = Subject {
            text: &self.text,
            case: &self.case,
        };
        self.case
            .in_world(&world)
            .map_err(|error| Error::Question(error.to_string()))?;
        let asked = verdict::Question {
            target: self.target(question)?,
            criterion: question.criterion,
        };
        let found = verdict::solve(subject, &world, &asked, &question.limits, watch)
            .map_err(|error| Error::Game(error.to_string()))?;
        Ok(match found.verdict {
            verdict::Verdict::Possible { deal, proof, .. } => {
                Verdict::Possible(self.deal(&world, &deal, &proof)?)
            }
            verdict::Verdict::Impossible { proof } => {
                Verdict::Impossible(Proof::from_bytes(proof.to_bytes()))
            }
            verdict::Verdict::Undecided { why, .. } => Verdict::Undecided { why },
        })
    }

    fn target(&self, question: &Question) -> Result<Target, Error> {
        match (&question.target, &self.case.target) {
            (Some(text), _) => self
                .case
                .target(text)
                .map_err(|error| Error::Question(error.to_string())),
            (None, Some(target)) => Ok(target.clone()),
            (None, None) => Err(Error::Question(
                "the case names no target, and the question gives none".into(),
            )),
        }
    }

    fn deal(&self, world: &World, deal: &verdict::Deal, proof: &detente_proof::Proof) -> Result<Deal, Error> {
        let game = Game::of_case(&self.case, world).map_err(|error| Error::Game(error.to_string()))?;
        let steps = deal
            .path
            .windows(2)
            .zip(&deal.by_chance)
            .map(|(pair, by_chance)| Step {
                changes: game
                    .changes(pair[0], pair[1])
                    .map(|(issue, from, to)| {
                        let issue = self.case.issue(issue);
                        Change {
                            party: issue.party.map(|party| self.case.party(party).id.clone()),
                            issue: issue.id.clone(),
                            from: issue.levels[from.index()].clone(),
                            to: issue.levels[to.index()].clone(),
                        }
                    })
                    .collect(),
                by_chance: *by_chance,
            });
        let names = self.case.parties.iter().map(|party| party.id.clone());
        Ok(Deal {
            steps: steps.collect(),
            values: names.zip(deal.values.iter().cloned()).collect(),
            proof: Proof::from_bytes(proof.to_bytes()),
        })
    }
}
