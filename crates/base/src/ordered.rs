//! Doubles as whole numbers in the same order, which are compared sooner: the total order of IEEE 754-2019, 5.10.

/// A whole number that is larger where the number is: all bits of a negative one turned, of others the sign.
pub fn ordered(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The number of [`ordered`].
pub fn number(ordered: u64) -> f64 {
    f64::from_bits(if ordered >> 63 == 1 {
        ordered & !(1 << 63)
    } else {
        !ordered
    })
}
