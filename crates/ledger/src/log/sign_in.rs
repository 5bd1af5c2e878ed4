//! Signing in with a key that stays at home: a board gives a challenge, its reader's key signs it, and the board checks the
//! signature. What is signed is `canonical({"format":"detente-sign-in-1","challenge":…})`, which is no statement of any deal.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::keys::{PrivateKey, Signed, verify};
use crate::canonical::canonical_bytes;

/// The first field of an answer.
const FORMAT: &str = "detente-sign-in-1";
/// The longest challenge, in bytes.
const LONGEST_CHALLENGE: usize = 1000;

/// A challenge that somebody has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    format: String,
    /// What the board gave.
    pub challenge: String,
    /// Who signed it.
    pub signed: Signed,
}

impl SignIn {
    /// Signs a challenge.
    ///
    /// # Errors
    /// When it is too long or cannot be written.
    pub fn answer(challenge: &str, key: &PrivateKey) -> Result<Self, String> {
        Ok(Self {
            format: FORMAT.to_owned(),
            challenge: challenge.to_owned(),
            signed: key.sign(&signed_bytes(challenge)?),
        })
    }

    /// The line that carries it.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{}\n", serde_json::to_string(self)?))
    }

    /// Reads an answer whose signature fits. Whether the challenge is the board's own and the key is known is for the board.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let answer: Self = detente_reading::json::from_str(text.trim()).map_err(|fault| {
            format!(
                "this is not a signed challenge (line {}, column {})",
                fault.line, fault.column
            )
        })?;
        if answer.format != FORMAT {
            return Err(format!("the format is not {FORMAT}"));
        }
        if !verify(&answer.signed, &signed_bytes(&answer.challenge)?) {
            return Err("the signature does not fit".to_owned());
        }
        Ok(answer)
    }
}

fn signed_bytes(challenge: &str) -> Result<Vec<u8>, String> {
    if challenge.len() > LONGEST_CHALLENGE {
        return Err(format!("a challenge has at most {LONGEST_CHALLENGE} bytes"));
    }
    let value = json!({ "format": FORMAT, "challenge": challenge });
    canonical_bytes(&value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_for_its_challenge_and_key_only() {
        let key = PrivateKey::from_seed("A", &[7; 32]);
        let answer = SignIn::answer("board 1", &key).unwrap();
        let line = answer.line().unwrap();
        assert_eq!(SignIn::read(&line), Ok(answer));
        for (from, to) in [
            ("board 1", "board 2"),
            ("\"A\"", "\"B\",\"person\":\"A\""),
            (FORMAT, "detente-entry-1"),
            (&key.public(), &PrivateKey::from_seed("A", &[8; 32]).public()),
        ] {
            let altered = line.replacen(from, to, 1);
            assert!(SignIn::read(&altered).is_err(), "{altered}");
        }
        // A key file is told nothing of itself.
        let error = SignIn::read(&key.to_file()).unwrap_err();
        assert!(!error.contains("0707"), "{error}");
        assert!(SignIn::answer(&"x".repeat(2000), &key).is_err());
    }
}
