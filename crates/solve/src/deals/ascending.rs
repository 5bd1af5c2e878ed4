//! Numbers in order, each with its place in a list.

/// Numbers with their places, the least first in the total order of doubles (IEEE 754-2019, 5.10), equal ones by place.
///
/// Number and place are sorted as one whole number, which needs no comparison of doubles.
pub(super) fn ascending(numbers: impl Iterator<Item = (f64, u32)>) -> impl Iterator<Item = (f64, u32)> {
    let mut keys: Vec<u128> = numbers
        .map(|(number, place)| u128::from(ordered(number)) << 32 | u128::from(place))
        .collect();
    keys.sort_unstable();
    keys.into_iter()
        .map(|key| (number((key >> 32) as u64), key as u32))
}

/// A whole number that is larger where the number is: all bits of a negative one turned, of others the sign.
fn ordered(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The number of [`ordered`].
fn number(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 {
        ordered & !(1 << 63)
    } else {
        !ordered
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_by_comparison(numbers in proptest::collection::vec(proptest::num::f64::ANY, 0..50)) {
            let places = || numbers.iter().copied().zip(0..);
            let mut expected: Vec<(f64, u32)> = places().chain(places()).collect();
            let found: Vec<(f64, u32)> = ascending(expected.iter().copied()).collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let bits = |list: Vec<(f64, u32)>| list.into_iter().map(|(n, p)| (n.to_bits(), p)).collect::<Vec<_>>();
            prop_assert_eq!(bits(found), bits(expected));
        }
    }
}
