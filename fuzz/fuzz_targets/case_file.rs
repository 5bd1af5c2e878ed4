//! No text panics the checker; what it complains of lies inside the text; what it accepts makes sense.
#![no_main]

use detente_case::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match check(text) {
        Ok(case) => {
            assert!(case.states() <= detente_case::MOST_STATES);
            assert!(!case.parties.is_empty() && !case.issues.is_empty());
            for judgement in &case.judgements {
                assert!(judgement.domain.contains(&judgement.likely));
            }
        }
        Err(diagnostics) => {
            assert!(diagnostics.len() > 0);
            for diagnostic in diagnostics.iter() {
                assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?}");
                assert!(!diagnostic.message.is_empty() && diagnostic.message.len() < 1_000);
            }
        }
    }
});
