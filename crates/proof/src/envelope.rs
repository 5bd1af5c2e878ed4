//! The file of a proof: what it says, what it is about, and the hash that names it.
//!
//! Its bytes are fixed by its content: compact JSON with the fields in the order of the structs, one line feed
//! at the end. `hash` is the SHA-256, in lower-case hexadecimal, of those bytes as they are when `hash` is the
//! empty text. A file whose bytes differ in any way from what its own content is written as is refused, so that a
//! changed byte is a changed proof even where JSON would not mind.

use detente_base::hash::ContentHash;
use detente_case::{World, check_game};
use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::automaton::Automaton;
use crate::bounds::Bounds;

/// The name of this format, in the first field of every proof.
pub const FORMAT: &str = "detente-proof/1";
/// The largest proof, in bytes, that is read.
pub const LARGEST_PROOF: usize = 256 * 1024 * 1024;

/// A claimed verdict with what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`FORMAT`].
    pub format: String,
    /// The case, whole.
    pub case: CaseText,
    /// The world of the case that the proof speaks of; a party's type that is left out is the first one written.
    pub world: World,
    /// What is claimed.
    pub claim: Claim,
    /// What shows it.
    pub body: Body,
    /// SHA-256 of the proof's bytes with this text empty.
    pub hash: String,
}

/// The text of a case file and the hash that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseText {
    /// SHA-256 of the text, in lower-case hexadecimal.
    pub hash: String,
    /// The text of the case file.
    pub text: String,
}

/// What a proof claims of the game of its case in its world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Claim {
    /// Some self-enforcing path from today ends in a settlement that satisfies the target. Needs
    /// [`Body::Automaton`].
    Possible {
        /// The condition, in the language of the case file.
        target: String,
        /// The settlement: the name of one level for every issue, in the order of the case.
        settlement: Vec<String>,
    },
    /// No self-enforcing path from today ends in a settlement that satisfies the target. Needs
    /// [`Body::Bounds`].
    Impossible {
        /// The condition, in the language of the case file.
        target: String,
    },
}

impl Claim {
    /// The condition that the claim speaks of.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Self::Possible { target, .. } | Self::Impossible { target } => target,
        }
    }
}

/// What shows a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Body {
    /// A plan for every contingency from which no single departure pays.
    Automaton(Automaton),
    /// A chain of bounds around all self-enforcing values.
    Bounds(Bounds),
}

impl Proof {
    /// Makes the proof of a claim about a case in a world and names it by its hash.
    ///
    /// The world is written out in full ([`World::explicit`]), so that the file says what every party is taken to be.
    /// Nothing is checked here: [`crate::verify`] does that.
    #[must_use]
    pub fn seal(case_text: &str, world: World, claim: Claim, body: Body) -> Self {
        // A text that is not a case names no types; verifying will say so.
        let world = check_game(case_text).map_or_else(|_| world.clone(), |case| world.explicit(&case));
        let mut proof = Self {
            format: FORMAT.to_owned(),
            case: CaseText {
                hash: ContentHash::of(case_text.as_bytes()).to_string(),
                text: case_text.to_owned(),
            },
            world,
            claim,
            body,
            hash: String::new(),
        };
        proof.hash = ContentHash::of(&proof.to_bytes()).to_string();
        proof
    }

    /// The bytes of the file.
    ///
    /// # Panics
    /// Never: every field is text, whole numbers or lists of them, which JSON can always write.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("text and whole numbers are always written");
        bytes.push(b'\n');
        bytes
    }

    /// The hash of the proof's bytes as they are when `hash`, the last field, is the empty text.
    fn hash_of(&self, bytes: &[u8]) -> ContentHash {
        const END: &[u8] = b"}\n";
        let hash = serde_json::to_string(&self.hash).expect("text is always written");
        let before = &bytes[..bytes.len() - END.len() - hash.len()];
        ContentHash::of_parts(&[before, b"\"\"", END])
    }

    /// Reads a proof and checks that its bytes, its own hash and the hash of its case are what they must be.
    /// What it claims is not looked at: [`crate::verify`] does that.
    ///
    /// # Errors
    /// [`Refusal::Bytes`] saying what is wrong. Nothing panics, whatever the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > LARGEST_PROOF {
            let found = bytes.len();
            return Err(Refusal::Bytes(format!(
                "the file has {found} bytes; at most {LARGEST_PROOF} are read"
            )));
        }
        let proof: Self = serde_json::from_slice(bytes)
            .map_err(|error| Refusal::Bytes(format!("this is not a proof of this format: {error}")))?;
        if proof.format != FORMAT {
            return Err(Refusal::Bytes(format!("the format is not `{FORMAT}`")));
        }
        let written = proof.to_bytes();
        if written != bytes {
            let same = written.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            return Err(Refusal::Bytes(format!(
                "byte {same} is not what this content is written as; the file was changed or rewritten"
            )));
        }
        let hash = proof.hash_of(&written).to_string();
        if hash != proof.hash {
            return Err(Refusal::Bytes(format!(
                "`hash` is {} but the content has {hash}; the file was changed",
                proof.hash
            )));
        }
        let case = ContentHash::of(proof.case.text.as_bytes()).to_string();
        if case != proof.case.hash {
            return Err(Refusal::Bytes(format!(
                "`case.hash` is {} but the text of the case has {case}",
                proof.case.hash
            )));
        }
        Ok(proof)
    }
}
