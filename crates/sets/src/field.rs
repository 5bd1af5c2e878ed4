//! The arithmetic a plan is evaluated in: doubles to search, wide fixed point to guess, rationals to check.

use dashu::integer::IBig;
use detente_base::number::{Exact, to_float};

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

    /// A double near it: the leading bits, the rest cut off.
    pub fn to_double(&self) -> f64 {
        use dashu::base::{BitTest, Sign};
        let (sign, size) = self.digits.clone().into_parts();
        let dropped = size.bit_len().saturating_sub(63);
        let leading = u64::try_from(size >> dropped).unwrap_or(u64::MAX) as f64;
        let exponent = dropped as i32 - self.bits as i32;
        // In two steps, because the power alone may be too small for a double.
        let value = leading * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
        if sign == Sign::Negative { -value } else { value }
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

/// The first fraction of the continued fraction of a double that is as near as its digits can tell, if its
/// denominator is small.
pub(crate) fn near_fraction(value: f64, tolerance: f64) -> Option<Exact> {
    const LARGEST: f64 = 4e6;
    let (mut p, mut q) = ([1.0, value.floor()], [0.0, 1.0]);
    let mut rest = value - value.floor();
    while (value - p[1] / q[1]).abs() > tolerance {
        if rest == 0.0 {
            return None;
        }
        let turned = rest.recip();
        let whole = turned.floor();
        rest = turned - whole;
        p = [p[1], whole * p[1] + p[0]];
        q = [q[1], whole * q[1] + q[0]];
        if q[1] > LARGEST || p[1].abs() > 1e15 {
            return None;
        }
    }
    (p[1].abs() < 1e15).then(|| Exact::from_parts(IBig::from(p[1] as i64), (q[1] as u64).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_numbers_and_doubles_agree() {
        for value in [0.0, 1.0, -2.75, 1e-30, -1234.5678, 2f64.powi(60)] {
            assert_eq!(Wide::from_double(value, 256).to_double(), value);
        }
    }

    #[test]
    fn small_fractions_are_read_off_doubles() {
        for (p, q) in [(0, 1), (3, 1), (39, 4), (-112, 33), (31713, 130_034)] {
            let exact = Exact::from_parts(p.into(), (q as u64).into());
            assert_eq!(near_fraction(f64::from(p) / f64::from(q), 1e-13), Some(exact));
        }
        assert_eq!(near_fraction(std::f64::consts::PI, 1e-15), None);
    }
}
