//! The registry: which public key stands for whom, from when, and until when (rules A9 and A10).
//!
//! The operator enters first keys and nothing more. A person who has lost its keys comes back by the procedure of the
//! text (the holders of the power [`RECOVERY`], jointly) or by more than half of its creditors together with the
//! operator; such a key waits [`RECOVERY_DAYS`] days, in which a key of the person's own can revoke it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::admission::{Admission, CLOCK_SKEW_SECONDS, Refusal, field};
use super::entry::Entry;
use super::keys::flaw;
use super::{Log, RegisteredKey};
use crate::event::{Event, EventKind};
use crate::moment::Moment;
use crate::text::agreement::Agreement;

/// The power of a text whose holders, jointly, register further keys of anybody.
pub const RECOVERY: &str = "key-recovery";
/// How many days a key waits that was registered by creditors.
pub const RECOVERY_DAYS: i64 = 7;

/// A registered key that has not been revoked.
fn unrevoked<'l>(log: &'l Log, key: &str) -> Result<&'l RegisteredKey, Refusal> {
    let known = log.keys.get(key);
    let known = known.ok_or_else(|| Refusal::UnknownKey(key.to_owned()))?;
    match known.revoked {
        Some(_) => Err(Refusal::RevokedKey(key.to_owned())),
        None => Ok(known),
    }
}

/// A registered, unrevoked key that may be used at `at`.
pub(super) fn usable<'l>(log: &'l Log, key: &str, at: Timestamp) -> Result<&'l RegisteredKey, Refusal> {
    let known = unrevoked(log, key)?;
    if known.since > at {
        let what = format!("the key {key} of {} counts from {}", known.person, known.since);
        return Err(Refusal::denied("A9", what));
    }
    Ok(known)
}

/// By whom a key is registered.
enum Voucher {
    /// By a key of the same person, held by this holder.
    Own(String),
    /// By as many holders as the text asks of this person: the key may be another holder's.
    AllHolders,
    /// By the operator, as one of the first keys.
    Operator,
    /// By the text's own procedure.
    Procedure,
    /// By creditors with the operator.
    Creditors,
}

/// Whether a key may be registered.
pub(super) fn key(log: &Log, entry: &Entry) -> Result<Admission, Refusal> {
    let (person, key) = (field(entry, "person")?, field(entry, "key")?);
    let agreement = &log.text.agreement;
    if !agreement.parties.contains_key(person) && !agreement.others.contains_key(person) {
        return Err(Refusal::denied("A9", format!("the text names nobody `{person}`")));
    }
    if let Some(what) = flaw(key) {
        return Err(Refusal::denied("A9", format!("`key` {what}")));
    }
    if log.keys.contains_key(key) || key == log.operator {
        return Err(Refusal::Replayed(key.to_owned()));
    }
    if voucher(log, entry, person).is_none() {
        return Err(Refusal::denied(
            "A9",
            format!(
                "a further key of {person} is registered by one of its own keys, by the holders of the power \
                 `{RECOVERY}` of the text, or by more than half of its creditors with the operator; the operator alone \
                 registers first keys only"
            ),
        ));
    }
    let (key, person) = (key.to_owned(), person.to_owned());
    Ok(Admission::Key { key, person })
}

/// The record of a key that was admitted: from when it counts and who holds it.
pub(super) fn registered(log: &Log, entry: &Entry, key: &str, person: &str) -> RegisteredKey {
    let (since, holder) = match voucher(log, entry, person) {
        Some(Voucher::Own(holder)) => (entry.received, holder),
        Some(Voucher::Creditors) => {
            let wait = SignedDuration::from_hours(24 * RECOVERY_DAYS);
            let since = entry.received.checked_add(wait).unwrap_or(Timestamp::MAX);
            (since, key.to_owned())
        }
        _ => (entry.received, key.to_owned()),
    };
    RegisteredKey {
        person: person.to_owned(),
        holder,
        since,
        revoked: None,
    }
}

fn voucher(log: &Log, entry: &Entry, person: &str) -> Option<Voucher> {
    let signers: Vec<&RegisteredKey> = entry
        .signatures
        .iter()
        .filter_map(|signed| usable(log, &signed.key, entry.received).ok())
        .collect();
    let operator = entry.signatures.iter().any(|signed| signed.key == log.operator);
    let own: Vec<&RegisteredKey> = signers
        .iter()
        .copied()
        .filter(|known| known.person == person)
        .collect();
    let needed = log.text.agreement.signatories.get(person).copied().unwrap_or(1) as usize;
    if let Some(first) = own.first() {
        let holders: BTreeSet<&str> = own.iter().map(|known| known.holder.as_str()).collect();
        return Some(if needed > 1 && holders.len() >= needed {
            Voucher::AllHolders
        } else {
            Voucher::Own(first.holder.clone())
        });
    }
    if operator && first_key(log, person, needed) {
        return Some(Voucher::Operator);
    }
    let persons: BTreeSet<&str> = signers.iter().map(|known| known.person.as_str()).collect();
    if by_procedure(log, &persons) {
        return Some(Voucher::Procedure);
    }
    let creditors = creditors(&log.text.agreement, person);
    let signed = creditors
        .iter()
        .filter(|creditor| persons.contains(creditor.as_str()));
    (operator && signed.count() * 2 > creditors.len()).then_some(Voucher::Creditors)
}

/// Whether the operator may still enter a first key: the text gives none, and there are fewer than sign for the person.
fn first_key(log: &Log, person: &str, needed: usize) -> bool {
    let known = log.keys.values().filter(|known| known.person == person).count();
    let spoken = || {
        let mut all = log.events.iter();
        all.any(|event| event.by.iter().any(|by| by == person))
    };
    !log.text.agreement.keys.contains_key(person) && known < needed && (known == 0 || !spoken())
}

fn by_procedure(log: &Log, persons: &BTreeSet<&str>) -> bool {
    let stated = |agreement: &Agreement| {
        let power = agreement.powers.iter().find(|power| power.id == RECOVERY);
        power.is_some_and(|power| {
            let holders = agreement.expand(&power.holders, None);
            !holders.is_empty() && holders.iter().all(|holder| persons.contains(holder.as_str()))
        })
    };
    log.possible.iter().any(stated)
}

/// Those to whom a person owes something; all other parties where it owes nobody.
fn creditors(agreement: &Agreement, person: &str) -> BTreeSet<String> {
    let owed = agreement
        .commitments
        .iter()
        .filter(|commitment| agreement.includes(&commitment.by, person, None))
        .flat_map(|commitment| agreement.expand(&commitment.to, None));
    let owed: BTreeSet<String> = owed.filter(|creditor| creditor != person).collect();
    if !owed.is_empty() {
        return owed;
    }
    let others = agreement.parties.keys().filter(|party| *party != person);
    others.cloned().collect()
}

/// Whether a key may be revoked.
pub(super) fn revocation(log: &Log, entry: &Entry) -> Result<Admission, Refusal> {
    let key = field(entry, "key")?;
    let since = field(entry, "since")?.parse::<Timestamp>();
    let since = since.map_err(|_| Refusal::Malformed("`since` must be an instant".to_owned()))?;
    let known = unrevoked(log, key)?;
    if since.as_second() > entry.received.as_second() + CLOCK_SKEW_SECONDS {
        return Err(Refusal::BackDated(format!(
            "`since` is {since}, which is still to come"
        )));
    }
    let person = known.person.as_str();
    let own = entry
        .signatures
        .iter()
        .any(|signed| usable(log, &signed.key, entry.received).is_ok_and(|other| other.person == person));
    let operator = entry.signatures.iter().any(|signed| signed.key == log.operator);
    let party = log.text.agreement.parties.contains_key(person);
    if !own && (party || !operator) {
        let who = if party {
            format!("{person} alone")
        } else {
            format!("{person} or the operator")
        };
        return Err(Refusal::denied(
            "A10",
            format!("a key of {person} is revoked by {who}"),
        ));
    }
    let backwards = since.as_second() + CLOCK_SKEW_SECONDS < entry.received.as_second();
    if backwards && !own {
        let what = "the operator revokes from now on; only the owner's own signature dates it back";
        return Err(Refusal::denied("A10", what));
    }
    if backwards && !signed_by_all_parties(log, entry) {
        undisputed(log, person, key, since)?;
    }
    let key = key.to_owned();
    Ok(Admission::Revocation { key, since })
}

fn signed_by_all_parties(log: &Log, entry: &Entry) -> bool {
    let persons: BTreeSet<&str> = entry
        .signatures
        .iter()
        .filter_map(|signed| usable(log, &signed.key, entry.received).ok())
        .map(|known| known.person.as_str())
        .collect();
    let mut parties = log.text.agreement.parties.keys();
    parties.all(|party| persons.contains(party.as_str()))
}

/// A revocation takes back what a thief said, not what the owner said: what would stop counting must have been
/// contested by its owner before, and acts on which others rely stay.
fn undisputed(log: &Log, person: &str, key: &str, since: Timestamp) -> Result<(), Refusal> {
    let contested: BTreeSet<&str> = log
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Contest | EventKind::Object))
        .filter(|event| event.by.iter().any(|by| by == person))
        .filter_map(|event| event.of.as_deref())
        .collect();
    let after = Moment::instant(since);
    let said = log
        .events
        .iter()
        .zip(&log.noted)
        .filter(|(event, noted)| event.received >= after && noted.signers.iter().any(|own| own == key))
        .map(|(event, _)| event);
    for event in said {
        let disputes_itself = matches!(event.kind, EventKind::Contest | EventKind::Object);
        if binds(event) {
            let what = format!(
                "`{}` ({}) was signed with this key on {}, and others rely on it; dating the revocation before it needs \
                 the signatures of all parties",
                event.id,
                event.kind.word(),
                event.received.timestamp()
            );
            return Err(Refusal::denied("A10", what));
        }
        if !disputes_itself && !contested.contains(event.id.as_str()) {
            let what = format!(
                "`{}` was signed with this key on {} and {person} has not contested it; a revocation reaches back to the \
                 last undisputed act at most",
                event.id,
                event.received.timestamp()
            );
            return Err(Refusal::denied("A10", what));
        }
    }
    Ok(())
}

/// Whether an act binds its author, so that others rely on it.
pub(super) fn binds(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::Sign
            | EventKind::Amend
            | EventKind::Waive
            | EventKind::Terminate
            | EventKind::Accept
            | EventKind::Extend
            | EventKind::Resolve
            | EventKind::Vote
            | EventKind::Ballot
            | EventKind::Leave
    )
}

/// What is wrong with the keys that a text gives to persons; to be asked before it is signed.
#[must_use]
pub fn flawed_keys(agreement: &Agreement, operator: &str) -> Vec<String> {
    let mut owners: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
    let mut flaws = Vec::new();
    for (person, keys) in &agreement.keys {
        for key in keys {
            if let Some(what) = flaw(key) {
                flaws.push(format!("a key of {person} {what}"));
            }
            if key == operator {
                flaws.push(format!("a key of {person} is the operator's"));
            }
            match owners.insert(key, person) {
                Some(other) if other == person => {
                    flaws.push(format!("a key of {person} is written twice"));
                }
                Some(other) => flaws.push(format!("{other} and {person} have the same key")),
                None => {}
            }
        }
    }
    flaws
}
