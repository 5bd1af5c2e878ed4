//! Numbers in order, each with its place in a list.

use detente_base::ordered::{number, ordered};

/// Bits that one pass of sorting looks at.
const DIGIT: u32 = 11;

/// Numbers with their places, the least first in the total order of doubles, equal ones in the order in which they came.
///
/// Sorted digit by digit from the lowest (LSD radix sort), which compares nothing; digits that are the same everywhere
/// are passed over.
pub(super) fn ascending(numbers: impl Iterator<Item = (f64, u32)>) -> impl Iterator<Item = (f64, u32)> {
    let mut keys: Vec<(u64, u32)> = numbers.map(|(number, place)| (ordered(number), place)).collect();
    let mut sorted = keys.clone();
    for shift in (0..u64::BITS).step_by(DIGIT as usize) {
        let digit = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
        let mut starts = [0u32; 1 << DIGIT];
        keys.iter().for_each(|(key, _)| starts[digit(*key)] += 1);
        if keys
            .first()
            .is_none_or(|(key, _)| starts[digit(*key)] as usize == keys.len())
        {
            continue;
        }
        let mut start = 0;
        for count in &mut starts {
            (*count, start) = (start, start + *count);
        }
        for key in &keys {
            let place = &mut starts[digit(key.0)];
            sorted[*place as usize] = *key;
            *place += 1;
        }
        std::mem::swap(&mut keys, &mut sorted);
    }
    keys.into_iter().map(|(key, place)| (number(key), place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_by_comparison(numbers in proptest::collection::vec(proptest::num::f64::ANY, 0..50)) {
            let twice = numbers.iter().chain(&numbers).copied();
            let mut expected: Vec<(f64, u32)> = twice.zip(0..).collect();
            let found: Vec<(f64, u32)> = ascending(expected.iter().copied()).collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0));
            let bits = |list: Vec<(f64, u32)>| list.into_iter().map(|(n, p)| (n.to_bits(), p)).collect::<Vec<_>>();
            prop_assert_eq!(bits(found), bits(expected));
        }
    }
}
