//! What goes beyond the equilibria: robustness, paths, coalitions, foresight, misperception, the inverse.

use std::collections::BTreeMap;

use detente_base::watch::Watch;
use detente_conflict::{GraphModel, PartyId, StateId};
use detente_report::stability::{
    CoalitionView, Coalitions, Flip, Inverse, InverseParty, Jump, LeastChange, Robustness, Route, Sets,
    Special, Stability, StatusQuo, StepView,
};
use detente_stability::coalition::{
    CoalitionRules, Improvement, coalitions, judge_coalitions, universally_stable,
};
use detente_stability::inverse::{Conditions, conditions};
use detente_stability::inverse_profiles::{MOST_COUPLED, profiles};
use detente_stability::metarational::{MetarationalLimits, metarational};
use detente_stability::robustness::{Change, Effect, RobustnessLimits, robustness};
use detente_stability::status_quo::{PathStep, Paths, Steps, paths};
use detente_stability::{Answer, Concept, StateSet, foresight, judge_views};

use super::view::{ids, put, sets};

/// Most counting steps of one inverse question.
const COUNTING_STEPS: u64 = 2_000_000;
/// The furthest that parties look ahead.
pub const LONGEST_FORESIGHT: usize = 512;
/// So many horizons are shown.
pub const MOST_HORIZONS: usize = 6;
/// Paths and foresight are computed up to so many states.
const MOST_STATES: usize = 4_096;

/// Which single changes end which equilibria.
pub fn add_robustness(model: &GraphModel, answer: &Answer, view: &mut Stability, watch: &dyn Watch) {
    if model.rankings().is_none() {
        view.left_out
            .push("robustness: it needs complete rankings".to_owned());
        return;
    }
    match robustness(model, answer, RobustnessLimits::default(), watch) {
        Err(trouble) => view.left_out.push(format!("robustness: {trouble}")),
        Ok((tried, effects)) => {
            let mut told = Robustness {
                tried,
                ..Robustness::default()
            };
            for (place, concept) in answer.concepts().iter().enumerate() {
                let Some(now) = answer.equilibria(*concept) else {
                    continue;
                };
                let counted = now.iter().map(|state| {
                    let count = effects
                        .iter()
                        .filter(|effect| effect.ends[place].contains(state))
                        .count();
                    (model.states().id(state), count)
                });
                told.ended_by.insert(concept.name().to_owned(), counted.collect());
            }
            told.flips = effects.iter().map(|effect| flip(model, answer, effect)).collect();
            view.robustness = Some(told);
        }
    }
}

fn flip(model: &GraphModel, answer: &Answer, effect: &Effect) -> Flip {
    let by_concept = |sets: &[StateSet]| {
        let named = answer
            .concepts()
            .iter()
            .zip(sets)
            .filter(|(_, set)| !set.is_empty());
        named
            .map(|(concept, set)| (concept.name().to_owned(), ids(model, set)))
            .collect::<BTreeMap<_, _>>()
    };
    let (kind, party, change) = words_of(model, &effect.change);
    Flip {
        kind: kind.to_owned(),
        party,
        change,
        ends: by_concept(&effect.ends),
        brings: by_concept(&effect.brings),
    }
}

fn words_of(model: &GraphModel, change: &Change) -> (&'static str, String, String) {
    let group = |states: &[StateId]| {
        let shown: Vec<String> = states
            .iter()
            .take(4)
            .map(|state| model.states().id(*state))
            .collect();
        match states.len() > 4 {
            true => format!("{} and {} more", shown.join(", "), states.len() - 4),
            false => shown.join(", "),
        }
    };
    let name = |party: PartyId| model.party(party).name.clone();
    let id = |party: PartyId| model.party(party).id.clone();
    match change {
        Change::Swap(party, above, below) => {
            let words = format!(
                "{} prefers {} to {}, not the reverse",
                name(*party),
                group(below),
                group(above)
            );
            ("swap", id(*party), words)
        }
        Change::Tie(party, above, below) => {
            let words = format!(
                "{} does not care between {} and {}",
                name(*party),
                group(above),
                group(below)
            );
            ("tie", id(*party), words)
        }
        Change::Raise(party, state) => {
            let words = format!(
                "{} prefers {} to what it tied with",
                name(*party),
                model.states().id(*state)
            );
            ("tie", id(*party), words)
        }
        Change::Lower(party, state) => {
            let words = format!(
                "{} prefers to {} what it tied with",
                name(*party),
                model.states().id(*state)
            );
            ("tie", id(*party), words)
        }
        Change::Move(issue, movement) => {
            let issue = &model.issues()[issue.index()];
            let how = match movement.word() {
                "forward_only" => "cannot be undone",
                "backward_only" => "cannot be done, only undone",
                _ => "can be done and undone",
            };
            let owner = issue.owners.first().map_or(String::new(), |owner| id(*owner));
            ("reversibility", owner, format!("\"{}\" {how}", issue.name))
        }
    }
}

/// Paths from today to the equilibria of the strongest concept that has some.
pub fn add_status_quo(model: &GraphModel, answer: &Answer, concept: Option<Concept>, view: &mut Stability) {
    let Some(today) = model.today() else { return };
    if model.states().count() > MOST_STATES || model.parties().len() > 8 {
        view.left_out.push(format!(
            "paths from today: computed up to {MOST_STATES} states and 8 parties"
        ));
        return;
    }
    let has_some = |concept: &Concept| answer.equilibria(*concept).is_some_and(|set| !set.is_empty());
    let candidates = [Concept::Seq, Concept::Smr, Concept::Gmr];
    let Some(concept) = concept.or_else(|| candidates.into_iter().find(has_some)) else {
        return;
    };
    let Some(equilibria) = answer.equilibria(concept) else {
        return;
    };
    let kinds = [
        (Steps::Improvements, None),
        (Steps::Any, None),
        (Steps::JointImprovements, None),
        (Steps::AnyOrJoint, Some(&equilibria)),
    ];
    let all = kinds.map(|(steps, within)| paths(model, today, steps, within));
    let [Ok(improving), Ok(any), Ok(joint), Ok(stable)] = all else {
        view.left_out
            .push("paths from today: too many parties could move together".to_owned());
        return;
    };
    let mut told = StatusQuo {
        from: model.states().id(today),
        concept: concept.name().to_owned(),
        ..StatusQuo::default()
    };
    for target in equilibria.iter() {
        let to = |paths: &Paths| {
            let steps = paths.to(model, target)?;
            Some(step_views(model, today, &steps))
        };
        let route = Route {
            by_improvements: to(&improving),
            by_any_move: to(&any),
            by_joint_improvements: to(&joint),
            through_stable_states: to(&stable),
        };
        let id = model.states().id(target);
        if route.by_any_move.is_none() && route.by_joint_improvements.is_none() {
            told.unreachable.push(id.clone());
        }
        told.routes.insert(id, route);
    }
    view.status_quo = Some(told);
}

fn step_views(model: &GraphModel, from: StateId, steps: &[PathStep]) -> Vec<StepView> {
    let mut at = from;
    let mut views = Vec::new();
    for step in steps {
        let words = match step.by.as_slice() {
            [single] => model.change(*single, at, step.to),
            _ => "move together".to_owned(),
        };
        views.push(StepView {
            by: step
                .by
                .iter()
                .map(|party| model.party(*party).id.clone())
                .collect(),
            to: model.states().id(step.to),
            improves: step.improves,
            reversible: step.reversible,
            words,
        });
        at = step.to;
    }
    views
}

/// Coalitions under both readings of what improves them.
pub fn add_coalitions(model: &GraphModel, answer: &Answer, view: &mut Stability, watch: &dyn Watch) {
    if model.parties().len() < 2 {
        return;
    }
    let class = match coalitions(model, 1) {
        Ok(class) => class,
        Err(trouble) => {
            view.left_out.push(format!("coalitions: {trouble}"));
            return;
        }
    };
    for (improvement, words) in [
        (Improvement::AllBetter, "improvement: every member is better off"),
        (
            Improvement::NoneWorse,
            "improvement: no member is worse off and one is better off",
        ),
    ] {
        let rules = CoalitionRules {
            improvement,
            ..CoalitionRules::default()
        };
        let judged = match judge_coalitions(model, &class, &Concept::ALL, rules, watch) {
            Ok(judged) => judged,
            Err(trouble) => {
                view.left_out.push(format!("coalitions: {trouble}"));
                return;
            }
        };
        let mut told = Coalitions {
            improvement: words.to_owned(),
            ..Coalitions::default()
        };
        for (place, concept) in Concept::ALL.iter().enumerate() {
            let universal = universally_stable(model, &judged, place);
            told.universally_stable
                .insert(concept.name().to_owned(), ids(model, &universal));
        }
        for coalition in judged.iter().filter(|coalition| coalition.members.len() > 1) {
            let mut one = CoalitionView {
                members: coalition
                    .members
                    .iter()
                    .map(|party| model.party(*party).id.clone())
                    .collect(),
                unstable: BTreeMap::new(),
                jumps: Vec::new(),
            };
            for (place, concept) in Concept::ALL.iter().enumerate() {
                let leaves = &coalition.leaves_for[place];
                let unstable = leaves.iter().map(|(from, _)| model.states().id(*from)).collect();
                one.unstable.insert(concept.name().to_owned(), unstable);
                let Some(equilibria) = answer.equilibria(*concept) else {
                    continue;
                };
                let jumps = leaves
                    .iter()
                    .filter(|(from, _)| equilibria.contains(*from))
                    .map(|(from, to)| Jump {
                        concept: concept.name().to_owned(),
                        from: model.states().id(*from),
                        to: model.states().id(*to),
                    });
                one.jumps.extend(jumps);
            }
            told.coalitions.push(one);
        }
        view.coalitions.push(told);
    }
}

/// Limited moves, non-myopic stability and Stackelberg, for two parties.
pub fn add_foresight(model: &GraphModel, view: &mut Stability) {
    if model.parties().len() != 2 || model.rankings().is_none() || model.states().count() > MOST_STATES {
        return;
    }
    let Ok(seen) = foresight(model, LONGEST_FORESIGHT) else {
        return;
    };
    let mut told = Sets::default();
    for horizon in 1..=seen.stable.len().min(MOST_HORIZONS) {
        if let Some(set) = seen.limited(horizon) {
            put(model, &mut told, &format!("L_{horizon}"), &set);
        }
    }
    if let Some(set) = seen.non_myopic_equilibria() {
        put(model, &mut told, "non-myopic", &set);
    }
    for leader in model.party_ids() {
        if let Some(set) = seen.stackelberg(leader) {
            put(
                model,
                &mut told,
                &format!("Stackelberg, {} leads", model.party(leader).id),
                &set,
            );
        }
    }
    let ties = match seen.ambiguous {
        0 => String::new(),
        many => format!("; {many} ties between different ends were broken by the order of the states"),
    };
    let meaning = format!("both parties look h moves ahead (L_h), or as far as it goes (non-myopic){ties}");
    view.special
        .insert("foresight".to_owned(), Special { meaning, sets: told });
}

/// Longer exchanges of moves and counter-moves, beyond the three that have names.
pub fn add_metarational(model: &GraphModel, view: &mut Stability, watch: &dyn Watch) {
    if model.rankings().is_none() {
        return;
    }
    for (name, credible, answers) in [
        ("metarational", false, "any answers"),
        ("credible metarational", true, "answers that pay"),
    ] {
        let found = match metarational(model, credible, MetarationalLimits::default(), watch) {
            Ok(found) => found,
            Err(trouble) => {
                view.left_out
                    .push(format!("longer exchanges ({answers}): {trouble}"));
                continue;
            }
        };
        let mut told = Sets::default();
        for moves in 4..=found.stable.len() {
            let last_word = if moves % 2 == 1 { " and a last word" } else { "" };
            let key = format!("{} rounds{last_word}", moves / 2);
            if let Some(set) = found.equilibria(moves) {
                put(model, &mut told, &key, &set);
            }
        }
        let end = match found.settled {
            true => "more rounds change nothing",
            false => "stopped at the limit of moves",
        };
        let meaning = format!("each party thinks through several rounds of its moves and {answers}; {end}");
        view.special
            .insert(name.to_owned(), Special { meaning, sets: told });
    }
}

/// Each party in its own view.
pub fn add_misperception(model: &GraphModel, view: &mut Stability, watch: &dyn Watch) {
    if model.misperceptions().is_empty() {
        return;
    }
    match judge_views(model, &Concept::ALL, watch) {
        Ok(answer) => {
            let meaning = "each party judges the conflict as it sees it".to_owned();
            let sets = sets(model, &answer);
            view.special
                .insert("misperception".to_owned(), Special { meaning, sets });
        }
        Err(trouble) => view.left_out.push(format!("misperception: {trouble}")),
    }
}

/// Which rankings make a state an equilibrium.
pub fn add_inverse(model: &GraphModel, target: StateId, concept: Option<Concept>, view: &mut Stability) {
    let mut told = Inverse {
        target: model.states().id(target),
        limits: format!(
            "rankings are counted, and the least change is looked for, within {COUNTING_STEPS} steps a party; profiles \
             under SEQ and SSEQ are counted for two parties and up to {MOST_COUPLED} states"
        ),
        ..Inverse::default()
    };
    for concept in concept.map_or(Concept::ALL.to_vec(), |concept| vec![concept]) {
        let parties = model.party_ids().map(|party| {
            let found = conditions(model, party, target, concept);
            inverse_party(model, party, target, concept, &found)
        });
        told.concepts.insert(concept.name().to_owned(), parties.collect());
        if let Some(count) = profiles(model, target, concept, COUNTING_STEPS) {
            told.profiles.insert(concept.name().to_owned(), count.to_string());
        }
    }
    view.inverse = Some(told);
}

fn inverse_party(
    model: &GraphModel,
    party: PartyId,
    target: StateId,
    concept: Concept,
    found: &Conditions,
) -> InverseParty {
    let preference = model.preference(party);
    let above = model
        .states()
        .iter()
        .filter(|state| preference.compare(*state, target).is_better())
        .collect();
    let counted = found.count(COUNTING_STEPS);
    let shown = |pick: fn(&detente_stability::inverse::RankingCount) -> String| {
        counted
            .as_ref()
            .map_or_else(|| "not counted (limit)".to_owned(), pick)
    };
    InverseParty {
        party: model.party(party).id.clone(),
        condition: condition_words(model, target, concept, found),
        rankings: shown(|count| count.strict.to_string()),
        of: shown(|count| count.all_strict.to_string()),
        rankings_with_ties: shown(|count| count.with_ties.to_string()),
        of_with_ties: shown(|count| count.all_with_ties.to_string()),
        holds_now: found.hold(&above),
        least_change: found
            .least_change(model, COUNTING_STEPS)
            .map(|change| LeastChange {
                pairs: change.pairs,
                lower: change
                    .lower
                    .iter()
                    .map(|state| model.states().id(*state))
                    .collect(),
            }),
    }
}

fn condition_words(model: &GraphModel, target: StateId, concept: Concept, found: &Conditions) -> String {
    let id = |state: &StateId| model.states().id(*state);
    if found.constraints.is_empty() {
        return "any ranking will do".to_owned();
    }
    let clause = |constraint: &detente_stability::inverse::Constraint| {
        let own = format!("{} no better", id(&constraint.tempting));
        let mut ways: Vec<String> = constraint
            .unless
            .iter()
            .take(4)
            .map(|needed| needed.iter().map(id).collect::<Vec<_>>().join(" and "))
            .collect();
        if constraint.unless.len() > 4 {
            ways.push(format!("{} more sets", constraint.unless.len() - 4));
        }
        match ways.is_empty() {
            true => own,
            false => format!("{own}, or else {}", ways.join(" or ")),
        }
    };
    let mut clauses: Vec<String> = found.constraints.iter().take(6).map(clause).collect();
    if found.constraints.len() > 6 {
        clauses.push(format!("{} more conditions", found.constraints.len() - 6));
    }
    let held = if concept.credible() {
        " (the others' rankings as they are)"
    } else {
        ""
    };
    format!("compared with {}: {}{held}", id(&target), clauses.join("; "))
}
