//! Deciding the assertions of a case: true, false, undecided, or not decidable by this version.
//!
//! An assertion about what is self-enforcing is decided by the same verdicts as any question, with a proof where
//! there is one; an assertion about offers and types by the plan engine. Nothing is tuned until an assertion
//! comes out: the reason says what was found, also where it contradicts the source.

mod comparisons;
mod reach;
mod settlements;
mod turns;

pub use reach::Answered;
pub use turns::{Extent, Turns};

use detente_base::ids::JudgementId;
use detente_case::{Case, Claim, ClaimKind, World};
use detente_proof::Proof;

use detente_base::watch::Watch;
use detente_verdict::line::Change;
use detente_verdict::verdict::{Ground, Limits, Subject};

/// What was found about one assertion.
#[derive(Debug)]
pub struct Decision {
    /// The assertion's name in the case.
    pub id: String,
    /// What the case says of it.
    pub finding: Finding,
    /// Why, in one to three sentences.
    pub reason: String,
    /// The proofs of the verdicts it rests on, in the order in which the reason names them.
    pub proofs: Vec<Proof>,
    /// The judgements it turns on.
    pub turns: Turns,
}

impl Decision {
    /// The changes between true and false that moving one judgement inside its stated range makes.
    pub fn reversals(&self) -> impl Iterator<Item = &(JudgementId, Change<Finding>)> {
        let opposite = match self.finding {
            Finding::True => Some(Finding::False),
            Finding::False => Some(Finding::True),
            Finding::Undecided | Finding::NotDecidable => None,
        };
        let changes = self.turns.changes.iter();
        changes.filter(move |(_, change)| Some(change.becomes) == opposite)
    }
}

/// What a case says of an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It holds under these judgements.
    True,
    /// It fails under these judgements.
    False,
    /// Neither was shown within the limits.
    Undecided,
    /// The case does not say enough for this kind of assertion.
    NotDecidable,
}

impl Finding {
    /// From an answer that may be missing.
    #[must_use]
    pub fn of(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Undecided,
        }
    }
}

/// What all assertions are judged by.
#[derive(Clone, Copy)]
pub struct ClaimContext<'a> {
    /// The case and its text.
    pub subject: Subject<'a>,
    /// The case as it stands in the world.
    pub case: &'a Case,
    /// The world.
    pub world: &'a World,
    /// The game of that world, laid out.
    pub ground: &'a Ground<'a>,
    /// Limits of every question about the case as it stands.
    pub limits: &'a Limits,
    /// Limits of every question about a variant or a later date.
    pub elsewhere: &'a Limits,
    /// What was answered before.
    pub answered: &'a Answered,
    /// How far it is asked which judgements a finding turns on; `None` where it is not.
    pub turns: Option<Extent>,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

/// Decides every assertion of the case, in its order; when the watch says stop, by what has been asked until then.
/// What they turn on is asked after all are decided.
#[must_use]
pub fn decide_all(context: &ClaimContext<'_>) -> Vec<Decision> {
    let claims = &context.case.claims;
    context.ask_ahead();
    let decide = |(number, claim): (usize, &Claim)| {
        context
            .watch
            .advanced("claims decided", number as u64, Some(claims.len() as u64));
        decide(context, claim)
    };
    let mut decisions: Vec<Decision> = claims.iter().enumerate().map(decide).collect();
    turns::look(context, &mut decisions);
    decisions
}

/// Decides one assertion.
#[must_use]
pub fn decide(context: &ClaimContext<'_>, claim: &Claim) -> Decision {
    // The other kinds ask in time themselves, or ask nothing that takes long.
    if claim.kind == ClaimKind::SmallAreas && context.watch.should_stop() {
        return Decision {
            id: claim.id.clone(),
            finding: Finding::Undecided,
            reason: "The time limit was reached before this claim was looked at.".into(),
            proofs: Vec::new(),
            turns: Turns::default(),
        };
    }
    let by_plans = |decided: detente_plans::claims::Decided| -> Decided {
        (Finding::of(decided.holds), decided.reason, Vec::new())
    };
    let (finding, reason, proofs) = match claim.kind {
        ClaimKind::Types => by_plans(detente_plans::claims::types(&context.of_known_types(), claim)),
        ClaimKind::SmallAreas => by_plans(detente_plans::claims::small_areas(
            &context.of_known_types(),
            claim,
            context.watch,
        )),
        ClaimKind::Possible => context.possible(claim),
        ClaimKind::RoomToAnswer => context.room_to_answer(claim),
        ClaimKind::Gesture => context.gesture(claim),
        ClaimKind::Widens => context.widens(claim),
        ClaimKind::Exchange => context.exchange(claim),
        ClaimKind::Series => context.series(claim),
        ClaimKind::Enables => context.compared(claim),
        ClaimKind::Coalition => context.coalition(claim),
        ClaimKind::DependsOn => context.depends_on(claim),
        ClaimKind::AllAtOnceFails => context.all_at_once(claim),
        ClaimKind::LimitedIsBetter => context.limited(claim),
        ClaimKind::QuietIsBetter => context.quiet(claim),
        ClaimKind::Window => context.window(claim),
    };
    Decision {
        id: claim.id.clone(),
        finding,
        reason,
        proofs,
        turns: Turns::default(),
    }
}

impl ClaimContext<'_> {
    /// The case in its world for the plan engine, in which a type that the world names is known.
    fn of_known_types(&self) -> Case {
        detente_plans::known::known_types(self.case, self.world)
    }
}

/// The finding, the reason, and the proofs.
type Decided = (Finding, String, Vec<Proof>);

fn undecidable(why: &str) -> Decided {
    (
        Finding::NotDecidable,
        format!("Not decidable: {why}."),
        Vec::new(),
    )
}
