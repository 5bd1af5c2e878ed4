//! Right proofs that were reported in November 2026 with questions left undecided go on being accepted: one whose path
//! passes where chance acts, one that play never gets to a state, one of a carrot and a stick.

use detente_proof::{Claim, Proof, verify};

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

/// A claim that says too little, like a plan that the rules forbid, takes nothing away from a verdict: proofs carry the
/// text of their case as it was when such were still accepted.
#[test]
fn a_proof_rests_on_no_claim() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults");
    let text = std::fs::read_to_string(folder.join("undecided-carrot-stick.toml")).unwrap();
    let witness = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/proofs/carrot-stick.witness.json"
    );
    let file = std::fs::read(witness).unwrap();
    let proof = Proof::from_bytes(&file).unwrap();
    let claim = "[claims.empty]\ntext = \"Empty\"\nkind = \"gesture\"\n";
    let more = format!("{text}\n{claim}");
    assert!(detente_case::check(&more).is_err(), "the claim says too little");
    let again = Proof::seal(
        &more,
        proof.world.clone(),
        proof.claim.clone(),
        proof.body.clone(),
    );
    verify(&again.to_bytes()).unwrap_or_else(|refusal| panic!("{refusal}"));
}
