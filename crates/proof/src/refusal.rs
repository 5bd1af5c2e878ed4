//! Why a proof is not accepted, in words that say where to look.

/// Why a proof is refused. A refused proof says nothing about the claim, neither for it nor against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The bytes are no proof, or were changed: format, canonical form or a hash.
    Bytes(String),
    /// The embedded case, the world or the target does not make a game.
    Case(String),
    /// A field does not fit the game or another field.
    Field(String),
    /// The game is too large, or its numbers too fine, for the stated limits of the checker.
    TooLarge(String),
    /// A planned move cannot be made.
    CannotMove(String),
    /// A departure pays: who, where, which, and how much.
    Pays(String),
    /// The path does not end where the claim says.
    Path(String),
    /// A promised value is not the value of the plan.
    Promise(String),
    /// A bound is tighter than what the stage before allows.
    Bound(String),
    /// A state that satisfies the target is not excluded.
    Stands(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (heading, text) = match self {
            Self::Bytes(text) => ("the file", text),
            Self::Case(text) => ("the case", text),
            Self::Field(text) => ("a field", text),
            Self::TooLarge(text) => ("too large to check", text),
            Self::CannotMove(text) => ("a planned move cannot be made", text),
            Self::Pays(text) => ("a departure pays", text),
            Self::Path(text) => ("the path", text),
            Self::Promise(text) => ("a promise is not kept", text),
            Self::Bound(text) => ("a bound is too tight", text),
            Self::Stands(text) => ("a state is not excluded", text),
        };
        write!(f, "{heading}: {text}")
    }
}

impl std::error::Error for Refusal {}
