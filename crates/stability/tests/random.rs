//! The fast judgements against sets, matrices and lists of sequences, on random conflicts with ties,
//! one-way options, rules, levels, merged states and two to five parties.

mod conflicts;

use conflicts::{Recipe, by_matrices, by_sequences, by_sets, random};
use detente_base::watch::Unwatched;
use detente_stability::{Concept, judge};

const PLAIN: Recipe = Recipe {
    parties: 2,
    issues: 4,
    ties: true,
    one_way: false,
    rules: false,
    levels: false,
    rough: false,
};

/// Every mix of what a recipe may contain.
fn mixes() -> Vec<Recipe> {
    let mut all = Vec::new();
    for parties in 2..=5 {
        for bits in 0..32u32 {
            let has = |bit: u32| bits & (1 << bit) != 0;
            all.push(Recipe {
                parties,
                issues: if has(3) { 4.max(parties) } else { 5 },
                ties: has(0),
                one_way: has(1),
                rules: has(2),
                levels: has(3),
                rough: has(4),
            });
        }
    }
    all
}

#[test]
fn the_fast_form_is_the_set_form_and_the_matrix_form() {
    let mut judgements = 0;
    for (place, recipe) in mixes().into_iter().enumerate() {
        for seed in 0..2 {
            let model = random(recipe, place as u64 * 1000 + seed);
            let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
            for concept in Concept::ALL {
                for party in model.party_ids() {
                    let fast = answer.stable(concept, party).expect("judged");
                    let matrix = by_matrices(&model, party, concept);
                    for state in model.states().iter() {
                        let set = by_sets(&model, party, state, concept);
                        let told = (fast.contains(state), set, matrix[state.index()]);
                        assert_eq!(
                            told,
                            (set, set, set),
                            "{recipe:?} seed {seed} {concept:?} {party:?} {state:?}"
                        );
                        judgements += 1;
                    }
                }
            }
        }
    }
    assert!(judgements > 60_000, "only {judgements} judgements");
}

#[test]
fn on_tiny_conflicts_it_is_what_listing_all_sequences_gives() {
    for parties in 2..=3 {
        for seed in 0..60u64 {
            let rough = seed.is_multiple_of(2);
            let recipe = Recipe {
                parties,
                issues: 3,
                one_way: seed.is_multiple_of(3),
                rough,
                ..PLAIN
            };
            let model = random(recipe, 77_000 + seed);
            let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
            for concept in Concept::ALL {
                for party in model.party_ids() {
                    for state in model.states().iter() {
                        let fast = answer.stable(concept, party).expect("judged").contains(state);
                        let slow = by_sequences(&model, party, state, concept);
                        assert_eq!(
                            fast, slow,
                            "{recipe:?} seed {seed} {concept:?} {party:?} {state:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn nash_implies_sseq_implies_smr_and_seq_which_imply_gmr() {
    for (place, recipe) in mixes().into_iter().enumerate() {
        let model = random(recipe, 5_000_000 + place as u64);
        let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
        for party in model.party_ids() {
            let of = |concept| answer.stable(concept, party).expect("judged");
            assert!(of(Concept::Nash).is_within(of(Concept::Sseq)));
            assert!(of(Concept::Sseq).is_within(of(Concept::Smr)));
            assert!(of(Concept::Sseq).is_within(of(Concept::Seq)));
            assert!(of(Concept::Smr).is_within(of(Concept::Gmr)));
            assert!(of(Concept::Seq).is_within(of(Concept::Gmr)));
            let ranking = model.preference(party).ranking().expect("ranked");
            for best in &ranking.groups()[0] {
                assert!(of(Concept::Nash).contains(*best), "a top state is Nash");
            }
        }
    }
}
