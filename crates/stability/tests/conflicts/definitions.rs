//! Whether a judgement of a certificate is true, written straight from the definitions on sets, with nothing kept and
//! nothing skipped. It shares nothing with the judges and the checker but the model.

use std::collections::{BTreeMap, BTreeSet};

use detente_conflict::{Attitude, Comparison, GraphModel, PartyId, StateId};
use detente_proof::stability::{
    Answerers, Certificate, ForesightJudgement, GroupJudgement, GroupStanding, Horizon, Improvement,
    Judgement, Lens, MetarationalJudgement, SimultaneousJudgement, SimultaneousStanding, Standing, Unknown,
};
use detente_stability::Concept;

use super::{better, by_sets, joint};

/// Counts the judgements of a certificate if each of them is true.
pub fn all_true(model: &GraphModel, certificate: &Certificate) -> Result<usize, String> {
    let mut count = 0;
    let mut same = |found: bool, claimed: bool, what: &dyn std::fmt::Debug| {
        count += 1;
        match found == claimed {
            true => Ok(()),
            false => Err(format!("by definition {found}: {what:?}")),
        }
    };
    let stays = |standing: &Standing| matches!(standing, Standing::Stable(_));
    for own in &certificate.judgements {
        same(single(model, own), stays(&own.standing), own)?;
    }
    for own in &certificate.own_views {
        let (_, view) = model.as_seen_by(party(model, &own.party));
        same(single(&view, own), stays(&own.standing), own)?;
    }
    for own in &certificate.simultaneous {
        let claimed = matches!(own.standing, SimultaneousStanding::Stable(_));
        same(together(model, own), claimed, own)?;
    }
    for own in &certificate.groups {
        let claimed = matches!(own.standing, GroupStanding::Stable(_));
        same(group(model, own), claimed, own)?;
    }
    for own in &certificate.foresight {
        same(ahead(model, own), own.stable, own)?;
    }
    for own in &certificate.metarational {
        same(exchange(model, own), own.stable, own)?;
    }
    Ok(count)
}

fn party(model: &GraphModel, id: &str) -> PartyId {
    model.party_by_id(id).expect("accepted, so there")
}

fn state(model: &GraphModel, id: &str) -> StateId {
    model.states().by_id(id).expect("accepted, so there")
}

/// Where finite non-empty sequences of units' moves lead, no unit moving twice in succession.
fn sequences(
    from: StateId,
    units: usize,
    moves: impl Fn(usize, StateId) -> Vec<StateId>,
) -> BTreeSet<StateId> {
    let mut ends: BTreeSet<(StateId, usize)> = (0..units)
        .flat_map(|unit| moves(unit, from).into_iter().map(move |to| (to, unit)))
        .collect();
    loop {
        let mut longer = ends.clone();
        for (at, last) in &ends {
            for unit in (0..units).filter(|unit| unit != last) {
                longer.extend(moves(unit, *at).into_iter().map(|to| (to, unit)));
            }
        }
        if longer == ends {
            return ends.into_iter().map(|(at, _)| at).collect();
        }
        ends = longer;
    }
}

/// `R_H(s)`.
fn reach(model: &GraphModel, members: &[PartyId], from: StateId) -> BTreeSet<StateId> {
    sequences(from, members.len(), |unit, at| {
        model.moves_from(members[unit], at)
    })
}

/// `TRP_i(s)`.
fn favoured(model: &GraphModel, i: PartyId, from: StateId, to: StateId) -> bool {
    let Some(attitudes) = model.attitudes() else {
        return better(model, i, to, from);
    };
    model.party_ids().all(|j| match attitudes[i.index()][j.index()] {
        Attitude::Positive => better(model, j, to, from),
        Attitude::Negative => better(model, j, from, to),
        Attitude::Indifferent => true,
    })
}

fn single(model: &GraphModel, own: &Judgement) -> bool {
    let (i, s, lens) = (party(model, &own.party), state(model, &own.state), own.lens);
    let compare = |who: PartyId, a, b| model.preference(who).compare(a, b);
    let unknown = |who, a, b| compare(who, a, b) == Comparison::Unknown;
    let leaves = |q| match (lens.attitudes, lens.unknown) {
        (true, _) => favoured(model, i, s, q),
        (_, Some(Unknown::A | Unknown::C)) => better(model, i, q, s) || unknown(i, q, s),
        _ => better(model, i, q, s),
    };
    let deters_at = |z| match (lens.attitudes, lens.unknown) {
        (true, _) => !favoured(model, i, s, z),
        (_, Some(Unknown::C | Unknown::D)) if unknown(i, z, s) => true,
        _ if lens.strong => compare(i, z, s) == Comparison::MuchWorse,
        _ => !better(model, i, z, s) && !unknown(i, z, s),
    };
    let pays = |who, a, b| match (lens.attitudes, lens.unknown) {
        (true, _) => favoured(model, who, a, b),
        (_, Some(_)) => better(model, who, b, a) || unknown(who, b, a),
        _ => better(model, who, b, a),
    };
    let others: Vec<PartyId> = model.party_ids().filter(|other| *other != i).collect();
    let answers = |unit: usize, at| {
        let mut to = model.moves_from(others[unit], at);
        to.retain(|b| !own.concept.credible() || pays(others[unit], at, *b));
        to
    };
    let deters = |z: StateId| {
        deters_at(z) && (!own.concept.symmetric() || model.moves_from(i, z).into_iter().all(deters_at))
    };
    let mut tempting = model.moves_from(i, s).into_iter().filter(|q| leaves(*q));
    tempting
        .all(|q| own.concept != Concept::Nash && sequences(q, others.len(), answers).into_iter().any(deters))
}

fn improves(model: &GraphModel, rule: Improvement, members: &[PartyId], from: StateId, to: StateId) -> bool {
    let up = |member: &PartyId| better(model, *member, to, from);
    let level = |member: &PartyId| model.preference(*member).compare(to, from) == Comparison::Equal;
    match rule {
        Improvement::AllBetter => members.iter().all(up),
        Improvement::NoneWorse => {
            members.iter().any(up) && members.iter().all(|member| up(member) || level(member))
        }
    }
}

fn group(model: &GraphModel, own: &GroupJudgement) -> bool {
    let members: Vec<PartyId> = own.members.iter().map(|id| party(model, id)).collect();
    let (s, rule) = (state(model, &own.state), own.improvement);
    let others: Vec<PartyId> = model
        .party_ids()
        .filter(|other| !members.contains(other))
        .collect();
    let sets = |all: usize| -> Vec<Vec<PartyId>> {
        let of = |bits: usize| (0..others.len()).filter(move |place| bits & (1 << place) != 0);
        (1..all)
            .map(|bits| of(bits).map(|place| others[place]).collect())
            .collect()
    };
    let units: Vec<Vec<PartyId>> = match own.concept.credible() && own.answerers == Answerers::Subsets {
        true => sets(1 << others.len()),
        false => others.iter().map(|other| vec![*other]).collect(),
    };
    let answers = |unit: usize, at| -> Vec<StateId> {
        let to = reach(model, &units[unit], at).into_iter();
        to.filter(|b| !own.concept.credible() || improves(model, rule, &units[unit], at, *b))
            .collect()
    };
    let no_better = |member, z| model.preference(member).compare(z, s).is_no_better();
    let deters = |z: StateId| {
        (rule == Improvement::AllBetter || !improves(model, rule, &members, s, z))
            && members.iter().any(|member| {
                let escapes = || {
                    reach(model, &members, z)
                        .into_iter()
                        .any(|w| better(model, *member, w, s))
                };
                no_better(*member, z) && !(own.concept.symmetric() && escapes())
            })
    };
    reach(model, &members, s)
        .into_iter()
        .filter(|q| improves(model, rule, &members, s, *q))
        .all(|q| own.concept != Concept::Nash && sequences(q, units.len(), answers).into_iter().any(deters))
}

type Changes = BTreeMap<usize, u8>;

/// What an improvement of a party changes in one vector, in each way in which it can be made from there.
fn ways(model: &GraphModel, who: PartyId, s: StateId, vector: &[u8]) -> Vec<(StateId, Changes)> {
    let fits = |pattern: &[(usize, Vec<u8>)], levels: &[u8]| {
        pattern
            .iter()
            .all(|(issue, wanted)| wanted.contains(&levels[*issue]))
    };
    let blocked = |to: &[u8]| {
        let mut patterns = model.blocked().iter();
        patterns.any(|one| {
            one.party.is_none_or(|named| named == who) && fits(&one.from, vector) && fits(&one.to, to)
        })
    };
    let mut found = Vec::new();
    for q in model
        .states()
        .iter()
        .filter(|q| *q != s && better(model, who, *q, s))
    {
        for to in model.states().members(q) {
            let changes: Changes = (0..to.len())
                .filter(|issue| to[*issue] != vector[*issue])
                .map(|issue| (issue, to[issue]))
                .collect();
            let legal = changes.iter().all(|(issue, level)| {
                let issue_of = &model.issues()[*issue];
                issue_of.owners.contains(&who) && issue_of.movement.allows(vector[*issue], *level)
            });
            if legal && !blocked(to) {
                found.push((q, changes));
            }
        }
    }
    found
}

fn both(a: &Changes, b: &Changes) -> Option<Changes> {
    let agree = a
        .iter()
        .all(|(issue, level)| b.get(issue).is_none_or(|other| other == level));
    agree.then(|| a.iter().chain(b).map(|(issue, level)| (*issue, *level)).collect())
}

/// Whether somebody is stable by simultaneous sanctions.
fn together(model: &GraphModel, own: &SimultaneousJudgement) -> bool {
    let (i, s) = (party(model, &own.party), state(model, &own.state));
    let plain = |who: PartyId| {
        single(
            model,
            &Judgement {
                party: model.party(who).id.clone(),
                state: own.state.clone(),
                concept: own.concept,
                lens: Lens::PLAIN,
                standing: Standing::Stable(Vec::new()),
            },
        )
    };
    if model.party_ids().any(plain) {
        return false;
    }
    let mut spoilt: BTreeSet<StateId> = BTreeSet::new();
    for vector in model.states().members(s) {
        let mut combined: BTreeSet<Changes> = BTreeSet::new();
        for other in model.party_ids().filter(|other| *other != i) {
            let alone = ways(model, other, s, vector);
            let mut more: Vec<Changes> = alone.iter().map(|(_, changes)| changes.clone()).collect();
            for known in &combined {
                more.extend(alone.iter().filter_map(|(_, changes)| both(known, changes)));
            }
            combined.extend(more);
        }
        for (q, changes) in ways(model, i, s, vector) {
            for all in combined.iter().filter_map(|others| both(&changes, others)) {
                let mut lands = vector.to_vec();
                all.iter().for_each(|(issue, level)| lands[*issue] = *level);
                let state = model.states().find(&lands);
                if state.is_some_and(|at| model.preference(i).compare(at, s).is_no_better()) {
                    spoilt.insert(q);
                }
            }
        }
    }
    let mut tempting = model
        .moves_from(i, s)
        .into_iter()
        .filter(|q| better(model, i, *q, s));
    tempting.all(|q| spoilt.contains(&q))
}

/// `G_h(i, x)` for all i and x, for h = 0, 1, ….
fn anticipations(model: &GraphModel, longest: usize) -> Vec<Vec<Vec<StateId>>> {
    let all: Vec<StateId> = model.states().iter().collect();
    let mut history = vec![vec![all.clone(), all.clone()]];
    for h in 1..=longest {
        let end = |i: PartyId, x: StateId| {
            let ends = model.moves_from(i, x).into_iter();
            let mut best = x;
            for z in ends.map(|y| history[h - 1][1 - i.index()][y.index()]) {
                if better(model, i, z, best) {
                    best = z;
                }
            }
            best
        };
        let now = model
            .party_ids()
            .map(|i| all.iter().map(|x| end(i, *x)).collect());
        let now = now.collect();
        history.push(now);
    }
    history
}

fn ahead(model: &GraphModel, own: &ForesightJudgement) -> bool {
    let (i, s) = (party(model, &own.party).index(), state(model, &own.state));
    match own.horizon {
        Horizon::Moves(h) => anticipations(model, h)[h][i][s.index()] == s,
        // In conflicts as small as these the anticipations go round within so many moves.
        Horizon::NonMyopic => anticipations(model, 80)[40..]
            .iter()
            .all(|now| now[i][s.index()] == s),
    }
}

fn exchange(model: &GraphModel, own: &MetarationalJudgement) -> bool {
    let (i, s) = (party(model, &own.party), state(model, &own.state));
    let mut tempting = model
        .moves_from(i, s)
        .into_iter()
        .filter(|q| better(model, i, *q, s));
    match own.moves {
        1..=3 => {
            let named = match (own.moves, own.credible) {
                (1, _) => Concept::Nash,
                (2, false) => Concept::Gmr,
                (2, true) => Concept::Seq,
                (_, false) => Concept::Smr,
                (_, true) => Concept::Sseq,
            };
            by_sets(model, i, s, named)
        }
        moves => tempting.all(|q| answered(model, i, (s, q), moves - 1, own.credible)),
    }
}

/// `D_n(q)`.
fn answered(model: &GraphModel, i: PartyId, (s, q): (StateId, StateId), n: usize, credible: bool) -> bool {
    n > 0
        && joint(model, i, q, credible).into_iter().any(|z| {
            let on = || {
                model
                    .moves_from(i, z)
                    .into_iter()
                    .filter(|w| better(model, i, *w, s))
            };
            !better(model, i, z, s) && (n == 1 || on().all(|w| answered(model, i, (s, w), n - 2, credible)))
        })
}
