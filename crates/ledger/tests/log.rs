//! What the log refuses and what it keeps: forged, replayed, back-dated, of another deal, by a revoked key.

mod deal;

use deal::{at, event, first, key, log, operator, put};
use detente_ledger::log::{Admission, Checkpoint, Entry, Kind, Log, Refusal, deal_of};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Headline, Question, Status, status};
use serde_json::json;

const DAY_2: &str = "2030-01-02T12:00:00Z";

fn claim(id: &str) -> serde_json::Value {
    json!({ "id": id, "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-01-02" })
}

fn asked(log: &Log, when: &str) -> Status {
    status(&log.text, &log.record(), &Question::at(Moment::instant(at(when)))).unwrap()
}

#[test]
fn signing_by_both_brings_the_text_into_force_and_a_claim_is_no_performance() {
    let mut log = log();
    assert_eq!(
        asked(&log, "2030-01-01T11:00:00Z").commitments[0].headline,
        Headline::Due
    );
    put(&mut log, event(claim("E1"), &["A"]), DAY_2).unwrap();
    assert_eq!(asked(&log, DAY_2).commitments[0].headline, Headline::Claimed);
    let verify =
        json!({ "id": "E2", "kind": "verify", "by": "V", "on": "F1", "of": "E1", "reported": "2030-01-03" });
    put(&mut log, event(verify, &["V"]), "2030-01-03T09:00:00Z").unwrap();
    assert_eq!(
        asked(&log, "2030-01-03T09:00:00Z").commitments[0].headline,
        Headline::Fulfilled
    );
    // The same statement delivered again changes nothing.
    let size = log.size();
    let again = put(&mut log, event(claim("E1"), &["A"]), "2030-01-04T09:00:00Z").unwrap();
    assert!(matches!(again, Admission::Duplicate(6)));
    assert_eq!(log.size(), size);
}

#[test]
fn forged_and_unentitled_statements_are_refused() {
    let mut log = log();
    let mut refuse = |entry: Entry| put(&mut log, entry, DAY_2).unwrap_err();
    // B signs what A is said to say.
    assert!(matches!(refuse(event(claim("E1"), &["B"])), Refusal::Forged(_)));
    // A signature taken from another statement.
    let mut forged = event(claim("E1"), &["A"]);
    forged.body["occurred"] = json!("2030-01-01");
    assert!(matches!(refuse(forged), Refusal::Forged(_)));
    // A's name on B's key.
    let mut renamed = event(claim("E1"), &["B"]);
    renamed.signatures[0].person = "A".to_owned();
    assert!(matches!(refuse(renamed), Refusal::Forged(_)));
    // Nobody.
    let mut unsigned = event(claim("E1"), &["A"]);
    unsigned.signatures.clear();
    assert!(matches!(refuse(unsigned), Refusal::Forged(_)));
    // An unknown key, and the operator's.
    let stranger = detente_ledger::log::keys::PrivateKey::from_seed("A", &[77; 32]);
    let unknown = Entry::signed(&deal_of(deal::TEXT), Kind::Event, claim("E1"), &[&stranger]).unwrap();
    assert!(matches!(refuse(unknown), Refusal::UnknownKey(_)));
    let operated = Entry::signed(&deal_of(deal::TEXT), Kind::Event, claim("E1"), &[&operator()]).unwrap();
    assert!(matches!(refuse(operated), Refusal::NotEntitled(_)));
    // The operator cannot give A a second key.
    let body = json!({ "person": "A", "key": stranger.public() });
    let second = Entry::signed(&deal_of(deal::TEXT), Kind::Key, body, &[&operator()]).unwrap();
    assert!(matches!(refuse(second), Refusal::NotEntitled(_)));
}

#[test]
fn replayed_cross_deal_and_back_dated_statements_are_refused() {
    let mut log = log();
    put(&mut log, event(claim("E1"), &["A"]), DAY_2).unwrap();
    let mut changed = claim("E1");
    changed["note"] = json!("something else");
    assert!(matches!(
        put(&mut log, event(changed, &["A"]), DAY_2).unwrap_err(),
        Refusal::Replayed(_)
    ));
    // Signed for another text.
    let other = Entry::signed(&deal_of("another text"), Kind::Event, claim("E2"), &[&key("A")]).unwrap();
    assert!(matches!(
        put(&mut log, other.clone(), DAY_2).unwrap_err(),
        Refusal::OtherDeal { .. }
    ));
    // The same with the deal's name changed back: the signature no longer fits.
    let mut relabelled = other;
    relabelled.deal = deal_of(deal::TEXT);
    assert!(matches!(
        put(&mut log, relabelled, DAY_2).unwrap_err(),
        Refusal::Forged(_)
    ));
    // The author cannot say when the ledger received it.
    let mut received = claim("E3");
    received["received"] = json!("2029-01-01");
    assert!(matches!(
        put(&mut log, event(received, &["A"]), DAY_2).unwrap_err(),
        Refusal::BackDated(_)
    ));
    // A notification dated a month back would start a clock that has nearly run out.
    let notify = json!({ "id": "N", "kind": "notify", "by": "B", "on": "S", "occurred": "2030-01-02" });
    let late = put(&mut log, event(notify.clone(), &["B"]), "2030-02-01T00:00:00Z").unwrap_err();
    assert!(matches!(late, Refusal::BackDated(_)));
    // Nothing occurs in the future.
    let future = json!({ "id": "N2", "kind": "notify", "by": "B", "on": "S", "occurred": "2030-03-01" });
    assert!(matches!(
        put(&mut log, event(future, &["B"]), DAY_2).unwrap_err(),
        Refusal::BackDated(_)
    ));
    // On its day it is taken.
    put(&mut log, event(notify, &["B"]), "2030-01-02T18:00:00Z").unwrap();
    // And the clock of the ledger never goes back.
    let back = put(&mut log, event(claim("E9"), &["A"]), "2030-01-02T17:00:00Z").unwrap_err();
    assert!(matches!(back, Refusal::ClockBackwards { .. }));
}

#[test]
fn a_stolen_key_stops_counting_when_the_theft_is_known_and_earlier_answers_stay() {
    let mut log = log();
    put(&mut log, event(claim("E1"), &["A"]), DAY_2).unwrap();
    let stolen = json!({ "id": "E2", "kind": "verify", "by": "V", "on": "F1", "occurred": "2030-01-02",
        "reported": "2030-01-05" });
    put(&mut log, event(stolen, &["V"]), "2030-01-05T00:00:00Z").unwrap();
    let body = json!({ "key": key("V").public(), "since": "2030-01-04T00:00:00Z", "reason": "stolen" });
    let revoke = |by: &[&detente_ledger::log::keys::PrivateKey]| {
        Entry::signed(&deal_of(deal::TEXT), Kind::Revoke, body.clone(), by).unwrap()
    };
    // The operator cannot date a revocation back, and the owner not before an act that it has not contested.
    let by_operator = put(&mut log, revoke(&[&operator()]), "2030-01-10T00:00:00Z").unwrap_err();
    assert!(matches!(by_operator, Refusal::NotEntitled(_)));
    let undisputed = put(&mut log, revoke(&[&key("V")]), "2030-01-10T00:00:00Z").unwrap_err();
    assert!(matches!(undisputed, Refusal::NotEntitled(_)));
    let contest = json!({ "id": "C", "kind": "contest", "by": "V", "of": "E2", "occurred": "2030-01-09" });
    put(&mut log, event(contest, &["V"]), "2030-01-09T12:00:00Z").unwrap();
    put(&mut log, revoke(&[&key("V")]), "2030-01-10T00:00:00Z").unwrap();
    assert_eq!(
        asked(&log, "2030-01-09T00:00:00Z").commitments[0].headline,
        Headline::Fulfilled
    );
    assert_eq!(
        asked(&log, "2030-01-10T00:00:00Z").commitments[0].headline,
        Headline::Claimed
    );
    let later = json!({ "id": "E3", "kind": "verify", "by": "V", "on": "F1", "occurred": "2030-01-02" });
    let refused = put(&mut log, event(later, &["V"]), "2030-01-11T00:00:00Z").unwrap_err();
    assert!(matches!(refused, Refusal::RevokedKey(_)));
    // With no key left, the operator may register the next one; the log shows it.
    let body = json!({ "person": "V", "key": detente_ledger::log::keys::PrivateKey::from_seed("V", &[5; 32]).public() });
    let next = Entry::signed(&deal_of(deal::TEXT), Kind::Key, body, &[&operator()]).unwrap();
    assert!(matches!(
        put(&mut log, next, "2030-01-12T00:00:00Z").unwrap_err(),
        Refusal::NotEntitled(_)
    ));
}

#[test]
fn entries_have_one_form_only() {
    let entry = first(deal::TEXT);
    let bytes = entry.bytes().unwrap();
    assert_eq!(Entry::from_bytes(&bytes).unwrap(), entry);
    let spaced = String::from_utf8(bytes.clone()).unwrap().replacen(':', ": ", 1);
    assert!(Entry::from_bytes(spaced.as_bytes()).is_err());
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let Ok(read) = Entry::from_bytes(&altered) else {
            continue;
        };
        // The time of receipt and the name beside a signature are the ledger's; the tree's root covers them.
        let outside =
            read.received != entry.received || read.signatures[0].person != entry.signatures[0].person;
        assert!(
            outside || Log::start(&read).is_err(),
            "a flipped bit at {place} was not noticed"
        );
    }
}

#[test]
fn checkpoints_are_signed_and_witnesses_see_two_histories() {
    let mut one = log();
    let note = one.checkpoint().note(&[&operator()]);
    let read = Checkpoint::open(&note, &operator().public()).unwrap();
    assert_eq!(read, one.checkpoint());
    let cosigned = Checkpoint::cosign(&note, &key("B")).unwrap();
    assert!(Checkpoint::open(&cosigned, &key("B").public()).is_ok());
    assert!(Checkpoint::open(&note, &key("B").public()).is_err());
    assert!(Checkpoint::open(&note.replacen('6', "7", 1), &operator().public()).is_err());
    let mut two = one.clone();
    put(&mut one, event(claim("E1"), &["A"]), DAY_2).unwrap();
    put(&mut two, event(claim("E1-other"), &["A"]), DAY_2).unwrap();
    assert_eq!(one.size(), two.size());
    assert_ne!(one.root(), two.root());
}

#[test]
fn a_text_can_ask_for_two_signatures_of_a_party() {
    let text = deal::TEXT.replace(
        "A = { name = \"Alba\" }",
        &format!(
            "A = {{ name = \"Alba\", signatories = 2, keys = [\"{}\", \"{}\"] }}",
            key("A").public(),
            key("A2").public()
        ),
    );
    let mut log = Log::start(&first(&text)).unwrap();
    let body = json!({ "id": "s", "kind": "sign", "by": "A", "on": "agreement", "occurred": "2030-01-01" });
    let one = Entry::signed(log.deal(), Kind::Event, body.clone(), &[&key("A")]).unwrap();
    assert!(matches!(
        put(&mut log, one, DAY_2).unwrap_err(),
        Refusal::NotEntitled(_)
    ));
    let mut second = key("A2");
    second.person = "A".to_owned();
    let both = Entry::signed(log.deal(), Kind::Event, body, &[&key("A"), &second]).unwrap();
    put(&mut log, both, DAY_2).unwrap();
}
