//! Challenges by which people sign in with a key that stays at home. A challenge names the board, the deal and the time, and
//! carries the board's own seal, so that the board remembers only those that were answered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use detente_ledger::canonical::{hex, sha256};

use crate::session::random;

/// How long somebody may take to sign.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// The most answers that are remembered; they are forgotten when their time is over.
const MOST_ANSWERED: usize = 10_000;

/// What seals challenges, and those that were answered.
#[derive(Debug)]
pub(crate) struct Challenges {
    /// None where the system gives no random bytes: then nobody signs in so.
    secret: Option<String>,
    since: Instant,
    answered: Mutex<HashMap<String, Instant>>,
}

impl Default for Challenges {
    fn default() -> Self {
        Self {
            secret: random(),
            since: Instant::now(),
            answered: Mutex::default(),
        }
    }
}

impl Challenges {
    /// A fresh challenge of a board that is asked for by this host's name.
    pub(crate) fn give(&self, host: &str, deal: &str) -> Option<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let host: String = host.chars().filter(|c| plain(*c)).take(300).collect();
        let second = self.since.elapsed().as_secs();
        let said = format!("{host}/{deal}/{second}/{}", random()?);
        let seal = self.seal(&said)?;
        Some(format!("{said}/{seal}"))
    }

    /// Whether a challenge is one of this board's for this host and deal, not too old, and was not answered before.
    pub(crate) fn take(&self, challenge: &str, host: &str, deal: &str) -> bool {
        let Some((said, seal)) = challenge.rsplit_once('/') else {
            return false;
        };
        if self.seal(said).as_deref() != Some(seal) {
            return false;
        }
        let mut parts = said.split('/');
        let (of_host, of_deal, second) = (parts.next(), parts.next(), parts.next());
        let second = second.and_then(|second| second.parse::<u64>().ok());
        let age = second.and_then(|second| self.since.elapsed().as_secs().checked_sub(second));
        let fits = of_host == Some(host) && of_deal == Some(deal);
        if !fits || age.is_none_or(|age| age > PATIENCE.as_secs()) {
            return false;
        }
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.retain(|_, when| when.elapsed() <= PATIENCE);
        answered.len() < MOST_ANSWERED && answered.insert(seal.to_owned(), Instant::now()).is_none()
    }

    /// A keyed hash, twice so that nothing can be added behind what was sealed.
    fn seal(&self, said: &str) -> Option<String> {
        let secret = self.secret.as_ref()?;
        let inner = hex(&sha256(format!("{secret}{said}").as_bytes()));
        Some(hex(&sha256(format!("{secret}{inner}").as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_serves_once_and_at_its_own_board() {
        let (one, other) = (Challenges::default(), Challenges::default());
        let given = one.give("localhost:1", "deal").unwrap();
        assert!(!other.take(&given, "localhost:1", "deal"));
        assert!(!one.take(&given, "localhost:2", "deal"));
        assert!(!one.take(&given, "localhost:1", "other"));
        assert!(!one.take(&given.replacen("/0/", "/1/", 1), "localhost:1", "deal"));
        assert!(one.take(&given, "localhost:1", "deal"));
        assert!(!one.take(&given, "localhost:1", "deal"));
        for text in ["", "/", "localhost:1/deal/0/x/y"] {
            assert!(!one.take(text, "localhost:1", "deal"), "{text}");
        }
    }
}
