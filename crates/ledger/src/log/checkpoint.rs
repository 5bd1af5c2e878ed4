//! Signed checkpoints in the note format of C2SP: origin, size and root, then one signature line each.
//!
//! A witness keeps the last checkpoint it has seen and co-signs a new one only if the new log extends the old; two
//! checkpoints of one size with different roots are proof of two histories.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::keys::{PrivateKey, Signed, verify};
use super::merkle::Hash;
use crate::canonical::{hex, sha256, unhex};

/// The state of a log at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The Merkle root of them.
    pub root: Hash,
}

/// Why a note is no good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckpointError {
    /// It cannot be read.
    Malformed(String),
    /// The wanted key has not signed it, or falsely.
    NotSigned(String),
}

impl std::fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "the checkpoint cannot be read: {what}"),
            Self::NotSigned(who) => write!(f, "the checkpoint is not signed by {who}"),
        }
    }
}

impl std::error::Error for CheckpointError {}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// The note signed by keys.
    #[must_use]
    pub fn note(&self, keys: &[&PrivateKey]) -> String {
        let mut note = self.body();
        note.push('\n');
        for key in keys {
            note.push_str(&signature_line(&self.body(), key));
        }
        note
    }

    /// Reads a note and checks that the holder of the public key `signer` (hex) signed it.
    ///
    /// # Errors
    /// [`CheckpointError`] when it cannot be read or is not signed so.
    pub fn open(note: &str, signer: &str) -> Result<Self, CheckpointError> {
        let wrong = |what: &str| CheckpointError::Malformed(what.to_owned());
        if note.len() > 64 * 1024 {
            return Err(wrong("too long"));
        }
        let (body, signatures) = note.split_once("\n\n").ok_or_else(|| wrong("no blank line"))?;
        let mut lines = body.lines();
        let origin = lines.next().ok_or_else(|| wrong("no origin"))?.to_owned();
        let size = lines
            .next()
            .and_then(|line| line.parse().ok())
            .ok_or_else(|| wrong("no size"))?;
        let root = lines
            .next()
            .and_then(|line| STANDARD.decode(line).ok())
            .ok_or_else(|| wrong("no root"))?;
        let root: Hash = root.try_into().map_err(|_| wrong("the root is no 32 bytes"))?;
        if lines.next().is_some() {
            return Err(wrong("lines after the root"));
        }
        let checkpoint = Self { origin, size, root };
        let body = format!("{body}\n");
        if checkpoint.body() != body {
            return Err(wrong("not in its one form"));
        }
        if signatures.lines().any(|line| signed_by(line, &body, signer)) {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::NotSigned(signer.to_owned()))
        }
    }

    /// Adds a co-signature to a note.
    #[must_use]
    pub fn cosign(note: &str, key: &PrivateKey) -> Option<String> {
        let (body, _) = note.split_once("\n\n")?;
        let mut out = note.to_owned();
        out.push_str(&signature_line(&format!("{body}\n"), key));
        Some(out)
    }
}

/// `— name base64(key hash ‖ signature)`.
fn signature_line(body: &str, key: &PrivateKey) -> String {
    let signed = key.sign(body.as_bytes());
    let mut bytes = key_hash(&key.person, &signed.key);
    bytes.extend(unhex::<64>(&signed.signature).unwrap_or([0; 64]));
    format!("— {} {}\n", key.person, STANDARD.encode(bytes))
}

fn key_hash(name: &str, key: &str) -> Vec<u8> {
    let mut bytes = format!("{name}\n").into_bytes();
    bytes.push(1);
    bytes.extend(unhex::<32>(key).unwrap_or([0; 32]));
    sha256(&bytes)[..4].to_vec()
}

fn signed_by(line: &str, body: &str, signer: &str) -> bool {
    let Some((name, encoded)) = line.strip_prefix("— ").and_then(|rest| rest.rsplit_once(' ')) else {
        return false;
    };
    let Ok(bytes) = STANDARD.decode(encoded) else {
        return false;
    };
    if bytes.len() != 68 || bytes[..4] != key_hash(name, signer)[..] {
        return false;
    }
    let signed = Signed {
        person: name.to_owned(),
        key: signer.to_owned(),
        signature: hex(&bytes[4..]),
    };
    verify(&signed, body.as_bytes())
}
