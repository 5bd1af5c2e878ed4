//! Longer exchanges: against the recursion written out on sets, against the five concepts that they contain, and the
//! implications among them.

mod conflicts;

use conflicts::{Recipe, joint, random};
use detente_base::watch::Unwatched;
use detente_conflict::{Comparison, GraphModel, PartyId, StateId};
use detente_stability::metarational::{Exchanges, MetarationalLimits, metarational};
use detente_stability::{Concept, StateSet, Trouble, judge};

fn recipe(seed: u64) -> Recipe {
    Recipe {
        parties: 2 + (seed % 4) as usize,
        issues: if seed % 4 == 3 { 5 } else { 4 },
        ties: seed.is_multiple_of(2),
        one_way: !seed.is_multiple_of(3),
        rules: seed % 4 == 1,
        levels: seed.is_multiple_of(5),
        rough: seed % 5 == 3,
    }
}

fn better(model: &GraphModel, party: PartyId, a: StateId, b: StateId) -> bool {
    matches!(
        model.preference(party).compare(a, b),
        Comparison::Better | Comparison::MuchBetter
    )
}

/// `D_n(q)`, straight from the definition; in the credible form the party's own moves must be improvements too, as
/// the refined tree has it.
fn answered(model: &GraphModel, party: PartyId, s: StateId, q: StateId, n: usize, credible: bool) -> bool {
    let own = |z: StateId| {
        let mut moves = model.moves_from(party, z);
        moves.retain(|w| !credible || better(model, party, *w, z));
        moves
    };
    let holds_out = |w: StateId| n >= 2 && answered(model, party, s, w, n - 2, credible);
    n > 0
        && joint(model, party, q, credible).into_iter().any(|z| {
            !better(model, party, z, s)
                && (n == 1
                    || own(z)
                        .into_iter()
                        .all(|w| !better(model, party, w, s) || holds_out(w)))
        })
}

#[test]
fn it_is_the_recursion_on_sets() {
    let mut judgements = 0;
    for seed in 0..24 {
        let model = random(recipe(seed), 71_000 + seed);
        for credible in [false, true] {
            let limits = MetarationalLimits::default();
            let found = metarational(&model, credible, limits, &Unwatched).expect("small");
            for moves in 1..=5usize.min(found.stable.len()) {
                for party in model.party_ids() {
                    for s in model.states().iter() {
                        let mut tempting = model.moves_from(party, s);
                        tempting.retain(|q| better(&model, party, *q, s));
                        let stays = tempting
                            .into_iter()
                            .all(|q| answered(&model, party, s, q, moves - 1, credible));
                        let told = found.stable[moves - 1][party.index()].contains(s);
                        assert_eq!(told, stays, "seed {seed} {credible} {moves} {party:?} {s:?}");
                        judgements += 1;
                    }
                }
            }
        }
    }
    assert!(judgements > 10_000, "only {judgements}");
}

#[test]
fn it_contains_the_five_concepts_and_they_imply_each_other() {
    for seed in 0..60 {
        let model = random(recipe(seed), 81_000 + seed);
        let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
        for (credible, known) in [
            (false, [Concept::Nash, Concept::Gmr, Concept::Smr]),
            (true, [Concept::Nash, Concept::Seq, Concept::Sseq]),
        ] {
            let limits = MetarationalLimits::default();
            let found = metarational(&model, credible, limits, &Unwatched).expect("small");
            assert!(found.settled, "seed {seed}");
            for party in model.party_ids() {
                let of = |moves: usize| -> &StateSet { &found.stable[moves - 1][party.index()] };
                for (moves, concept) in (1..).zip(known) {
                    assert_eq!(
                        Some(of(moves)),
                        answer.stable(concept, party),
                        "seed {seed} {concept:?}"
                    );
                }
                for moves in 1..=found.stable.len() {
                    if moves + 2 <= found.stable.len() {
                        let (now, later) = (of(moves), of(moves + 2));
                        let (strong, weak) = if moves % 2 == 1 {
                            (now, later)
                        } else {
                            (later, now)
                        };
                        assert!(strong.is_within(weak), "seed {seed} {moves}");
                    }
                    for other in (1..=found.stable.len()).filter(|other| other % 2 == 0 && moves % 2 == 1) {
                        assert!(of(moves).is_within(of(other)), "seed {seed} {moves} {other}");
                    }
                }
            }
        }
    }
}

#[test]
fn an_exchange_is_told_as_it_is_judged() {
    let mut told = 0;
    for seed in 0..30 {
        let model = random(recipe(seed), 85_000 + seed);
        for credible in [false, true] {
            let limits = MetarationalLimits::default();
            let found = metarational(&model, credible, limits, &Unwatched).expect("small");
            for party in model.party_ids() {
                let exchanges = Exchanges::of(&model, party, credible).expect("ranked");
                for (moves, stable) in (2..).zip(found.stable[1..].iter().take(6)) {
                    for state in model.states().iter() {
                        let better = |at: &StateId| model.preference(party).compare(*at, state).is_better();
                        let mut tempting = model.moves_from(party, state);
                        tempting.retain(better);
                        let held = tempting.into_iter().all(|q| {
                            let rounds = exchanges.met(state, q, moves - 1);
                            told += rounds.len();
                            // What is told can be done, holds for the moment, and goes on with a gain.
                            for (at, answer) in &rounds {
                                let all = joint(&model, party, *at, credible);
                                assert!(answer.is_none_or(|z| all.contains(&z) && !better(&z)));
                            }
                            for pair in rounds.windows(2) {
                                let z = pair[0].1.expect("answered, as it goes on");
                                assert!(model.can_move(party, z, pair[1].0) && better(&pair[1].0));
                            }
                            rounds.iter().all(|(_, answer)| answer.is_some())
                        });
                        let judged = stable[party.index()].contains(state);
                        assert_eq!(held, judged, "seed {seed} {moves}");
                    }
                }
            }
        }
    }
    assert!(told > 5_000, "{told}");
}

#[test]
fn its_limits_hold() {
    let model = random(recipe(1), 5);
    let few = MetarationalLimits { states: 3, moves: 16 };
    assert!(matches!(
        metarational(&model, false, few, &Unwatched),
        Err(Trouble::TooLarge(_, 3))
    ));
    let short = MetarationalLimits {
        states: 1024,
        moves: 2,
    };
    let found = metarational(&model, false, short, &Unwatched).expect("small");
    assert_eq!((found.stable.len(), found.settled), (2, false));
}
