//! The worked toy's two verdicts as files that the search once wrote: with snapback a pause with arms kept is
//! possible, without it nothing of the kind is (the answers of `cases/korea-toy`). They need nothing but themselves.

use detente_proof::bounds::Grounds;
use detente_proof::{Body, Claim, Proof, Shown, verify};

const POSSIBLE: &[u8] = include_bytes!("proofs/toy-possible.json");
const NO_SNAPBACK: &[u8] = include_bytes!("proofs/toy-no-snapback.json");

#[test]
fn both_verdicts_verify() {
    let possible = verify(POSSIBLE).unwrap();
    assert!(matches!(possible.shown, Shown::SelfEnforcing(_)));
    let impossible = verify(NO_SNAPBACK).unwrap();
    let Shown::Bounded(found) = impossible.shown else {
        panic!("bounds were shown")
    };
    assert!(matches!(
        found.grounds,
        Grounds::EachExcluded {
            targets: 24,
            left: 24,
            ..
        }
    ));
}

#[test]
fn the_proof_for_one_world_shows_nothing_in_the_other() {
    let (possible, impossible) = (
        Proof::from_bytes(POSSIBLE).unwrap(),
        Proof::from_bytes(NO_SNAPBACK).unwrap(),
    );
    let moved = |proof: &Proof, of: &Proof| {
        Proof::seal(
            &proof.case.text,
            of.world.clone(),
            proof.claim.clone(),
            proof.body.clone(),
        )
        .to_bytes()
    };
    assert!(verify(&moved(&impossible, &possible)).is_err());
    assert!(verify(&moved(&possible, &impossible)).is_err());
}

#[test]
fn no_stage_can_be_left_out_and_no_wider_claim_is_shown() {
    let proof = Proof::from_bytes(NO_SNAPBACK).unwrap();
    let Body::Bounds(bounds) = &proof.body else {
        panic!("bounds were written")
    };
    let resealed = |claim: &Claim, bounds: &detente_proof::bounds::Bounds| {
        let body = Body::Bounds(bounds.clone());
        Proof::seal(&proof.case.text, proof.world.clone(), claim.clone(), body).to_bytes()
    };
    for stage in 0..bounds.stages.len() {
        let mut fewer = bounds.clone();
        fewer.stages.remove(stage);
        // Leaving out the last one may still do where the one before excludes everything.
        let last = stage + 1 == bounds.stages.len();
        assert!(
            last || verify(&resealed(&proof.claim, &fewer)).is_err(),
            "stage {stage}"
        );
    }
    // Testing with nothing given is what the parties fall back to: it is a settlement.
    let wider = Claim::Impossible {
        target: "true".into(),
    };
    assert!(verify(&resealed(&wider, bounds)).is_err());
}
