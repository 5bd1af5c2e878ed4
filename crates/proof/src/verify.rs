//! One call from the bytes of a proof to what it shows.

use crate::reading::Reading;
use detente_case::{Case, World};

use crate::automaton::SelfEnforcing;
use crate::bounds::Bounded;
use crate::subject::Subject;
use crate::{Body, Claim, Proof, Refusal, automaton, bounds};

/// A claim that has been rechecked, and how.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What holds.
    pub claim: Claim,
    /// The case as it stands in the world of the proof.
    pub case: Case,
    /// The case as written, with which the world is compared.
    pub written: Case,
    /// The game that was rebuilt.
    pub game: Reading,
    /// The world.
    pub world: World,
    /// The name of the proof: its content hash.
    pub hash: String,
    /// What was checked.
    pub shown: Shown,
}

/// What was checked to show a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A plan from which no single departure pays.
    SelfEnforcing(SelfEnforcing),
    /// Bounds that leave no settlement.
    Bounded(Bounded),
}

impl Verified {
    /// The solution concept that the verdict rests on, in words.
    #[must_use]
    pub fn concept(&self) -> &'static str {
        match self.shown {
            Shown::SelfEnforcing(_) => {
                "pure-strategy subgame-perfect equilibrium with perfect monitoring: at no point, for no party, does a \
                 single departure pay; the path settles where no chance intervenes"
            }
            Shown::Bounded(_) => {
                "no pure-strategy subgame-perfect equilibrium with perfect monitoring, with or without a public \
                 lottery before each period, has a path that settles so"
            }
        }
    }
}

/// Rechecks a proof.
///
/// # Errors
/// A [`Refusal`] that says what is wrong. Nothing panics, whatever the bytes.
pub fn verify(bytes: &[u8]) -> Result<Verified, Refusal> {
    verify_proof(Proof::from_bytes(bytes)?)
}

/// Rechecks what a proof claims in another world of its case. Promised values are passed over: they are others there.
///
/// # Errors
/// A [`Refusal`] that says why the same plan or the same bounds do not show it there.
pub fn verify_in(proof: &Proof, world: &World) -> Result<(), Refusal> {
    let mut moved = proof.clone();
    moved.world = world.clone();
    if let Body::Automaton(automaton) = &mut moved.body {
        automaton.promises.iter_mut().for_each(Vec::clear);
    }
    verify_proof(moved).map(|_| ())
}

fn verify_proof(proof: Proof) -> Result<Verified, Refusal> {
    let subject = Subject::of(&proof)?;
    let shown = match (&proof.claim, &proof.body) {
        (Claim::Possible { settlement, .. }, Body::Automaton(automaton)) => {
            Shown::SelfEnforcing(automaton::check(&subject, automaton, settlement)?)
        }
        (Claim::Impossible { .. }, Body::Bounds(bounds)) => Shown::Bounded(bounds::check(&subject, bounds)?),
        (Claim::Possible { .. }, Body::Bounds(_)) | (Claim::Impossible { .. }, Body::Automaton(_)) => {
            return Err(Refusal::Field(
                "body: a possible claim needs an automaton, an impossible one needs bounds".into(),
            ));
        }
    };
    Ok(Verified {
        claim: proof.claim,
        case: subject.case,
        written: subject.written,
        game: subject.game,
        world: proof.world,
        hash: proof.hash,
        shown,
    })
}
