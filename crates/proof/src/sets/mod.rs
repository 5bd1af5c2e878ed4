//! Proofs about equilibrium payoffs of explicit games, checked in exact arithmetic without searching.
//!
//! - [`membership`]: a finite self-generating family of points with lotteries proves that payoffs *are*
//!   equilibrium payoffs.
//! - [`refutation`]: a chain of outer bounds with multipliers proves that payoffs *are not*.
//!
//! Both speak of subgame-perfect equilibria in pure strategies with perfect monitoring and a public lottery
//! each period. A proof names the game by its hash and carries its own hash; one changed digit is refused.

mod json;
pub mod membership;
pub mod refutation;

pub use membership::{Branch, Membership, Point, expected, weighted};
pub use refutation::{Argument, Claim, Dual, Refutation, Step};

use detente_game::table::{TableGame, content_hash, hash_of, read_dyngame};
use serde_json::Value;

/// Why a proof is refused, with the place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where, as a path.
    pub place: String,
    /// Why.
    pub reason: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl std::error::Error for Refusal {}

pub(crate) fn refuse<T>(place: impl Into<String>, reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        place: place.into(),
        reason: reason.into(),
    })
}

/// What a checked proof establishes.
#[derive(Debug, Clone, PartialEq)]
pub enum Established {
    /// Every listed point of every state, and every lottery over them, is an equilibrium payoff.
    Membership(Membership),
    /// The last levels bound every equilibrium payoff; states without levels have no equilibrium.
    Refutation(Refutation),
}

/// Checks a proof document against a game.
///
/// # Errors
/// The first thing that is wrong: another game, a changed hash, a step that does not follow.
pub fn verify(document: &Value, game: &TableGame) -> Result<Established, Refusal> {
    let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or("");
    if text("hash") != hash_of(document) {
        return refuse("hash", "the document is not the one that was hashed");
    }
    if text("game") != content_hash(game) {
        return refuse("game", "the proof speaks of another game");
    }
    match text("kind") {
        membership::KIND => {
            let proof = json::read_membership(document, game)?;
            proof.check(game)?;
            Ok(Established::Membership(proof))
        }
        refutation::KIND => {
            let proof = json::read_refutation(document, game)?;
            proof.check(game)?;
            Ok(Established::Refutation(proof))
        }
        other => refuse("kind", format!("`{other}` is not a kind of set proof")),
    }
}

/// Checks a proof document against the game it carries.
///
/// # Errors
/// As [`verify`], and when the game it carries is no game.
pub fn verify_alone(document: &Value) -> Result<(TableGame, Established), Refusal> {
    let model = document.get("model").map(ToString::to_string).unwrap_or_default();
    let game = match read_dyngame(&model) {
        Ok(published) => published.game,
        Err(problems) => {
            let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
            return refuse("model", list.join("; "));
        }
    };
    let established = verify(document, &game)?;
    Ok((game, established))
}

/// Writes a membership proof as a document with its hash.
#[must_use]
pub fn write_membership(proof: &Membership, game: &TableGame) -> Value {
    json::write_membership(proof, game)
}

/// Writes a refutation as a document with its hash.
#[must_use]
pub fn write_refutation(proof: &Refutation, game: &TableGame) -> Value {
    json::write_refutation(proof, game)
}
