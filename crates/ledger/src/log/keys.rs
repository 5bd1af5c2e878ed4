//! Keys and signatures: Ed25519 (RFC 8032), verified strictly, over canonical bytes that name the deal.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::canonical::{canonical_bytes, hex, unhex};

/// A signing key of a person.
#[derive(Clone)]
pub struct PrivateKey {
    /// Whose key.
    pub person: String,
    key: SigningKey,
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({}, {})", self.person, self.public())
    }
}

/// A signature with the key that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Whose.
    pub person: String,
    /// The public key, hex.
    pub key: String,
    /// The signature, hex.
    pub signature: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    person: String,
    public: String,
    secret: String,
}

impl PrivateKey {
    /// A key from 32 random bytes, which the caller supplies.
    #[must_use]
    pub fn from_seed(person: &str, seed: &[u8; 32]) -> Self {
        Self {
            person: person.to_owned(),
            key: SigningKey::from_bytes(seed),
        }
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// What is wrong with it, without showing the secret.
    pub fn from_file(text: &str) -> Result<Self, String> {
        // What the reader says of a key file may repeat a part of it: only its place is told.
        let file: KeyFile = detente_reading::json::from_str(text).map_err(|fault| {
            let twice = fault.message.contains("given twice");
            let why = if twice { ": a name is given twice" } else { "" };
            format!(
                "it is not a key file (line {}, column {}{why})",
                fault.line, fault.column
            )
        })?;
        let seed = unhex::<32>(&file.secret).ok_or("its secret is no 32 bytes in hex")?;
        let key = Self::from_seed(&file.person, &seed);
        if key.public() != file.public {
            return Err("its public key does not belong to its secret".to_owned());
        }
        Ok(key)
    }

    /// The key file; keep it secret.
    #[must_use]
    pub fn to_file(&self) -> String {
        let file =
            json!({ "person": self.person, "public": self.public(), "secret": hex(&self.key.to_bytes()) });
        format!("{file:#}\n")
    }

    /// The public key, hex.
    #[must_use]
    pub fn public(&self) -> String {
        hex(self.key.verifying_key().as_bytes())
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signed {
        Signed {
            person: self.person.clone(),
            key: self.public(),
            signature: hex(&self.key.sign(bytes).to_bytes()),
        }
    }
}

/// What is wrong with a public key: one that is no point of the curve, or of small order (all zeros among them), signs
/// for nobody, or for everybody.
#[must_use]
pub fn flaw(key: &str) -> Option<&'static str> {
    let Some(bytes) = unhex::<32>(key) else {
        return Some("is not a public key: 64 hex digits in lower case");
    };
    match VerifyingKey::from_bytes(&bytes) {
        Err(_) => Some("is not a public key: no point of the curve"),
        Ok(point) if point.is_weak() => Some("is of small order: anybody can sign with it"),
        Ok(_) => None,
    }
}

/// Whether a signature is good for these bytes.
#[must_use]
pub fn verify(signed: &Signed, bytes: &[u8]) -> bool {
    let (Some(key), Some(signature)) = (unhex::<32>(&signed.key), unhex::<64>(&signed.signature)) else {
        return false;
    };
    let Ok(key) = VerifyingKey::from_bytes(&key) else {
        return false;
    };
    key.verify_strict(bytes, &Signature::from_bytes(&signature))
        .is_ok()
}

/// The bytes that are signed: the deal, the kind of entry and its body, in canonical form. Because they name the deal,
/// a signature is worth nothing in another one.
///
/// # Errors
/// When the body cannot be written canonically.
pub fn signed_bytes(deal: &str, kind: &str, body: &Value) -> Result<Vec<u8>, serde_json::Error> {
    canonical_bytes(&json!({ "format": "detente-entry-1", "deal": deal, "kind": kind, "body": body }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_own_bytes_and_deal_only() {
        let key = PrivateKey::from_seed("US", &[7; 32]);
        let body = json!({ "id": "E1" });
        let bytes = signed_bytes("aa", "event", &body).unwrap();
        let signed = key.sign(&bytes);
        assert!(verify(&signed, &bytes));
        assert!(!verify(&signed, &signed_bytes("bb", "event", &body).unwrap()));
        let mut forged = signed.clone();
        forged.key = PrivateKey::from_seed("US", &[8; 32]).public();
        assert!(!verify(&forged, &bytes));
        assert!(PrivateKey::from_file(&key.to_file()).unwrap().public() == key.public());
        assert!(PrivateKey::from_file("{}").is_err());
    }
}
