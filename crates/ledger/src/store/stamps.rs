//! Time stamps among the entries: each must be about a state that this log went through, and agree with the times at
//! which the ledger says it received what lies around it.
//!
//! A token at `t ± a` about the checkpoint of size `n`, recorded as entry `k`: the entries before `n` existed by
//! `t + a`, and those after `k` did not before `t - a`. The times of receipt are the operator's word; where they
//! contradict that by more than the skew that the log allows, they are findings.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::verify::Verification;
use crate::log::Stamped;
use crate::log::admission::CLOCK_SKEW_SECONDS;
use crate::log::merkle::{Frontier, Hash};
use crate::time_stamp::{Authorities, TimeStamp, Token};

/// A time stamp that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedStamp {
    /// The entry that carries it.
    pub seq: u64,
    /// How many entries existed by then: those before the checkpoint.
    pub size: u64,
    /// What the authority says.
    #[serde(flatten)]
    pub stamp: TimeStamp,
}

/// A time stamp as it stands in the log, and what the ledger says of the times around it.
pub(super) struct StoredStamp {
    pub seq: u64,
    /// When the ledger says it received this entry.
    pub received: Timestamp,
    /// The checkpoint and the token.
    pub stamped: Stamped,
}

/// Checks the stamps in the order of their entries; `received` are the times of receipt of all entries in order, in seconds.
pub(super) fn check_stamps(
    mut stored: Vec<StoredStamp>,
    leaves: &[Hash],
    received: &[i64],
    authorities: &Authorities,
    verification: &mut Verification,
) {
    stored.sort_by_key(|stamp| (stamp.stamped.checkpoint.size, stamp.seq));
    let mut frontier = Frontier::default();
    for stamp in stored {
        let checkpoint = &stamp.stamped.checkpoint;
        let size = usize::try_from(checkpoint.size).unwrap_or(usize::MAX);
        let seq = i64::try_from(stamp.seq).unwrap_or(-1);
        let Some(before) = leaves.get(frontier.size() as usize..size) else {
            verification.wrong(seq, "its time stamp is for more entries than there are");
            continue;
        };
        before.iter().for_each(|leaf| frontier.push(*leaf));
        if frontier.root() != checkpoint.root {
            verification.wrong(
                seq,
                "its time stamp is about another history: the entries before it were altered",
            );
            continue;
        }
        let token = Token::from_answer(&stamp.stamped.token);
        match token.and_then(|token| token.check(checkpoint.body().as_bytes(), authorities)) {
            Err(error) => verification.wrong(seq, error.to_string()),
            Ok(said) => {
                let last = size.checked_sub(1).and_then(|last| received.get(last));
                for what in contradictions(&said, last.copied(), stamp.received.as_second()) {
                    verification.wrong(seq, what);
                }
                verification.stamps.push(CheckedStamp {
                    seq: stamp.seq,
                    size: checkpoint.size,
                    stamp: said,
                });
            }
        }
    }
    verification.stamps.sort_by_key(|stamp| stamp.seq);
}

/// Where the ledger's own times cannot be, given what an authority says.
fn contradictions(said: &TimeStamp, last: Option<i64>, recorded: i64) -> Vec<String> {
    let slack =
        SignedDuration::from_micros(said.accuracy_microseconds.unwrap_or(0).min(i64::MAX as u64) as i64);
    let slack = slack
        .as_secs()
        .saturating_add(1)
        .saturating_add(CLOCK_SKEW_SECONDS);
    let at = said.at.as_second();
    let mut found = Vec::new();
    if last.is_some_and(|last| last > at.saturating_add(slack)) {
        found.push(format!(
            "entries before its checkpoint say they were received after {}, when {} had stamped them already",
            said.at, said.signer
        ));
    }
    if recorded < at.saturating_sub(slack) {
        found.push(format!(
            "it says it was received before {}, when {} stamped it",
            said.at, said.signer
        ));
    }
    found
}
