//! Chains of bounds of tiny games with numbers changed at random and the hash recomputed: whatever is still accepted
//! contains every equilibrium value that brute force knows, and excludes no settlement that it knows.

use crate::tiny::{Known, Tiny, known};
use detente_base::ids::PartyId;
use detente_base::number::Exact;
use detente_case::World;
use detente_proof::bounds::{Bounds, Pair, Stage};
use detente_proof::{Body, Claim, Proof, Refusal, verify};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const GRID: u64 = 16;

fn units(tiny: &Tiny, party: usize) -> i64 {
    i64::try_from(tiny.game.flow_denominator(PartyId::at(party))).unwrap() * GRID as i64
}

fn up(value: Exact, units: i64) -> i64 {
    i64::try_from((value * Exact::from(units)).ceil()).unwrap()
}

fn down(value: Exact, units: i64) -> i64 {
    i64::try_from((value * Exact::from(units)).floor()).unwrap()
}

/// A chain made as the doc of the bounds says, move by move.
fn chain(tiny: &Tiny, stages: usize) -> Vec<Stage> {
    let all = |value: i64| {
        (0..tiny.parties)
            .map(|party| vec![value * units(tiny, party); tiny.states])
            .collect()
    };
    let mut stage = Stage {
        high: all(60),
        low: all(-60),
        pairs: Vec::new(),
    };
    let mut chain = Vec::new();
    for _ in 0..stages {
        let before = stage.clone();
        let along = |of: &Stage, party: usize, from: usize, to: usize, high: bool| {
            let bound = if high {
                of.high[party][to]
            } else {
                of.low[party][to]
            };
            let then = Exact::from(bound) / Exact::from(units(tiny, party));
            &tiny.base[party][from][to] + &tiny.weight[party][to] * then
        };
        let departing = |of: &Stage, party: usize, from: usize, to: usize| {
            let others = tiny
                .departures(party, from, to)
                .map(|target| along(of, party, from, target, false));
            others.chain([along(of, party, from, to, false)]).max().unwrap()
        };
        let survives = |from: usize, to: usize| {
            (0..tiny.parties)
                .all(|party| along(&before, party, from, to, true) >= departing(&before, party, from, to))
        };
        let surviving: Vec<Vec<usize>> = (0..tiny.states)
            .map(|from| {
                tiny.moves[from]
                    .iter()
                    .copied()
                    .filter(|to| survives(from, *to))
                    .collect()
            })
            .collect();
        for _ in 0..6 {
            let now = stage.clone();
            for party in 0..tiny.parties {
                for (from, moves) in surviving.iter().enumerate() {
                    let moves = moves.iter();
                    let units = units(tiny, party);
                    let most = moves.clone().map(|to| along(&now, party, from, *to, true)).max();
                    let least = moves.map(|to| departing(&now, party, from, *to)).min();
                    let (high, low) = (&mut stage.high[party][from], &mut stage.low[party][from]);
                    *high = most.map_or(*high, |most| (*high).min(up(most, units)));
                    *low = least.map_or(*low, |least| (*low).max(down(least, units)));
                }
            }
        }
        chain.push(stage.clone());
    }
    chain
}

fn seal(tiny: &Tiny, target: &str, stages: &[Stage]) -> Vec<u8> {
    let claim = Claim::Impossible {
        target: target.into(),
    };
    let bounds = Bounds {
        grid: GRID,
        stages: stages.to_vec(),
        without_equilibrium: None,
    };
    Proof::seal(&tiny.text, World::default(), claim, Body::Bounds(bounds)).to_bytes()
}

/// Whether every value that brute force knows lies within every stage.
fn contains(tiny: &Tiny, known: &Known, stages: &[Stage]) -> bool {
    stages.iter().all(|stage| {
        known.lassos.iter().all(|lasso| {
            let state = lasso.path[0];
            let value = |party: usize| lasso.values[party][0].clone();
            let parties = (0..tiny.parties).all(|party| {
                let scaled = value(party) * Exact::from(units(tiny, party));
                Exact::from(stage.low[party][state]) <= scaled
                    && scaled <= Exact::from(stage.high[party][state])
            });
            let pairs = stage.pairs.iter().all(|pair| {
                let sum = weighted(tiny, pair, &value);
                Exact::from(pair.low[state]) <= sum && sum <= Exact::from(pair.high[state])
            });
            parties && pairs
        })
    })
}

/// `a·v_i + b·v_j` in units of the pair's bounds; worths are whole numbers here, so both denominators are 1.
fn weighted(tiny: &Tiny, pair: &Pair, value: &dyn Fn(usize) -> Exact) -> Exact {
    assert!((0..tiny.parties).all(|party| units(tiny, party) == GRID as i64));
    let [a, b] = pair.weights.map(Exact::from);
    (a * value(pair.first as usize) + b * value(pair.second as usize)) * Exact::from(GRID)
}

/// A pair whose bounds are what brute force knows, moved by random slacks, mostly outwards.
fn pair(random: &mut impl Rng, tiny: &Tiny, known: &Known) -> Pair {
    let first = random.random_range(0..tiny.parties as u32);
    let second = (first + random.random_range(1..tiny.parties as u32)) % tiny.parties as u32;
    let mut pair = Pair {
        first,
        second,
        weights: [random.random_range(1..4), random.random_range(1..4)],
        high: vec![i64::MIN; tiny.states],
        low: vec![i64::MAX; tiny.states],
    };
    for lasso in &known.lassos {
        let state = lasso.path[0];
        let sum = weighted(tiny, &pair, &|party| lasso.values[party][0].clone());
        pair.high[state] = pair.high[state].max(up(sum.clone(), 1));
        pair.low[state] = pair.low[state].min(down(sum, 1));
    }
    let slack = random.random_range(0..60);
    pair.high.iter_mut().for_each(|high| *high += slack);
    pair.low.iter_mut().for_each(|low| *low -= slack);
    pair
}

/// Changes a chain: numbers tightened or loosened, stages dropped, doubled or swapped.
fn change(random: &mut impl Rng, tiny: &Tiny, stages: &mut Vec<Stage>) {
    let number = random.random_range(0..stages.len());
    let (party, state) = (
        random.random_range(0..tiny.parties),
        random.random_range(0..tiny.states),
    );
    let by = [1, 2, 5, 16, 40, 200][random.random_range(0..6)];
    match random.random_range(0..10) {
        0..=2 => stages[number].high[party][state] -= by,
        3..=5 => stages[number].low[party][state] += by,
        6 => stages[number].high[party].iter_mut().for_each(|high| *high -= by),
        7 => stages[number].low[party].iter_mut().for_each(|low| *low += by),
        8 if stages.len() > 1 => drop(stages.remove(number)),
        _ => {
            let last = stages.len() - 1;
            stages.swap(number, last);
        }
    }
}

#[test]
fn whatever_is_accepted_contains_what_is_known() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let (mut honest, mut changed, mut accepted, mut tied, mut too_tight) = (0, 0, 0, 0, 0);
    while honest < 40 {
        let tiny = Tiny::random(&mut random);
        let Some(known) = known(&tiny, 3) else { continue };
        honest += 1;
        let stages = chain(&tiny, 3);
        assert!(contains(&tiny, &known, &stages));
        verify(&seal(&tiny, "false", &stages)).expect("the chain holds");
        for _ in 0..120 {
            let mut stages = stages.clone();
            if random.random_bool(0.5) {
                let pair = pair(&mut random, &tiny, &known);
                let mut last = stages[stages.len() - 1].clone();
                last.pairs.push(pair);
                stages.push(last);
            }
            for _ in 0..random.random_range(0..3) {
                change(&mut random, &tiny, &mut stages);
            }
            changed += 1;
            let has_pairs = stages.iter().any(|stage| !stage.pairs.is_empty());
            match verify(&seal(&tiny, "false", &stages)) {
                Ok(_) => {
                    accepted += 1;
                    tied += usize::from(has_pairs);
                    assert!(
                        contains(&tiny, &known, &stages),
                        "an accepted bound cuts off an equilibrium"
                    );
                }
                Err(Refusal::Bound(_)) => too_tight += 1,
                Err(other) => panic!("{other}"),
            }
        }
    }
    println!(
        "{honest} chains; of {changed} changed ones {accepted} hold ({tied} with pairs), {too_tight} are too tight"
    );
    assert!(changed >= 4_800 && accepted > 300 && tied > 100 && too_tight > 1_000);
}

#[test]
fn no_known_settlement_is_excluded() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let (mut games, mut excluded, mut standing) = (0, 0, 0);
    while games < 100 {
        let tiny = Tiny::random(&mut random);
        let Some(known) = known(&tiny, 3) else { continue };
        games += 1;
        let mut stages = chain(&tiny, 3);
        let mut last = stages[2].clone();
        last.pairs.push(pair(&mut random, &tiny, &known));
        stages.push(last);
        for state in 0..tiny.states {
            let ends_there =
                |lasso: &&crate::tiny::Lasso| lasso.path[0] == tiny.today && lasso.settles() == Some(state);
            let possible = known.lassos.iter().any(|lasso| ends_there(&lasso));
            for stages in [&stages[..1], &stages[..3], &stages[..]] {
                match verify(&seal(&tiny, &tiny.only(state), stages)) {
                    Ok(_) => {
                        excluded += 1;
                        assert!(
                            !possible,
                            "an accepted proof excludes a settlement that is self-enforcing"
                        );
                    }
                    Err(Refusal::Stands(_)) => standing += 1,
                    Err(Refusal::Bound(_)) if stages.len() == 4 => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
    println!("{games} games: {excluded} times a settlement is excluded, {standing} times it stands");
    assert!(excluded > 500 && standing > 300);
}
