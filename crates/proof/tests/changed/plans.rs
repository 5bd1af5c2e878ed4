//! Plans of tiny games with numbers, moves and nodes changed at random and the hash recomputed: whatever is still
//! accepted is true by brute force.

use crate::tiny::{Known, Lasso, Tiny, known, promises};
use detente_base::number::to_float;
use detente_case::World;
use detente_proof::automaton::Automaton;
use detente_proof::{Body, Claim, Proof, Refusal, Shown, verify};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The plan of a deal: its lasso first, then the worst lasso of each party in each state.
fn plan(tiny: &Tiny, known: &Known, deal: &Lasso) -> Automaton {
    let mut automaton = Automaton {
        start: 0,
        state: Vec::new(),
        target: Vec::new(),
        next: Vec::new(),
        answers: Vec::new(),
        fallback: Vec::new(),
        promises: promises(deal),
    };
    let mut add = |lasso: &Lasso| {
        let first = automaton.state.len();
        for position in 0..lasso.path.len() {
            let next = lasso.next(position);
            automaton.state.push(lasso.path[position] as u32);
            automaton.target.push(lasso.path[next] as u32);
            automaton.next.push((first + next) as u32);
        }
        first as u32
    };
    add(deal);
    let answers = known.worst.iter().map(|worst| {
        let starts = worst.iter().enumerate();
        starts
            .map(|(state, lasso)| [state as u32, add(&known.lassos[*lasso])])
            .collect()
    });
    let answers = answers.collect();
    automaton.answers = answers;
    assert_eq!(automaton.answers[0].len(), tiny.states);
    automaton
}

/// How much the best single departure gains, by repeated substitution in doubles.
fn best_gain(tiny: &Tiny, automaton: &Automaton) -> f64 {
    let nodes = automaton.state.len();
    let at = |list: &[u32], node: usize| list[node] as usize;
    let mut gain = f64::NEG_INFINITY;
    for party in 0..tiny.parties {
        let worth = |from: usize, to: usize, then: f64| {
            to_float(&tiny.base[party][from][to]) + to_float(&tiny.weight[party][to]) * then
        };
        let mut values = vec![0.0; nodes];
        for _ in 0..200 {
            values = (0..nodes)
                .map(|node| {
                    let then = values[at(&automaton.next, node)];
                    worth(at(&automaton.state, node), at(&automaton.target, node), then)
                })
                .collect();
        }
        for (node, value) in values.iter().enumerate() {
            let (from, to) = (at(&automaton.state, node), at(&automaton.target, node));
            for departed in tiny.departures(party, from, to) {
                let answer = automaton.answers[party]
                    .iter()
                    .find(|[state, _]| *state as usize == departed);
                let answer = answer.expect("an accepted plan answers every departure")[1] as usize;
                gain = gain.max(worth(from, departed, values[answer]) - value);
            }
        }
    }
    gain
}

/// Changes one number of a plan or its claim.
fn change(random: &mut impl Rng, tiny: &Tiny, claim: &mut Claim, automaton: &mut Automaton) {
    let (nodes, states) = (automaton.state.len(), tiny.states);
    let node = random.random_range(0..nodes);
    let any_node = random.random_range(0..nodes + 1) as u32;
    let any_state = random.random_range(0..states + 1) as u32;
    let party = random.random_range(0..tiny.parties);
    // A node in the same state keeps the shape right, so that values decide.
    let same = |random: &mut dyn FnMut(usize) -> usize, state: u32| {
        let fitting: Vec<u32> = (0..nodes as u32)
            .filter(|node| automaton.state[*node as usize] == state)
            .collect();
        if fitting.is_empty() {
            any_node
        } else {
            fitting[random(fitting.len())]
        }
    };
    let mut pick = |count: usize| random.random_range(0..count);
    match pick(10) {
        0 => automaton.state[node] = any_state,
        1 => automaton.target[node] = any_state,
        2 | 3 => {
            let target = tiny.moves[automaton.state[node] as usize % states].clone();
            let target = target[pick(target.len())] as u32;
            let next = same(&mut pick, target);
            automaton.target[node] = target;
            automaton.next[node] = next;
        }
        4 => automaton.next[node] = any_node,
        5 | 6 => {
            let entry = pick(automaton.answers[party].len());
            let state = automaton.answers[party][entry][0];
            automaton.answers[party][entry][1] = same(&mut pick, state);
        }
        7 => automaton.start = same(&mut pick, tiny.today as u32),
        8 => {
            let promise = pick(automaton.promises[party].len());
            let changed = pick(9) as i64 - 4;
            automaton.promises[party][promise] = changed.to_string();
        }
        _ => {
            let state = pick(states);
            *claim = Claim::Possible {
                target: tiny.only(state),
                settlement: tiny.names(state),
            };
        }
    }
}

#[test]
fn whatever_is_accepted_holds() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut honest, mut changed, mut accepted, mut paying) = (0, 0, 0, 0);
    while honest < 40 {
        let tiny = Tiny::random(&mut random);
        let Some(known) = known(&tiny, 3) else { continue };
        let settles = |lasso: &&Lasso| lasso.path[0] == tiny.today && lasso.settles().is_some();
        let Some(deal) = known.lassos.iter().find(settles) else {
            continue;
        };
        honest += 1;
        let settlement = deal.settles().unwrap();
        let claim = Claim::Possible {
            target: tiny.only(settlement),
            settlement: tiny.names(settlement),
        };
        let automaton = plan(&tiny, &known, deal);
        let seal = |claim: &Claim, automaton: &Automaton| {
            Proof::seal(
                &tiny.text,
                World::default(),
                claim.clone(),
                Body::Automaton(automaton.clone()),
            )
            .to_bytes()
        };
        let shown = verify(&seal(&claim, &automaton)).expect("the plan holds").shown;
        let Shown::SelfEnforcing(found) = shown else {
            panic!("a plan was shown")
        };
        assert_eq!(found.values[0], deal.values[0][0]);
        assert!(best_gain(&tiny, &automaton) < 1e-9);
        for _ in 0..120 {
            let (mut claim, mut automaton) = (claim.clone(), automaton.clone());
            for _ in 0..random.random_range(1..4) {
                change(&mut random, &tiny, &mut claim, &mut automaton);
            }
            changed += 1;
            match verify(&seal(&claim, &automaton)) {
                Ok(verified) => {
                    accepted += 1;
                    assert!(
                        best_gain(&tiny, &automaton) < 1e-9,
                        "a departure pays in an accepted plan"
                    );
                    let Shown::SelfEnforcing(found) = verified.shown else {
                        panic!("a plan was shown")
                    };
                    let end = found.path.last().unwrap().index();
                    assert_eq!(found.path[0].index(), tiny.today);
                    assert!(
                        found
                            .path
                            .windows(2)
                            .all(|step| tiny.moves[step[0].index()].contains(&step[1].index()))
                    );
                    let Claim::Possible { target, settlement } = &claim else {
                        panic!("still possible")
                    };
                    assert_eq!((target, settlement), (&tiny.only(end), &tiny.names(end)));
                }
                Err(Refusal::Pays(_)) => {
                    paying += 1;
                    assert!(
                        best_gain_or_broken(&tiny, &automaton) > 1e-12,
                        "nothing pays in a refused plan"
                    );
                }
                Err(_) => {}
            }
        }
    }
    println!("{honest} plans; of {changed} changed ones {accepted} hold and in {paying} a departure pays");
    assert!(changed >= 4_800 && accepted > 100 && paying > 500);
}

/// As [`best_gain`]; the checker may refuse before it has seen that an answer is missing, which counts as gaining.
fn best_gain_or_broken(tiny: &Tiny, automaton: &Automaton) -> f64 {
    let answered = (0..tiny.parties).all(|party| automaton.answers[party].len() == tiny.states);
    if answered { best_gain(tiny, automaton) } else { 1.0 }
}
