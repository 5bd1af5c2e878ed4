//! Numbers between two whole numbers: enough for most comparisons, and much cheaper than fractions.
//!
//! An enclosure says that a value lies in `[low, high]·2⁻⁴⁸`. Every operation rounds outwards, so two enclosures
//! that do not overlap compare as the values do; where they overlap, the values themselves have to be compared.
//! Of a result that does not fit 128 bits nothing is known (interval arithmetic: Moore 1966).

use dashu::integer::IBig;
use detente_base::number::Exact;

/// Bits behind the point of a value.
const VALUE_BITS: usize = 48;
/// Bits behind the point of a factor, a number from 0 to 1.
const FACTOR_BITS: usize = 56;
/// Bits behind the point of a coarse end of an enclosure.
const COARSE_BITS: usize = 32;
/// Bits behind the point of what one unit of a whole number of flow is worth.
const UNIT_BITS: usize = 72;

/// A value between two whole numbers of 2⁻⁴⁸, both included; or nothing known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Enclosure(Option<(i128, i128)>);

/// A factor from 0 to 1 between two whole numbers of 2⁻⁵⁶.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factor {
    low: i128,
    high: i128,
}

/// What a unit of flow is worth, not below 0, between two whole numbers of 2⁻⁷².
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    low: i128,
    high: i128,
}

impl Enclosure {
    pub(super) const ZERO: Self = Self(Some((0, 0)));
    const UNKNOWN: Self = Self(None);

    pub(super) fn around(value: &Exact) -> Self {
        Self(between(value, VALUE_BITS))
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::with(self, other, |(low, high), (other_low, other_high)| {
            Some((low.checked_add(other_low)?, high.checked_add(other_high)?))
        })
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self::with(self, other, |(low, high), (other_low, other_high)| {
            Some((low.checked_sub(other_high)?, high.checked_sub(other_low)?))
        })
    }

    pub(super) fn times(self, factor: Factor) -> Self {
        Self(self.0.and_then(|(low, high)| {
            let at_low = if low < 0 { factor.high } else { factor.low };
            let at_high = if high < 0 { factor.low } else { factor.high };
            Some((
                low.checked_mul(at_low)? >> FACTOR_BITS,
                shifted_up(high.checked_mul(at_high)?, FACTOR_BITS),
            ))
        }))
    }

    /// The value v of `v = self + factor·v`; unknown if the factor may be 1.
    pub(super) fn repeated(self, factor: Factor) -> Self {
        let one = 1i128 << FACTOR_BITS;
        let (least, most) = (one - factor.high, one - factor.low);
        if least <= 0 {
            return Self::UNKNOWN;
        }
        Self(self.0.and_then(|(low, high)| {
            let by_low = if low < 0 { least } else { most };
            let by_high = if high < 0 { most } else { least };
            let high = high.checked_mul(one)?;
            let above = i128::from(high.rem_euclid(by_high) != 0);
            Some((
                low.checked_mul(one)?.div_euclid(by_low),
                high.div_euclid(by_high) + above,
            ))
        }))
    }

    /// Whether the value here is above the value there; `None` where the enclosures do not tell.
    pub(super) fn above(self, other: Self) -> Option<bool> {
        let ((low, high), (other_low, other_high)) = (self.0?, other.0?);
        if low > other_high {
            Some(true)
        } else if high <= other_low {
            Some(false)
        } else {
            None
        }
    }

    /// A whole number of 2⁻³² that the value is not above; the largest there is where none is known, and never the
    /// least, which stands for an unknown lower end.
    pub(super) fn coarsely_at_most(self) -> i64 {
        let most = |(_, high)| i64::try_from(shifted_up(high, VALUE_BITS - COARSE_BITS)).ok();
        self.0
            .and_then(most)
            .filter(|most| *most > i64::MIN)
            .unwrap_or(i64::MAX)
    }

    /// A whole number of 2⁻³² that the value is not below; the least there is where none is known, and never the largest.
    pub(super) fn coarsely_at_least(self) -> i64 {
        let least = |(low, _): (i128, i128)| i64::try_from(low >> (VALUE_BITS - COARSE_BITS)).ok();
        self.0
            .and_then(least)
            .filter(|least| *least < i64::MAX)
            .unwrap_or(i64::MIN)
    }

    fn with(
        one: Self,
        other: Self,
        joined: impl FnOnce((i128, i128), (i128, i128)) -> Option<(i128, i128)>,
    ) -> Self {
        Self(one.0.zip(other.0).and_then(|(one, other)| joined(one, other)))
    }
}

impl Factor {
    pub(super) fn around(value: &Exact) -> Option<Self> {
        between(value, FACTOR_BITS).map(|(low, high)| Self { low, high })
    }
}

impl Unit {
    pub(super) fn around(value: &Exact) -> Option<Self> {
        between(value, UNIT_BITS).map(|(low, high)| Self { low, high })
    }

    /// What a whole number of units is worth.
    pub(super) fn of(self, count: i128) -> Enclosure {
        let (low, high) = if count < 0 {
            (self.high, self.low)
        } else {
            (self.low, self.high)
        };
        let beyond = UNIT_BITS - VALUE_BITS;
        let low = count.checked_mul(low).map(|low| low >> beyond);
        let high = count.checked_mul(high).map(|high| shifted_up(high, beyond));
        Enclosure(low.zip(high))
    }
}

/// A number over 2^bits, rounded up.
fn shifted_up(number: i128, bits: usize) -> i128 {
    let below = number >> bits;
    below + i128::from(below << bits != number)
}

/// The whole numbers of 2^−bits below and above a value.
fn between(value: &Exact, bits: usize) -> Option<(i128, i128)> {
    let scaled = value * Exact::from(IBig::ONE << bits);
    Some((
        i128::try_from(scaled.floor()).ok()?,
        i128::try_from(scaled.ceil()).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(number: i64, by: u32) -> Exact {
        Exact::from_parts(number.into(), by.into())
    }

    /// Whether an enclosure holds a value, by the definition.
    fn holds(enclosure: Enclosure, value: &Exact) -> bool {
        let scaled = value * Exact::from(IBig::ONE << VALUE_BITS);
        enclosure
            .0
            .is_none_or(|(low, high)| Exact::from(low) <= scaled && scaled <= Exact::from(high))
    }

    proptest! {
        #[test]
        fn what_is_computed_holds_the_value(
            (a, b) in (any::<i64>(), 1u32..), (c, d) in (any::<i32>(), 1u32..), (p, q) in (0u32..1000, 1u32..1000),
        ) {
            let (a, c) = (exact(a, b), exact(c.into(), d));
            let factor = exact(p.into(), p + q);
            let (x, y) = (Enclosure::around(&a), Enclosure::around(&c));
            let f = Factor::around(&factor).expect("a factor fits");
            prop_assert!(holds(x, &a) && holds(y, &c));
            prop_assert!(holds(x.plus(y), &(&a + &c)));
            prop_assert!(holds(x.minus(y), &(&a - &c)));
            prop_assert!(holds(x.times(f), &(&a * &factor)));
            prop_assert!(holds(x.repeated(f), &(&a / (Exact::ONE - &factor))));
            if let Some(above) = x.above(y) {
                prop_assert_eq!(above, a > c);
            }
            if x.coarsely_at_most() <= y.coarsely_at_least() {
                prop_assert!(a <= c);
            }
        }

        #[test]
        fn units_hold_what_they_are_worth(count in -(1i64 << 53)..1 << 53, p in 0u32..1000, q in 1u32..) {
            let unit = exact(p.into(), q);
            let around = Unit::around(&unit).expect("a unit fits").of(count.into());
            prop_assert!(holds(around, &(Exact::from(count) * unit)));
        }
    }

    #[test]
    fn of_what_does_not_fit_nothing_is_known() {
        let huge = Enclosure::around(&Exact::from(i128::MAX));
        assert_eq!(huge, Enclosure::UNKNOWN);
        assert_eq!(huge.above(Enclosure::ZERO), None);
        assert_eq!(huge.plus(Enclosure::around(&Exact::ONE)), Enclosure::UNKNOWN);
        let ends = [i64::MIN, i64::MAX].map(|end| Enclosure::around(&Exact::from(end >> (64 - COARSE_BITS))));
        for end in ends.iter().chain([&huge, &Enclosure::UNKNOWN]) {
            assert!(end.coarsely_at_most() > Enclosure::UNKNOWN.coarsely_at_least());
            assert!(Enclosure::UNKNOWN.coarsely_at_most() > end.coarsely_at_least());
        }
    }
}
