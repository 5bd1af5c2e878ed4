//! No bytes panic the proof checker.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = detente_proof::verify(bytes);
});
