//! Coalitions, paths, robustness, foresight, misperception and the inverse, against published answers and
//! against slow computations from the definitions.

mod conflicts;

use std::collections::BTreeSet;

use conflicts::{Recipe, random};
use dashu::integer::UBig;
use detente_base::watch::Unwatched;
use detente_conflict::{GraphModel, Limits, Misperception, PartyId, Preference, Ranking, StateId, read};
use detente_stability::coalition::{
    CoalitionRules, Improvement, coalitions, judge_coalitions, universally_stable,
};
use detente_stability::inverse::conditions;
use detente_stability::inverse_profiles::profiles;
use detente_stability::robustness::{Change, RobustnessLimits, robustness};
use detente_stability::status_quo::{Steps, paths};
use detente_stability::{Concept, foresight, joint_reach, joint_reach_all, judge, judge_views};

fn literature(name: &str) -> (serde_json::Value, GraphModel) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/literature/conflicts");
    let bytes = std::fs::read(format!("{folder}/{name}.json")).expect("there");
    let file = serde_json::from_slice(&bytes).expect("JSON");
    (file, read(&bytes, Limits::default()).model.expect("no errors"))
}

fn small(parties: usize, seed: u64) -> GraphModel {
    let recipe = Recipe {
        parties,
        issues: parties.max(3),
        ties: false,
        one_way: seed.is_multiple_of(2),
        rules: seed.is_multiple_of(3),
        levels: false,
        rough: seed % 4 == 3,
    };
    random(recipe, 600_000 + seed)
}

#[test]
fn reaching_from_everywhere_at_once_is_reaching_from_each_state() {
    let mut compared = 0;
    for seed in 0..40 {
        let model = small(2 + (seed % 3) as usize, seed);
        for group in coalitions(&model, 1).expect("few parties") {
            for paying in [false, true] {
                let step = |mover: PartyId, from: StateId, to: StateId| {
                    !paying || model.preference(mover).compare(to, from).is_better()
                };
                let all = joint_reach_all(&model, &group, step);
                for state in model.states().iter() {
                    assert_eq!(
                        &all[state.index()],
                        joint_reach(&model, &group, state, step).states()
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 5_000, "{compared}");
}

#[test]
fn elmira_coalitions() {
    let (file, model) = literature("elmira_1991");
    let concepts = [Concept::Nash, Concept::Gmr, Concept::Seq];
    let class = coalitions(&model, 1).expect("few parties");
    let judged =
        judge_coalitions(&model, &class, &concepts, CoalitionRules::default(), &Unwatched).expect("small");
    let ids = |states: &mut dyn Iterator<Item = StateId>| -> BTreeSet<String> {
        states.map(|state| model.states().id(state)).collect()
    };
    let listed = |value: &serde_json::Value| -> BTreeSet<String> {
        value
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|id| id.as_str())
            .map(str::to_owned)
            .collect()
    };
    let computed = &file["computed_coalition"];
    for (place, concept) in concepts.iter().enumerate() {
        let universal = universally_stable(&model, &judged, place);
        assert_eq!(
            ids(&mut universal.iter()),
            listed(&computed["universally_stable"][concept.name()]),
            "{concept:?}"
        );
        for coalition in judged.iter().filter(|coalition| coalition.members.len() > 1) {
            let names: Vec<&str> = coalition
                .members
                .iter()
                .map(|party| model.party(*party).id.as_str())
                .collect();
            let unstable = &computed[format!("unstable_{}", concept.name())][names.join("+")];
            let mut told = model
                .states()
                .iter()
                .filter(|state| !coalition.stable[place].contains(*state));
            assert_eq!(ids(&mut told), listed(unstable), "{concept:?} {names:?}");
        }
    }
    for expected in file["expected_coalition"].as_array().expect("a list") {
        let members = listed(&expected["members"]);
        let names = |party: &PartyId| model.party(*party).id.clone();
        let coalition = judged
            .iter()
            .find(|one| one.members.iter().map(names).collect::<BTreeSet<_>>() == members);
        let from = model
            .states()
            .by_id(expected["state"].as_str().expect("a state"))
            .expect("known");
        let to = model
            .states()
            .by_id(expected["improvement_to"].as_str().expect("a state"))
            .expect("known");
        assert!(coalition.expect("judged").leaves_for[0].contains(&(from, to)));
    }
}

#[test]
fn a_coalition_of_one_is_the_party_itself() {
    for seed in 0..12 {
        let model = small(3, seed);
        let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
        let singles: Vec<Vec<PartyId>> = model.party_ids().map(|party| vec![party]).collect();
        for improvement in [Improvement::AllBetter, Improvement::NoneWorse] {
            let rules = CoalitionRules {
                improvement,
                ..CoalitionRules::default()
            };
            let judged = judge_coalitions(&model, &singles, &Concept::ALL, rules, &Unwatched).expect("small");
            for (party, coalition) in model.party_ids().zip(&judged) {
                for (place, concept) in Concept::ALL.into_iter().enumerate() {
                    assert_eq!(
                        Some(&coalition.stable[place]),
                        answer.stable(concept, party),
                        "{seed} {concept:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn elmira_from_today() {
    let (_, model) = literature("elmira_1991");
    let state = |id: &str| model.states().by_id(id).expect("known");
    let today = model.today().expect("named");
    let by_improvements = paths(&model, today, Steps::Improvements, None).expect("few parties");
    let told: Vec<StateId> = by_improvements
        .to(&model, state("s5"))
        .expect("reached")
        .iter()
        .map(|s| s.to)
        .collect();
    assert_eq!(told, [state("s5")], "the local government insists");
    assert_eq!(
        by_improvements.to(&model, state("s8")),
        None,
        "nobody alone would go on from s5"
    );
    let jointly = paths(&model, today, Steps::JointImprovements, None)
        .expect("few parties")
        .to(&model, state("s8"))
        .expect("reached");
    assert_eq!(jointly.len(), 2);
    assert_eq!(jointly[1].by.len(), 2, "the ministry and Uniroyal move together");
    assert!(jointly.iter().all(|step| step.improves) && !jointly[1].reversible);
    let any = paths(&model, today, Steps::Any, None).expect("few parties");
    assert!(any.to(&model, state("s8")).is_some_and(|path| path.len() == 3));
}

#[test]
fn what_robustness_reports_is_what_happens() {
    let (_, model) = literature("us_nk_2017_base");
    let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
    let (tried, effects) =
        robustness(&model, &answer, RobustnessLimits::default(), &Unwatched).expect("small");
    assert_eq!(
        tried,
        2 * 2 * 11 + 1 + 3 * 2,
        "22 swaps, 22 ties, one option freed and three made one-way each way"
    );
    // Making the invasion irreversible brings s12 under SEQ: the slip that the literature file explains.
    let s12 = model.states().by_id("s12").expect("known");
    let seq = Concept::ALL
        .iter()
        .position(|concept| *concept == Concept::Seq)
        .expect("there");
    let invade = |effect: &&_| match effect {
        detente_stability::robustness::Effect {
            change: Change::Move(issue, movement),
            ..
        } => model.issues()[issue.index()].id == "invade" && movement.word() == "forward_only",
        _ => false,
    };
    assert!(effects.iter().find(invade).expect("an effect").brings[seq].contains(s12));
}

/// `G_h(i, x)` by recursion.
fn anticipated(model: &GraphModel, party: PartyId, state: StateId, horizon: usize) -> StateId {
    let ranking = model.preference(party).ranking().expect("ranked");
    let other = PartyId::at(1 - party.index());
    if horizon == 0 {
        return state;
    }
    let ends = model
        .moves_from(party, state)
        .into_iter()
        .map(|y| anticipated(model, other, y, horizon - 1));
    match ends.max_by_key(|end| ranking.rank(*end)) {
        Some(best) if ranking.rank(best) > ranking.rank(state) => best,
        _ => state,
    }
}

#[test]
fn foresight_is_the_recursion_and_one_move_of_it_is_nash() {
    for seed in 0..20 {
        let model = small(2, seed);
        let nash = judge(&model, &[Concept::Nash], &Unwatched).expect("ranked");
        let seen = foresight(&model, 64).expect("two parties");
        assert_eq!(
            seen.ambiguous, 0,
            "strict rankings leave no ties between different ends"
        );
        assert_eq!(seen.limited(1), nash.equilibria(Concept::Nash));
        for horizon in 1..=seen.stable.len().min(4) {
            for party in model.party_ids() {
                for state in model.states().iter() {
                    let stays = anticipated(&model, party, state, horizon) == state;
                    assert_eq!(seen.stable[horizon - 1][party.index()].contains(state), stays);
                }
            }
        }
        let late = 4 + seed as usize % 2;
        let non_myopic = seen.non_myopic.as_ref().expect("found");
        for party in model.party_ids() {
            for state in non_myopic[party.index()]
                .iter()
                .filter(|_| seen.stable.len() <= 4)
            {
                assert_eq!(anticipated(&model, party, state, late), state);
            }
        }
    }
}

#[test]
fn chicken_and_the_dilemma_further_ahead() {
    let ids = |model: &GraphModel, set: &detente_stability::StateSet| -> Vec<String> {
        set.iter().map(|state| model.states().id(state)).collect()
    };
    let (_, dilemma) = literature("prisoners_dilemma");
    let seen = foresight(&dilemma, 64).expect("two parties");
    let mut told = ids(&dilemma, &seen.non_myopic_equilibria().expect("found"));
    told.sort();
    assert_eq!(
        told,
        ["CC", "DD"],
        "mutual cooperation is non-myopically stable, and nobody alone leaves mutual defection"
    );
    let (_, chicken) = literature("chicken");
    let leader = PartyId::at(0);
    let seen = foresight(&chicken, 64).expect("two parties");
    assert_eq!(
        ids(&chicken, &seen.stackelberg(leader).expect("looked")),
        ["DC"],
        "who leads does not swerve"
    );
}

#[test]
fn who_sees_everything_sees_the_same_and_who_does_not_may_stay() {
    for seed in 0..8 {
        let model = small(3, seed);
        let plain = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
        assert_eq!(
            judge_views(&model, &Concept::ALL, &Unwatched).expect("ranked"),
            plain
        );
    }
    // In the dilemma a party that thinks the other likes mutual cooperation best has nothing to fear from GMR on.
    let (_, dilemma) = literature("prisoners_dilemma");
    let unseen = dilemma.states().by_id("DC").expect("known");
    let blind = dilemma.clone().with_misperceptions(vec![Misperception {
        party: PartyId::at(0),
        unseen: vec![unseen],
        ascribed: Vec::new(),
    }]);
    let answer = judge_views(&blind, &[Concept::Nash], &Unwatched).expect("ranked");
    let cc = dilemma.states().by_id("CC").expect("known");
    assert!(
        answer
            .stable(Concept::Nash, PartyId::at(0))
            .expect("judged")
            .contains(cc),
        "it does not think of leaving"
    );
    assert!(
        !answer
            .stable(Concept::Nash, PartyId::at(0))
            .expect("judged")
            .contains(unseen)
    );
}

/// Every strict ranking of the states.
fn rankings(states: usize) -> Vec<Ranking> {
    fn go(left: &mut Vec<StateId>, taken: &mut Vec<Vec<StateId>>, out: &mut Vec<Ranking>, states: usize) {
        if left.is_empty() {
            out.extend(Ranking::from_groups(states, taken, &[]));
        }
        for place in 0..left.len() {
            let state = left.remove(place);
            taken.push(vec![state]);
            go(left, taken, out, states);
            taken.pop();
            left.insert(place, state);
        }
    }
    let mut out = Vec::new();
    go(
        &mut (0..states).map(StateId::at).collect(),
        &mut Vec::new(),
        &mut out,
        states,
    );
    out
}

fn pairs_swapped(a: &Ranking, b: &Ranking, states: usize) -> usize {
    let pairs = (0..states).flat_map(|i| (0..i).map(move |j| (StateId::at(i), StateId::at(j))));
    pairs
        .filter(|(i, j)| (a.rank(*i) > a.rank(*j)) != (b.rank(*i) > b.rank(*j)))
        .count()
}

#[test]
fn inverse_counts_and_least_changes_are_those_of_trying_every_ranking() {
    let mut compared = 0;
    for seed in 0..12 {
        let model = small(2 + (seed % 2) as usize, seed);
        let states = model.states().count();
        if states > 6 {
            continue;
        }
        let all = rankings(states);
        for concept in Concept::ALL {
            for party in model.party_ids() {
                let now = model.preference(party).ranking().expect("ranked").clone();
                for target in model.states().iter() {
                    let (mut count, mut least) = (0u64, usize::MAX);
                    for ranking in &all {
                        let other = model.with_preference(party, Preference::Ranked(ranking.clone()));
                        if conflicts::by_sets(&other, party, target, concept) {
                            count += 1;
                            least = least.min(pairs_swapped(ranking, &now, states));
                        }
                    }
                    let found = conditions(&model, party, target, concept);
                    let counted = found.count(100_000).expect("small");
                    assert_eq!(
                        counted.strict,
                        UBig::from(count),
                        "{seed} {concept:?} {party:?} {target:?}"
                    );
                    assert_eq!(counted.all_strict, UBig::from(all.len()));
                    let change = found.least_change(&model, 100_000).expect("small");
                    assert_eq!(
                        change.pairs, least,
                        "{seed} {concept:?} {party:?} {target:?} {change:?}"
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 100, "only {compared}");
}

#[test]
fn coupled_profiles_are_those_of_trying_every_pair() {
    let (_, model) = literature("prisoners_dilemma");
    let all = rankings(4);
    for concept in Concept::ALL {
        for target in model.states().iter() {
            let mut count = 0u64;
            for a in &all {
                let half = model.with_preference(PartyId::at(0), Preference::Ranked(a.clone()));
                for b in &all {
                    let both = half.with_preference(PartyId::at(1), Preference::Ranked(b.clone()));
                    let stays = |party| conflicts::by_sets(&both, party, target, concept);
                    count += u64::from(both.party_ids().all(stays));
                }
            }
            assert_eq!(
                profiles(&model, target, concept, 100_000),
                Some(UBig::from(count)),
                "{concept:?} {target:?}"
            );
        }
    }
}
