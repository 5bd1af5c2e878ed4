//! A Merkle tree over the entries (RFC 6962 section 2.1): root, inclusion and consistency proofs.
//!
//! Leaf hash `SHA-256(0x00 ‖ entry)`, node hash `SHA-256(0x01 ‖ left ‖ right)`, the left part of a split is the largest
//! power of two below the size. Proofs are checked by functions that know nothing of the tree.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of an entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(entry);
    hasher.finalize().into()
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The root of leaf hashes; of none it is the hash of nothing.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

fn split(size: usize) -> usize {
    let power = size.next_power_of_two();
    if power == size { size / 2 } else { power / 2 }
}

/// The same for places of a tree that is not in memory.
fn split_at(size: u64) -> u64 {
    let power = size.next_power_of_two();
    if power == size { size / 2 } else { power / 2 }
}

/// All nodes of a tree, level by level from its leaves up, so that each proof costs no more than its length. A node without
/// a right neighbour stands in the next level unchanged.
#[derive(Debug, Clone)]
pub struct Levels(Vec<Vec<Hash>>);

impl Levels {
    /// The tree of these leaves.
    #[must_use]
    pub fn of(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let pairs = below.chunks(2).map(|pair| match pair {
                [left, right] => node_hash(left, right),
                _ => pair[0],
            });
            let next = pairs.collect();
            levels.push(next);
        }
        Self(levels)
    }

    /// The proof that leaf `place` is in this tree.
    #[must_use]
    pub fn inclusion_proof(&self, place: u64) -> Option<Vec<Hash>> {
        let mut place = usize::try_from(place).ok()?;
        self.0.first()?.get(place)?;
        let mut path = Vec::new();
        for level in &self.0[..self.0.len() - 1] {
            path.extend(level.get(place ^ 1));
            place >>= 1;
        }
        Some(path)
    }
}

/// Whether `path` proves that `leaf` is at `place` in the tree of `size` with this root (RFC 9162 section 2.1.3.2).
#[must_use]
pub fn verify_inclusion(leaf: &Hash, place: u64, size: u64, path: &[Hash], expected: &Hash) -> bool {
    if place >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (place, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *expected
}

/// The proof that the tree of the first `old` leaves is a beginning of the tree of all.
#[must_use]
pub fn consistency_proof(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old == 0 || old > leaves.len() {
        return None;
    }
    Some(subproof(leaves, old, true))
}

fn subproof(leaves: &[Hash], old: usize, whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let place = split(leaves.len());
    let (left, right) = leaves.split_at(place);
    if old <= place {
        let mut path = subproof(left, old, whole);
        path.push(root(right));
        path
    } else {
        let mut path = subproof(right, old - place, false);
        path.push(root(left));
        path
    }
}

/// Whether `path` proves that the tree of size `new` extends the tree of size `old` (RFC 9162 section 2.1.4.2).
#[must_use]
pub fn verify_consistency(old: u64, new: u64, old_root: &Hash, new_root: &Hash, path: &[Hash]) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    let mut path = path.to_vec();
    if old.is_power_of_two() {
        path.insert(0, *old_root);
    }
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// The roots of the full subtrees of a growing log, so that appending needs no other leaf.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The tree of so many leaves with these peaks, the largest first; none where the two do not fit.
    #[must_use]
    pub fn of_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (size.count_ones() as usize == peaks.len()).then_some(Self { size, peaks })
    }

    /// The roots of its full subtrees, the largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// How many leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut size = self.size;
        while size & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
            size >>= 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The proof that `added[place]` is in the tree of these leaves with `added` behind them; what stands to the left of what
    /// was added is one of the peaks, or is made of them.
    #[must_use]
    pub fn inclusion_proof(&self, added: &[Hash], place: usize) -> Option<Vec<Hash>> {
        added.get(place)?;
        let target = self.size + place as u64;
        let (mut from, mut until) = (0, self.size + added.len() as u64);
        let mut path = Vec::new();
        while until - from > 1 {
            let middle = from + split_at(until - from);
            if target < middle {
                path.push(self.node(added, middle, until)?);
                until = middle;
            } else {
                path.push(self.node(added, from, middle)?);
                from = middle;
            }
        }
        path.reverse();
        Some(path)
    }

    /// The root of the leaves from one place up to another, which hold a leaf that was added beside them.
    fn node(&self, added: &[Hash], from: u64, until: u64) -> Option<Hash> {
        if from >= self.size {
            let place = |at: u64| usize::try_from(at - self.size).ok();
            return Some(root(added.get(place(from)?..place(until)?)?));
        }
        if until <= self.size {
            // The peaks stand for the binary digits of the size, the largest first.
            let larger = (self.size >> (until - from).trailing_zeros()).count_ones() as usize;
            return self.peaks.get(larger.checked_sub(1)?).copied();
        }
        let middle = from + split_at(until - from);
        let (left, right) = (self.node(added, from, middle)?, self.node(added, middle, until)?);
        Some(node_hash(&left, &right))
    }

    /// The root of all leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => root(&[]),
            Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::hex;

    /// The leaves of the reference tests of the Certificate Transparency project.
    fn reference() -> Vec<Hash> {
        let entries: [&[u8]; 8] = [
            &[],
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[
                0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e,
                0x6f,
            ],
        ];
        entries.iter().map(|entry| leaf_hash(entry)).collect()
    }

    /// The proof that leaf `place` is in the tree of `leaves`, by its definition (RFC 6962, section 2.1.1).
    fn inclusion_proof(leaves: &[Hash], place: usize) -> Option<Vec<Hash>> {
        if place >= leaves.len() {
            return None;
        }
        if leaves.len() == 1 {
            return Some(Vec::new());
        }
        let (left, right) = leaves.split_at(split(leaves.len()));
        if place < left.len() {
            let mut path = inclusion_proof(left, place)?;
            path.push(root(right));
            Some(path)
        } else {
            let mut path = inclusion_proof(right, place - left.len())?;
            path.push(root(left));
            Some(path)
        }
    }

    #[test]
    fn roots_are_those_of_the_published_reference_tests() {
        let leaves = reference();
        let expected = [
            (
                0,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                1,
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            ),
            (
                2,
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            ),
            (
                3,
                "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            ),
            (
                8,
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            ),
        ];
        for (size, hash) in expected {
            assert_eq!(hex(&root(&leaves[..size])), hash, "{size}");
        }
    }

    #[test]
    fn every_proof_of_small_trees_verifies_and_no_altered_one_does() {
        let all: Vec<Hash> = (0u8..33).map(|n| leaf_hash(&[n])).collect();
        let mut frontier = Frontier::default();
        for size in 1..=all.len() {
            frontier.push(all[size - 1]);
            let leaves = &all[..size];
            let top = root(leaves);
            assert_eq!(frontier.root(), top);
            let levels = Levels::of(leaves.to_vec());
            assert_eq!(levels.inclusion_proof(size as u64), None);
            for place in 0..size {
                let path = inclusion_proof(leaves, place).unwrap();
                assert_eq!(levels.inclusion_proof(place as u64).as_ref(), Some(&path));
                // The same from the peaks of every smaller tree and what came after it.
                for old in 0..=place {
                    let mut before = Frontier::default();
                    leaves[..old].iter().for_each(|leaf| before.push(*leaf));
                    let proof = before.inclusion_proof(&leaves[old..], place - old);
                    assert_eq!(proof.as_ref(), Some(&path), "{old} {place} {size}");
                }
                assert!(verify_inclusion(
                    &leaves[place],
                    place as u64,
                    size as u64,
                    &path,
                    &top
                ));
                let other = leaf_hash(b"other");
                assert!(!verify_inclusion(&other, place as u64, size as u64, &path, &top));
                let moved = (place + 1) % size;
                assert!(
                    size == 1 || !verify_inclusion(&leaves[place], moved as u64, size as u64, &path, &top)
                );
            }
            for old in 1..=size {
                let path = consistency_proof(leaves, old).unwrap();
                let before = root(&leaves[..old]);
                assert!(
                    verify_consistency(old as u64, size as u64, &before, &top, &path),
                    "{old} {size}"
                );
                let forged = leaf_hash(b"forged");
                assert!(!verify_consistency(old as u64, size as u64, &forged, &top, &path));
            }
        }
    }
}
