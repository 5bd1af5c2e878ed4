//! No bytes panic the proof checker or the checker of stability certificates.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = detente_proof::verify(bytes);
    let _ = detente_proof::stability::check_alone(bytes, None);
});
