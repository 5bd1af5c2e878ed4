//! What a formula accepts: counts that may be written `4` or `4.0`, and the checks that turn a number
//! outside its range into a sentence instead of a nonsense answer.

use serde::{Deserialize, Serialize};

/// Why a formula gave no answer: the text says which input is wrong and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaError(pub String);

impl std::fmt::Display for FormulaError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for FormulaError {}

/// The largest count a formula accepts, so that no input makes it run for minutes.
pub const LARGEST_COUNT: u32 = 100_000;

/// A whole number of periods, steps, players or issues, at most [`LARGEST_COUNT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "u32")]
pub struct Count(pub u32);

impl TryFrom<f64> for Count {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if value.fract() == 0.0 && (0.0..=f64::from(LARGEST_COUNT)).contains(&value) {
            // The range check above makes the conversion exact.
            Ok(Self(value as u32))
        } else {
            Err(format!("{value} is not a whole number from 0 to {LARGEST_COUNT}"))
        }
    }
}

impl From<Count> for u32 {
    fn from(count: Count) -> u32 {
        count.0
    }
}

impl Count {
    /// The count as a real number, for exponents and sums.
    pub fn real(self) -> f64 {
        f64::from(self.0)
    }

    /// The count as a power.
    pub fn power(self) -> i32 {
        // At most LARGEST_COUNT, which fits.
        self.0 as i32
    }
}

/// A discount factor per period: strictly between 0 and 1.
pub(crate) fn discount(name: &str, value: f64) -> Result<f64, FormulaError> {
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err(FormulaError(format!(
            "`{name}` is {value}, but a discount factor lies strictly between 0 and 1"
        )))
    }
}

/// A chance or share: from 0 to 1.
pub fn share(name: &str, value: f64) -> Result<f64, FormulaError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(FormulaError(format!(
            "`{name}` is {value}, but it is a chance or share and lies between 0 and 1"
        )))
    }
}

/// A number that must be above zero.
pub(crate) fn positive(name: &str, value: f64) -> Result<f64, FormulaError> {
    if value > 0.0 {
        Ok(value)
    } else {
        Err(FormulaError(format!(
            "`{name}` is {value}, but it must be above zero"
        )))
    }
}

/// A threshold on a chance: the number if it is a chance, nothing if no chance reaches it, 0 if all do.
pub(crate) fn threshold(value: f64) -> Option<f64> {
    if value.is_nan() || value > 1.0 {
        None
    } else {
        Some(value.max(0.0))
    }
}
