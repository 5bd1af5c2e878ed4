//! Trusted time stamps: tokens that OpenSSL's authority made (`time_stamps/make.sh`) over one checkpoint, what is refused,
//! and what a ledger's own times may not contradict.

mod deal;

use deal::{at, key, log_of, operator, unsigned_entries as entries};
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Admission, Entry, Kind, Refusal, Stamped, deal_of};
use detente_ledger::store::{Verification, bundle_of, verify_bundle_trusting};
use detente_ledger::time_stamp::{Authorities, TimeStamp, TimeStampError, Token, Vouched, request};
use serde_json::json;

const RSA: &[u8] = include_bytes!("time_stamps/rsa.tsr");
const CURVE: &[u8] = include_bytes!("time_stamps/curve.tsr");
const EXPIRED: &[u8] = include_bytes!("time_stamps/expired.tsr");
const AHEAD: &[u8] = include_bytes!("time_stamps/ahead.tsr");
const REFUSED: &[u8] = include_bytes!("time_stamps/refused.tsr");
const QUESTION: &[u8] = include_bytes!("time_stamps/question.tsq");
const CHECKPOINT: &str = include_str!("time_stamps/checkpoint.txt");
const CHECKPOINT_AHEAD: &str = include_str!("time_stamps/ahead.txt");
const RSA_ROOT: &[u8] = include_bytes!("time_stamps/rsa.pem");
const CURVE_ROOT: &[u8] = include_bytes!("time_stamps/curve.pem");
const EXPIRED_ROOT: &[u8] = include_bytes!("time_stamps/expired.pem");

/// When the ledger of these tests was begun, long before the stamps.
const BEGUN: &str = "2026-01-01T10:00:00Z";
/// What a clock said that ran years ahead when the stamps were made.
const BEGUN_AHEAD: &str = "2029-01-01T00:00:00Z";

fn trusting(roots: &[&[u8]]) -> Authorities {
    let mut authorities = Authorities::none();
    for root in roots {
        authorities.add_pem(root).unwrap();
    }
    authorities
}

fn checked(answer: &[u8], authorities: &Authorities) -> Result<TimeStamp, TimeStampError> {
    Token::from_answer(answer)?.check(CHECKPOINT.as_bytes(), authorities)
}

#[test]
fn the_checkpoints_are_those_that_were_stamped_and_the_question_is_the_one_that_openssl_asks() {
    for (begun, stamped) in [(BEGUN, CHECKPOINT), (BEGUN_AHEAD, CHECKPOINT_AHEAD)] {
        let body = log_of(&entries(begun)).checkpoint().body();
        println!("{body}");
        assert_eq!(body, stamped);
    }
    assert_eq!(request(CHECKPOINT.as_bytes()).unwrap(), QUESTION);
}

#[test]
fn a_token_says_when_and_who_stands_behind_it() {
    let both = trusting(&[CURVE_ROOT, RSA_ROOT]);
    for (answer, name, root) in [(RSA, "rsa", RSA_ROOT), (CURVE, "curve", CURVE_ROOT)] {
        let stamp = checked(answer, &both).unwrap();
        assert!(
            stamp.at > at("2026-11-27T00:00:00Z") && stamp.at < at("2100-01-01T00:00:00Z"),
            "{stamp:?}"
        );
        assert_eq!(stamp.accuracy_microseconds, Some(1_500_000));
        assert_eq!(stamp.signer, format!("CN={name} signer,O=Detente test"));
        assert_eq!(
            stamp.vouched,
            Vouched::By(format!("CN={name} root,O=Detente test"))
        );
        assert_eq!(checked(answer, &trusting(&[root])).unwrap(), stamp);
        // A token alone says what the answer around it says.
        let token = Token::from_answer(answer).unwrap();
        assert_eq!(checked(token.bytes(), &both).unwrap(), stamp);
    }
    // The second authority counts thousandths.
    assert_ne!(checked(CURVE, &both).unwrap().at.subsec_nanosecond(), 0);
}

#[test]
fn nobody_vouches_for_a_stranger_or_for_a_certificate_after_its_time() {
    let why = |answer: &[u8], authorities: &Authorities| match checked(answer, authorities).unwrap().vouched {
        Vouched::ByNobody(why) => why,
        Vouched::By(who) => panic!("{who}"),
    };
    assert_eq!(why(RSA, &Authorities::none()), "no authority was given");
    assert!(why(RSA, &trusting(&[CURVE_ROOT])).contains("none of the authorities"));
    assert!(why(EXPIRED, &trusting(&[EXPIRED_ROOT])).contains("Expired"));
}

#[test]
fn what_is_no_time_stamp_of_these_bytes_is_refused() {
    let nobody = Authorities::none();
    let other = Token::from_answer(RSA).unwrap().check(b"something else", &nobody);
    assert_eq!(other, Err(TimeStampError::OtherBytes));
    assert_eq!(checked(REFUSED, &nobody), Err(TimeStampError::NotGranted(2)));
    for bytes in [
        &b""[..],
        b"0",
        QUESTION,
        RSA_ROOT,
        &RSA[..RSA.len() - 1],
        &[RSA, b"0"].concat(),
        &[0x30; 70_000],
    ] {
        let refused = checked(bytes, &nobody);
        assert!(
            matches!(refused, Err(TimeStampError::Malformed(_))),
            "{refused:?}"
        );
    }
    assert!(Authorities::none().add_pem(RSA).is_err());
}

/// Whatever byte is altered, the token never comes to say something else in anybody's name.
#[test]
fn every_altered_byte_is_refused_or_changes_nothing_that_is_said() {
    for (answer, root) in [(RSA, RSA_ROOT), (CURVE, CURVE_ROOT)] {
        let authorities = trusting(&[root]);
        let said = checked(answer, &authorities).unwrap();
        assert!(matches!(said.vouched, Vouched::By(_)));
        let token = Token::from_answer(answer).unwrap().bytes().to_vec();
        let mut unchanged = 0;
        for place in 0..token.len() {
            for flip in [1, 0x80] {
                let mut altered = token.clone();
                altered[place] ^= flip;
                if let Ok(stamp) = checked(&altered, &authorities)
                    && matches!(stamp.vouched, Vouched::By(_))
                {
                    assert_eq!(stamp, said, "byte {place}");
                    unchanged += 1;
                }
            }
        }
        // What is not signed: versions, and the signature's algorithm where another name means the same.
        assert!(unchanged < 40, "{unchanged}");
    }
}

/// A ledger with stamps, recorded at `recorded`.
fn stamped(begun: &str, answers: &[&[u8]], recorded: &str) -> Verification {
    let mut entries = entries(begun);
    let mut log = log_of(&entries);
    let note = log.checkpoint().note(&[&operator()]);
    for answer in answers {
        let entry = Stamped::entry(&deal_of(deal::TEXT), &note, answer, &operator()).unwrap();
        let entry = entry.at(log.size(), at(recorded));
        assert_eq!(log.append(&entry), Ok(Admission::TimeStamp));
        entries.push(entry);
    }
    let bytes = entries.iter().map(|entry| entry.bytes().unwrap());
    let bundle = bundle_of(bytes, &log.checkpoint().note(&[&operator()]));
    verify_bundle_trusting(&bundle, &trusting(&[RSA_ROOT, CURVE_ROOT]))
}

#[test]
fn a_ledger_shows_its_stamps_and_its_own_times_may_not_contradict_them() {
    let found = stamped(BEGUN, &[RSA, CURVE], "2027-01-01T00:00:00Z");
    assert_eq!(found.findings, []);
    let places: Vec<(u64, u64)> = found.stamps.iter().map(|stamp| (stamp.seq, stamp.size)).collect();
    assert_eq!(places, [(4, 4), (5, 4)]);
    // Recorded before it was stamped.
    let early = stamped(BEGUN, &[RSA, CURVE], "2026-02-01T00:00:00Z");
    assert_eq!(early.findings.len(), 2);
    assert!(
        early.findings[0].to_string().contains("received before"),
        "{:?}",
        early.findings
    );
    // Received, says the ledger, when an authority had stamped it already.
    let ahead = stamped(BEGUN_AHEAD, &[AHEAD], "2029-01-02T00:00:00Z");
    assert_eq!(ahead.findings.len(), 1);
    assert!(
        ahead.findings[0].to_string().contains("had stamped them already"),
        "{:?}",
        ahead.findings
    );
    // The stamp of another history.
    let other = stamped(BEGUN_AHEAD, &[RSA], "2029-01-02T00:00:00Z");
    assert!(
        other.findings[0].to_string().contains("about something else"),
        "{:?}",
        other.findings
    );
}

#[test]
fn the_operator_alone_records_stamps_and_only_of_this_log() {
    let log = log_of(&entries(BEGUN));
    let (deal, note) = (deal_of(deal::TEXT), log.checkpoint().note(&[&operator()]));
    let refused = |note: &str, token: &[u8], by: &PrivateKey| {
        let entry = Stamped::entry(&deal, note, token, by)
            .unwrap()
            .at(log.size(), at("2027-01-01T00:00:00Z"));
        log.examine(&entry).unwrap_err().remove(0)
    };
    assert!(matches!(refused(&note, RSA, &key("A")), Refusal::NotEntitled(_)));
    // A checkpoint that the operator has not signed, of another log, or of a state still to come.
    assert!(matches!(
        refused(&log.checkpoint().note(&[&key("A")]), RSA, &operator()),
        Refusal::Malformed(_)
    ));
    let mut other = log.checkpoint();
    other.origin = "detente/other".to_owned();
    assert!(matches!(
        refused(&other.note(&[&operator()]), RSA, &operator()),
        Refusal::OtherDeal { .. }
    ));
    let mut later = log.checkpoint();
    later.size += 1;
    assert!(matches!(
        refused(&later.note(&[&operator()]), RSA, &operator()),
        Refusal::Malformed(_)
    ));
    let mut rewritten = log.checkpoint();
    rewritten.root[0] ^= 1;
    assert!(matches!(
        refused(&rewritten.note(&[&operator()]), RSA, &operator()),
        Refusal::Malformed(_)
    ));
    assert!(matches!(
        refused(&note, &[0; 70_000], &operator()),
        Refusal::Malformed(_)
    ));
    let body = json!({ "checkpoint": note, "token": "not base64!" });
    let entry = Entry::signed(&deal, Kind::TimeStamp, body, &[&operator()]).unwrap();
    let entry = entry.at(log.size(), at("2027-01-01T00:00:00Z"));
    assert!(matches!(
        log.examine(&entry).unwrap_err()[..],
        [Refusal::Malformed(_)]
    ));
}
