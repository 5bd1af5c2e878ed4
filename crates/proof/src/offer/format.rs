//! The file of a proof of an offer. Its bytes are fixed by its content, as those of [`crate::Proof`].

use dashu::integer::{IBig, UBig};
use detente_base::hash::ContentHash;
use detente_base::number::Exact;
use detente_case::World;
use serde::{Deserialize, Serialize};

use crate::{CaseText, LARGEST_PROOF, Refusal};

/// The name of this format, in the first field.
pub const FORMAT: &str = "detente-offer-proof/1";
/// The longest number, in characters.
const LONGEST_NUMBER: usize = 200_000;

/// A node of an offer, as one party sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Node {
    /// A date, and the pardons left.
    Date(u32, u32),
    /// In a snapback: the levels at which the others aim, period by period.
    Back(Vec<Vec<u8>>),
}

/// A point: node (as a place in the list of nodes), state, notices under way, bound, and the choice where it is exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointProof(pub u32, pub u32, pub u64, pub String, pub Option<i64>);

/// What is claimed of one type, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeProof {
    /// The party.
    pub party: String,
    /// Its type; nothing where it has none.
    #[serde(rename = "type")]
    pub of: Option<String>,
    /// `keeps`, `refuses` or `departs`.
    pub reaction: String,
    /// What its best response gives.
    pub value: String,
    /// What the best of what the offer does not forbid gives.
    pub keeping: String,
    /// What no deal gives: the values of all states to which it leads, today's first.
    pub no_deal: Vec<(u32, String)>,
    /// The nodes that occur.
    pub nodes: Vec<Node>,
    /// The points of the best response; the start first.
    pub points: Vec<PointProof>,
    /// The same with forbidden choices left out at dates, where the best response makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrained: Option<Vec<PointProof>>,
}

/// What is believed of a party at a date, if there was no alarm before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Of whom.
    pub party: String,
    /// Before the moves of this date.
    pub date: u32,
    /// The chance of each type; nothing where no history without an alarm leads there.
    pub types: Option<Vec<String>>,
}

/// A proof of what becomes of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferProof {
    /// [`FORMAT`].
    pub format: String,
    /// The case, whole.
    pub case: CaseText,
    /// The world; a party whose type it names is known to have that type.
    pub world: World,
    /// The plan of the case.
    pub deal: String,
    /// Every type of every party.
    pub types: Vec<TypeProof>,
    /// Of every party to the offer with several types, at every date.
    pub beliefs: Vec<Belief>,
    /// SHA-256 of the proof's bytes with this text empty.
    pub hash: String,
}

impl OfferProof {
    /// Makes a proof and names it by its hash. Nothing is checked here.
    #[must_use]
    pub fn seal(
        case_text: &str,
        world: World,
        deal: &str,
        types: Vec<TypeProof>,
        beliefs: Vec<Belief>,
    ) -> Self {
        let mut proof = Self {
            format: FORMAT.to_owned(),
            case: CaseText {
                hash: ContentHash::of(case_text.as_bytes()).to_string(),
                text: case_text.to_owned(),
            },
            world,
            deal: deal.to_owned(),
            types,
            beliefs,
            hash: String::new(),
        };
        proof.name();
        proof
    }

    /// Names the proof by the hash of its content.
    pub fn name(&mut self) {
        self.hash = String::new();
        self.hash = ContentHash::of(&self.to_bytes()).to_string();
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

    /// Reads a proof and checks its bytes and hashes. What it claims is not looked at.
    ///
    /// # Errors
    /// [`Refusal::Bytes`] saying what is wrong. Nothing panics, whatever the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let refuse = |text: String| Err(Refusal::Bytes(text));
        if bytes.len() > LARGEST_PROOF {
            let found = bytes.len();
            return refuse(format!(
                "the file has {found} bytes; at most {LARGEST_PROOF} are read"
            ));
        }
        let proof: Self = serde_json::from_slice(bytes)
            .map_err(|error| Refusal::Bytes(format!("this is not a proof of an offer: {error}")))?;
        if proof.format != FORMAT {
            return refuse(format!("the format is not `{FORMAT}`"));
        }
        let written = proof.to_bytes();
        if written != bytes {
            let same = written.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            return refuse(format!(
                "byte {same} is not what this content is written as; the file was changed or rewritten"
            ));
        }
        let mut named = proof.clone();
        named.name();
        if named.hash != proof.hash {
            return refuse(format!(
                "`hash` is {} but the content has {}; the file was changed",
                proof.hash, named.hash
            ));
        }
        let case = ContentHash::of(proof.case.text.as_bytes()).to_string();
        if case != proof.case.hash {
            return refuse(format!(
                "`case.hash` is {} but the text of the case has {case}",
                proof.case.hash
            ));
        }
        Ok(proof)
    }
}

/// Reads a number: a whole number, a decimal, or a fraction of two whole numbers.
pub(super) fn number(text: &str) -> Result<Exact, Refusal> {
    let wrong = || {
        let start: String = text.chars().take(40).collect();
        Refusal::Field(format!("`{start}` is not a number"))
    };
    if text.len() > LONGEST_NUMBER || !text.is_ascii() {
        return Err(wrong());
    }
    let whole = |text: &str| -> Result<IBig, Refusal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let size = IBig::from(digits.parse::<UBig>().map_err(|_| wrong())?);
        Ok(if negative { -size } else { size })
    };
    if let Some((above, below)) = text.split_once('/') {
        let below = whole(below)?;
        let below = UBig::try_from(below).map_err(|_| wrong())?;
        if below == UBig::ZERO {
            return Err(wrong());
        }
        return Ok(Exact::from_parts(whole(above)?, below));
    }
    let (digits, places) = match text.split_once('.') {
        Some((before, after)) => (format!("{before}{after}"), after.len()),
        None => (text.to_owned(), 0),
    };
    Ok(Exact::from_parts(whole(&digits)?, UBig::from(10u8).pow(places)))
}
