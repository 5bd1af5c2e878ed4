//! How far each number may be wrong: the distances from its likely value to the ends of its range.

use detente_base::ids::JudgementId;
use detente_base::number::Exact;
use detente_case::{Case, Judgement};

/// Which ranges are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ranges {
    /// Those that the case states; a number without one is taken to be right.
    #[default]
    Stated,
    /// Each number may be wrong by its own size in either direction.
    OwnSize,
}

/// How far a number may be below and above its likely value; neither is less than nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Below.
    pub below: Exact,
    /// Above.
    pub above: Exact,
}

impl Ranges {
    /// The room of a judgement of a case.
    #[must_use]
    pub fn room(self, case: &Case, id: JudgementId) -> Room {
        let judgement = case.judgement(id);
        match self {
            Self::Stated => stated(judgement),
            Self::OwnSize => {
                let size = magnitude(&judgement.likely);
                Room {
                    below: size.clone(),
                    above: size,
                }
            }
        }
    }
}

fn stated(judgement: &Judgement) -> Room {
    let likely = &judgement.likely;
    let room = |end: Option<Exact>| end.filter(|room| *room > Exact::ZERO).unwrap_or(Exact::ZERO);
    Room {
        below: room(judgement.low.as_ref().map(|low| likely - low)),
        above: room(judgement.high.as_ref().map(|high| high - likely)),
    }
}

fn magnitude(value: &Exact) -> Exact {
    match *value < Exact::ZERO {
        true => Exact::ZERO - value,
        false => value.clone(),
    }
}
