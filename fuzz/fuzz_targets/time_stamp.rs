//! No bytes panic the reading and checking of a time stamp, and nothing but the stamped token itself comes to say anything
//! about the stamped bytes in the trusted authority's name.
#![no_main]

use std::sync::LazyLock;

use detente_ledger::time_stamp::{Authorities, TimeStamp, Token, Vouched};
use libfuzzer_sys::fuzz_target;

const CHECKPOINT: &[u8] = include_bytes!("../../crates/ledger/tests/time_stamps/checkpoint.txt");
const ANSWER: &[u8] = include_bytes!("../../crates/ledger/tests/time_stamps/curve.tsr");
static TRUSTED: LazyLock<Authorities> = LazyLock::new(|| {
    let mut authorities = Authorities::none();
    authorities.add_pem(include_bytes!("../../crates/ledger/tests/time_stamps/curve.pem")).expect("a certificate");
    authorities
});
static SAID: LazyLock<TimeStamp> = LazyLock::new(|| {
    let token = Token::from_answer(ANSWER).expect("a good answer");
    token.check(CHECKPOINT, &TRUSTED).expect("a good token")
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(token) = Token::from_answer(bytes) else { return };
    let again = Token::from_answer(token.bytes()).expect("a token alone reads as in its answer");
    assert_eq!(again.bytes(), token.bytes());
    if let Ok(stamp) = token.check(CHECKPOINT, &TRUSTED)
        && matches!(stamp.vouched, Vouched::By(_))
    {
        assert_eq!(stamp, *SAID);
    }
});
