//! What an exploration writes down, so that it can be stopped, gone on with, split and put together.
//!
//! *Input*: everything that the outcome of a world rests on. *Block file*: what one block came to, with the hash of its input,
//! so that a block of another case, seed or question is refused. Bytes are fixed by content: JSON with the fields in the
//! order of the structs and one line feed.

use std::collections::BTreeMap;

use detente_base::hash::ContentHash;
use detente_case::World;
use serde::{Deserialize, Serialize};

use crate::explore::{BLOCK, Row};

/// The name of the format of an input.
pub const FORMAT: &str = "detente-worlds/1";

/// Everything that the outcomes rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// [`FORMAT`].
    pub format: String,
    /// The program's version: another may solve other worlds.
    pub version: String,
    /// The SHA-256 of the case file, which lies beside as `case.toml`.
    pub case: String,
    /// The condition asked about.
    pub target: String,
    /// How deals are chosen.
    pub criterion: String,
    /// The most steps of a deal, where that was said.
    pub within: Option<u32>,
    /// The world around which others are drawn.
    pub world: World,
    /// The profiles of types, by number.
    pub profiles: Vec<BTreeMap<String, String>>,
    /// How many worlds of each profile.
    pub worlds: u64,
    /// From which they are drawn.
    pub seed: u64,
    /// How values lie inside their ranges.
    pub distribution: String,
    /// How many worlds are worked on together.
    pub block: u64,
    /// The most worlds of a block that are solved.
    pub solves: u64,
}

/// What one block came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockFile {
    /// The hash of the input.
    pub input: String,
    /// The number of the profile.
    pub profile: usize,
    /// The number of the block.
    pub block: u64,
    /// The hashes of the proofs of deals that it found, in order; they lie in `deals/`.
    pub deals: Vec<String>,
    /// Its worlds, in order.
    pub rows: Vec<Row>,
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("text and whole numbers are always written");
    bytes.push(b'\n');
    bytes
}

impl Input {
    /// The bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Reads an input.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let input: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("not the input of an exploration: {error}"))?;
        match input.format == FORMAT {
            true => Ok(input),
            false => Err(format!("the format is `{}`, not `{FORMAT}`", input.format)),
        }
    }

    /// The hash that names it.
    #[must_use]
    pub fn hash(&self) -> String {
        ContentHash::of(&self.to_bytes()).to_string()
    }

    /// How many blocks each profile has.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.worlds.div_ceil(BLOCK)
    }

    /// The worlds of a block.
    #[must_use]
    pub fn worlds_of(&self, block: u64) -> std::ops::Range<u64> {
        block * BLOCK..((block + 1) * BLOCK).min(self.worlds)
    }

    /// In what another input differs, in words; empty for the same one.
    #[must_use]
    pub fn differs_in(&self, other: &Self) -> Vec<&'static str> {
        [
            (self.case != other.case, "case"),
            (self.seed != other.seed, "seed"),
            (self.worlds != other.worlds, "number of worlds"),
            (self.distribution != other.distribution, "distribution"),
            (self.target != other.target, "target"),
            (self.criterion != other.criterion, "criterion"),
            (self.within != other.within, "limit on steps"),
            (
                self.world != other.world || self.profiles != other.profiles,
                "world",
            ),
            (
                self.solves != other.solves || self.block != other.block,
                "limit on worlds to solve",
            ),
            (self.version != other.version, "version of the program"),
        ]
        .into_iter()
        .filter_map(|(differs, what)| differs.then_some(what))
        .collect()
    }
}

impl BlockFile {
    /// Its name among the files of an exploration.
    #[must_use]
    pub fn name(profile: usize, block: u64) -> String {
        format!("p{profile}-b{block:06}.json")
    }

    /// The bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Reads a block and checks that it is one of an input, whole.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn from_bytes(bytes: &[u8], input: &Input, profile: usize, block: u64) -> Result<Self, String> {
        let found: Self = serde_json::from_slice(bytes).map_err(|error| {
            format!("not a whole block of worlds ({error}); delete it to work it out again")
        })?;
        if found.input != input.hash() {
            return Err("it belongs to another case, seed or question".into());
        }
        if (found.profile, found.block) != (profile, block) {
            return Err("it is another block than its name says".into());
        }
        let numbers = found.rows.iter().map(|row| row.world);
        if !numbers.eq(input.worlds_of(block)) {
            return Err("its worlds are not those of the block; delete it to work it out again".into());
        }
        Ok(found)
    }
}
