//! Every test has a proof that the checker accepts, and no other that says something else.

mod cases;

use cases::{Shape, case};
use detente_base::ids::PartyId;
use detente_case::{World, check};
use detente_offer::offer::Offer;
use detente_offer::outlook::outlook;
use detente_offer::play::Play;
use detente_offer::proof::prove;
use detente_offer::test_offer::{OfferTest, test_offer};
use detente_proof::offer::{Node, OfferProof, verify_offer};

fn proved(text: &str, deal: usize, world: &World) -> (OfferTest, OfferProof) {
    let case = check(text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    let play = Play::of_case(&case, world).unwrap();
    let offer = Offer::of_deal(&play.case, &play.case.deals[deal]).unwrap();
    let test = test_offer(&play, &offer).unwrap();
    let outlook = outlook(&play, &test).unwrap();
    let proof = prove(&play, text, world, &test, &outlook).unwrap();
    (test, proof)
}

fn shape(seed: u64) -> Shape {
    Shape {
        levels: [&[2, 2], &[3, 2]],
        imperfect: !seed.is_multiple_of(4),
        chance: seed.is_multiple_of(2),
        types: 1 + (seed % 3) as usize,
        last: 3,
    }
}

#[test]
fn proofs_of_drawn_offers_are_accepted() {
    for seed in 0..40 {
        let text = case(seed, shape(seed));
        let (test, proof) = proved(&text, 0, &World::default());
        let checked = verify_offer(&proof.to_bytes())
            .unwrap_or_else(|refusal| panic!("seed {seed}: {refusal}\n{text}"));
        assert_eq!(checked.types.len(), test.types.len());
        for (checked, tested) in checked.types.iter().zip(&test.types) {
            assert_eq!(checked.value, tested.value);
            assert_eq!(checked.keeping, tested.keeping);
            assert_eq!(checked.no_deal, tested.no_deal);
        }
    }
}

#[test]
fn proofs_of_the_bundled_plans_are_accepted() {
    for name in ["ceasefire", "river", "tariff-truce", "korea-prototype"] {
        let path = format!("{}/../../cases/{name}/case.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let plans = check(&text).unwrap().deals.len();
        for deal in 0..plans {
            let (_, proof) = proved(&text, deal, &World::default());
            verify_offer(&proof.to_bytes()).unwrap_or_else(|refusal| panic!("{name} {deal}: {refusal}"));
        }
    }
}

#[test]
fn a_type_that_the_world_names_is_known() {
    let text = case(5, shape(5));
    let mut world = World::default();
    world.types.insert("b".into(), "t1".into());
    let (test, proof) = proved(&text, 0, &world);
    assert_eq!(
        test.types.iter().filter(|of| of.party == PartyId::at(1)).count(),
        1
    );
    let checked = verify_offer(&proof.to_bytes()).unwrap();
    assert!(checked.types.iter().any(|of| of.of.as_deref() == Some("t1")));
    assert_eq!(checked.beliefs, 0);
}

/// One change of a proof; nothing where the proof has nothing to change so.
type Change = (&'static str, fn(&mut OfferProof) -> bool);

fn nudged(text: &mut String, by: &str) {
    let value = detente_base::number::parse_exact(text).unwrap_or(detente_base::number::Exact::ONE);
    *text = detente_base::number::format_exact(&(value + detente_base::number::parse_exact(by).unwrap()));
}

const CHANGES: [Change; 14] = [
    ("a lower bound at the start", |proof| {
        nudged(&mut proof.types[0].points[0].3, "-0.01");
        true
    }),
    ("a higher value at the start", |proof| {
        nudged(&mut proof.types[0].points[0].3, "0.01");
        nudged(&mut proof.types[0].value, "0.01");
        true
    }),
    ("a bound far below", |proof| {
        let points = &mut proof.types[1].points;
        let last = points.len() - 1;
        nudged(&mut points[last].3, "-50");
        true
    }),
    ("another value", |proof| {
        nudged(&mut proof.types[1].value, "0.001");
        true
    }),
    ("another value of keeping", |proof| {
        nudged(&mut proof.types[1].keeping, "-0.001");
        true
    }),
    ("another reaction", |proof| {
        let reaction = &mut proof.types[0].reaction;
        *reaction = if reaction == "keeps" { "departs" } else { "keeps" }.into();
        true
    }),
    ("another no deal", |proof| {
        nudged(&mut proof.types[0].no_deal[0].1, "-1");
        true
    }),
    ("a point left out", |proof| {
        proof.types[0].points.pop();
        true
    }),
    ("a choice left out", |proof| {
        proof.types[0].points[0].4 = None;
        true
    }),
    ("a move that nobody has", |proof| {
        proof.types[0].points[0].4 = Some(4_000);
        true
    }),
    ("a type left out", |proof| {
        proof.types.pop();
        true
    }),
    ("a belief moved", |proof| {
        let belief = proof.beliefs.iter_mut().find_map(|belief| belief.types.as_mut());
        belief.is_some_and(|types| {
            types.reverse();
            types.first() != types.last()
        })
    }),
    ("another case", |proof| {
        proof.case.text = proof.case.text.replace("discount = 0.7", "discount = 0.6");
        proof.case.hash = detente_base::hash::ContentHash::of(proof.case.text.as_bytes()).to_string();
        true
    }),
    ("a node that is none", |proof| {
        proof.types[0].nodes.push(Node::Back(Vec::new()));
        true
    }),
];

#[test]
fn changed_proofs_are_refused() {
    let mut changed = 0;
    for seed in [1u64, 2, 5, 7, 8, 11] {
        let text = case(seed, shape(seed));
        let (_, proof) = proved(&text, 0, &World::default());
        for (what, change) in CHANGES {
            let mut other = proof.clone();
            if change(&mut other) && other != proof {
                changed += 1;
                assert!(
                    verify_offer(&other.to_bytes()).is_err(),
                    "seed {seed}: {what}: the hash does not show it"
                );
                other.name();
                assert!(verify_offer(&other.to_bytes()).is_err(), "seed {seed}: {what}");
            }
        }
    }
    assert!(changed > 70, "only {changed} proofs were changed");
}

#[test]
fn no_bytes_panic() {
    let (_, proof) = proved(&case(2, shape(2)), 0, &World::default());
    let bytes = proof.to_bytes();
    for cut in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
        assert!(verify_offer(&bytes[..cut]).is_err());
        let mut other = bytes.clone();
        other[cut] ^= 1;
        assert!(verify_offer(&other).is_err());
    }
}
