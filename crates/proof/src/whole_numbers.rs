//! Fractions as whole numbers over a common denominator: their sums need no reducing.

use dashu::base::Gcd;
use dashu::integer::{IBig, UBig};
use detente_base::number::Exact;

/// The least common multiple of two numbers, neither of them 0.
pub(crate) fn least_multiple(a: &UBig, b: &UBig) -> UBig {
    if a.is_multiple_of(b) {
        return a.clone();
    }
    a / a.gcd(b) * b
}

/// Fractions times their least common denominator, and that.
#[must_use]
pub fn in_whole_numbers<'a>(fractions: impl Iterator<Item = &'a Exact> + Clone) -> (Vec<IBig>, UBig) {
    let denominators = fractions.clone().map(Exact::denominator);
    let common = denominators.fold(UBig::ONE, |common, own| least_multiple(&common, own));
    let whole = fractions.map(|fraction| fraction.numerator() * IBig::from(&common / fraction.denominator()));
    (whole.collect(), common)
}
