//! No text panics the verification of an exported bundle, and a bundle without findings has a deal and a root.
#![no_main]

use detente_ledger::store::verify_bundle;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let found = verify_bundle(input);
    if found.findings.is_empty() {
        assert!(found.entries > 0 && found.checkpoints == 1, "{found:?}");
        assert!(found.deal.len() == 64 && found.root.len() == 64, "{found:?}");
    }
    for finding in found.findings {
        assert!(!finding.to_string().is_empty());
    }
});
