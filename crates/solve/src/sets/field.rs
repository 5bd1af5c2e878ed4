//! The arithmetic a plan is evaluated in: doubles to search, wide fixed point to guess, rationals to check.

use dashu::integer::IBig;
use detente_model::number::{Exact, to_float};

/// A number kind.
pub(crate) trait Field: Clone {
    fn of(&self, value: &Exact) -> Self;
    fn plus(&self, other: &Self) -> Self;
    fn minus(&self, other: &Self) -> Self;
    fn times(&self, other: &Self) -> Self;
    fn over(&self, other: &Self) -> Option<Self>;
}

impl Field for f64 {
    fn of(&self, value: &Exact) -> Self {
        to_float(value)
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn over(&self, other: &Self) -> Option<Self> {
        (*other != 0.0).then(|| self / other)
    }
}

impl Field for Exact {
    fn of(&self, value: &Exact) -> Self {
        value.clone()
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn minus(&self, other: &Self) -> Self {
        self - other
    }
    fn times(&self, other: &Self) -> Self {
        self * other
    }
    fn over(&self, other: &Self) -> Option<Self> {
        (*other != Exact::ZERO).then(|| self / other)
    }
}

/// `digits / 2^bits`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wide {
    pub digits: IBig,
    pub bits: usize,
}

impl Wide {
    pub fn from_double(value: f64, bits: usize) -> Self {
        if value == 0.0 || !value.is_finite() {
            return Self {
                digits: IBig::ZERO,
                bits,
            };
        }
        let raw = value.to_bits();
        let exponent = ((raw >> 52) & 0x7ff) as i64;
        let mantissa = (raw & ((1 << 52) - 1)) | if exponent == 0 { 0 } else { 1 << 52 };
        let shift = exponent.max(1) - 1075 + bits as i64;
        let mantissa = IBig::from(mantissa);
        let digits = if shift >= 0 {
            mantissa << shift as usize
        } else {
            mantissa >> (-shift) as usize
        };
        Self {
            digits: if value < 0.0 { -digits } else { digits },
            bits,
        }
    }

    pub fn to_double(&self) -> f64 {
        let exact = Exact::from_parts(self.digits.clone(), dashu::integer::UBig::ONE << self.bits);
        to_float(&exact)
    }

    /// The simplest fraction this may stand for, if there is one that no chance would produce: its
    /// denominator has fewer than half of the bits that are known.
    pub fn simplest(&self, known: usize) -> Option<Exact> {
        let unit = dashu::integer::UBig::ONE << self.bits;
        let room = IBig::ONE << (self.bits - known);
        let low = Exact::from_parts(&self.digits - &room, unit.clone());
        let high = Exact::from_parts(&self.digits + &room, unit);
        let found = if low <= Exact::ZERO && high >= Exact::ZERO {
            Exact::ZERO
        } else {
            Exact::simplest_in(low, high)
        };
        use dashu::base::BitTest;
        (found.denominator().bit_len() * 2 + 40 < known).then_some(found)
    }
}

impl Field for Wide {
    fn of(&self, value: &Exact) -> Self {
        let digits = (value.numerator() << self.bits) / IBig::from(value.denominator().clone());
        Self {
            digits,
            bits: self.bits,
        }
    }
    fn plus(&self, other: &Self) -> Self {
        Self {
            digits: &self.digits + &other.digits,
            bits: self.bits,
        }
    }
    fn minus(&self, other: &Self) -> Self {
        Self {
            digits: &self.digits - &other.digits,
            bits: self.bits,
        }
    }
    fn times(&self, other: &Self) -> Self {
        Self {
            digits: (&self.digits * &other.digits) >> self.bits,
            bits: self.bits,
        }
    }
    fn over(&self, other: &Self) -> Option<Self> {
        (other.digits != IBig::ZERO).then(|| Self {
            digits: (&self.digits << self.bits) / &other.digits,
            bits: self.bits,
        })
    }
}
