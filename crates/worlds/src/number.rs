//! Arithmetic that is written once and done twice: in doubles to search, in fractions to claim.

use std::ops::{Add, Div, Mul, Sub};

use detente_base::number::{Exact, to_float};

/// A number that values and forms are made of.
pub(crate) trait Number:
    Clone
    + PartialEq
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    fn of(value: &Exact) -> Self;

    fn one() -> Self {
        Self::of(&Exact::ONE)
    }
}

impl Number for f64 {
    fn of(value: &Exact) -> Self {
        to_float(value)
    }
}

impl Number for Exact {
    fn of(value: &Exact) -> Self {
        value.clone()
    }
}
