//! Right proofs that were reported in November 2026 with questions left undecided go on being accepted: one whose path
//! passes where chance acts, one that play never gets to a state, one of a carrot and a stick.

use detente_proof::{Claim, verify};

#[test]
fn right_proofs_are_accepted() {
    for (name, possible) in [
        ("chance-settlement", true),
        ("irreversible", false),
        ("carrot-stick", true),
    ] {
        let path = format!("{}/tests/proofs/{name}.witness.json", env!("CARGO_MANIFEST_DIR"));
        let verified =
            verify(&std::fs::read(path).unwrap()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(
            matches!(verified.claim, Claim::Possible { .. }),
            possible,
            "{name}"
        );
    }
}
