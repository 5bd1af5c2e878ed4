//! No text panics the readers of checkpoints and keys. A note that opens says what was signed and nothing else, whoever
//! signed the lines after it; a note signed here opens.
#![no_main]

use std::sync::LazyLock;

use detente_ledger::log::Checkpoint;
use detente_ledger::log::keys::PrivateKey;
use libfuzzer_sys::fuzz_target;

static OPERATOR: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::from_seed("operator", &[1; 32]));
static WITNESS: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::from_seed("witness", &[2; 32]));

fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let _ = PrivateKey::from_file(input);
    if let Ok(opened) = Checkpoint::open(input, &OPERATOR.public()) {
        assert!(input.starts_with(&opened.body()));
    }
    // The same text signed by the operator: it opens or is malformed, and a witness's line takes nothing away.
    let Some(signed) = Checkpoint::cosign(input, &OPERATOR) else { return };
    if let Ok(opened) = Checkpoint::open(&signed, &OPERATOR.public()) {
        assert!(signed.starts_with(&opened.body()));
        let witnessed = Checkpoint::cosign(&signed, &WITNESS).expect("a note that opens has a body");
        assert_eq!(Checkpoint::open(&witnessed, &OPERATOR.public()).as_ref(), Ok(&opened));
        assert_eq!(Checkpoint::open(&witnessed, &WITNESS.public()).as_ref(), Ok(&opened));
        assert_eq!(Checkpoint::open(&opened.note(&[&*OPERATOR]), &OPERATOR.public()), Ok(opened));
    }
});
