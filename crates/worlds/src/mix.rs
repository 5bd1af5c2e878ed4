//! A hasher for small whole numbers that nobody can choose to collide: one multiplication each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map with small whole numbers as keys.
pub(crate) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<Mix>>;

/// Multiplies and turns (Fibonacci hashing; Knuth 1973).
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Mix(u64);

impl Mix {
    fn add(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(26) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.add(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }
}
