//! Exact re-verification of a claimed verdict, by code that shares the format, numbers and words of
//! [`detente_case`] with the search, and not its game.
//!
//! A [`Proof`] is one file: the whole text of the case, the world it speaks of, the [`Claim`] and a [`Body`] that
//! shows it. [`verify`] reads the bytes, reads the game from the text by its own rules ([`reading`]) and rechecks everything in whole numbers
//! and rationals; nothing is searched for, no float occurs. What the two bodies show, and why it suffices, is
//! the doc of [`automaton`] (something is possible) and of [`bounds`] (something is impossible). What types do with an offer has
//! a file of its own kind ([`offer`]).
//!
//! ```
//! let refused = detente_proof::verify(b"{}").unwrap_err();
//! assert!(refused.to_string().contains("not a proof"));
//! ```

pub mod automaton;
pub mod bounds;
mod envelope;
pub mod offer;
pub mod reading;
mod refusal;
pub mod sets;
pub mod stability;
mod subject;
mod verify;
pub mod whole_numbers;

pub use envelope::{Body, CaseText, Claim, FORMAT, LARGEST_PROOF, Proof};
pub use refusal::Refusal;
pub use verify::{Shown, Verified, verify, verify_in};
