//! Set proofs as JSON: compact lists, exact numbers as strings, joint actions by their actions.

use detente_base::number::Exact;
use detente_game::table::{Profile, TableGame, TableState, content_hash, hash_of, write_dyngame};
use serde_json::{Value, json};

use super::membership::{self, Branch, Membership, Point};
use super::refutation::{self, Argument, Claim, Dual, Refutation, Step};
use super::{Refusal, refuse};

fn finish(mut document: Value, game: &TableGame) -> Value {
    document["version"] = json!(1);
    document["game"] = json!(content_hash(game));
    document["model"] = write_dyngame(game);
    let hash = hash_of(&document);
    document["hash"] = json!(hash);
    document
}

fn number(value: &Exact) -> Value {
    Value::String(value.to_string())
}

fn numbers(list: &[Exact]) -> Value {
    list.iter().map(number).collect()
}

pub(super) fn write_membership(proof: &Membership, game: &TableGame) -> Value {
    let lottery = |list: &[(usize, Exact)]| -> Value {
        list.iter()
            .map(|(k, weight)| json!([k, number(weight)]))
            .collect()
    };
    let points: Vec<Vec<Value>> = proof
        .points
        .iter()
        .enumerate()
        .map(|(s, points)| {
            let branch = |branch: &Branch| {
                json!({
                    "weight": number(&branch.weight),
                    "a": game.actions_of(TableState::at(s), branch.profile),
                    "next": branch.next.iter().map(|list| lottery(list)).collect::<Vec<_>>(),
                })
            };
            points
                .iter()
                .map(|point| {
                    let from: Vec<Value> = point.from.iter().map(branch).collect();
                    json!({ "value": numbers(&point.value), "from": from })
                })
                .collect()
        })
        .collect();
    finish(json!({ "kind": membership::KIND, "points": points }), game)
}

pub(super) fn write_refutation(proof: &Refutation, game: &TableGame) -> Value {
    let steps: Vec<Value> = proof
        .steps
        .iter()
        .map(|step| {
            let arguments: Vec<Vec<Value>> = step
                .arguments
                .iter()
                .enumerate()
                .map(|(s, list)| {
                    list.iter()
                        .map(|one| write_argument(one, game, TableState::at(s)))
                        .collect()
                })
                .collect();
            let weights = step
                .weights
                .as_ref()
                .map(|w| w.iter().map(|w| numbers(w)).collect::<Vec<_>>());
            let levels = step.levels.iter().map(|levels| levels.as_deref().map(numbers));
            json!({ "levels": levels.collect::<Vec<_>>(), "weights": weights, "arguments": arguments })
        })
        .collect();
    let directions: Vec<Value> = proof.directions.iter().map(|u| numbers(u)).collect();
    let claims: Vec<Value> = proof
        .claims
        .iter()
        .map(|claim| {
            json!({ "state": claim.state.index(), "payoff": numbers(&claim.payoff), "direction": claim.direction })
        })
        .collect();
    let document =
        json!({ "kind": refutation::KIND, "directions": directions, "steps": steps, "claims": claims });
    finish(document, game)
}

fn write_dual(dual: &Dual, game: &TableGame, state: TableState) -> Value {
    let lambda: Vec<Value> = dual
        .lambda
        .iter()
        .map(|(k, factor)| json!([k, number(factor)]))
        .collect();
    let held: Vec<Value> = dual
        .held
        .iter()
        .map(|(i, deviation, y)| json!([i, game.actions_of(state, *deviation)[*i], number(y)]))
        .collect();
    json!([if dual.new { "new" } else { "old" }, lambda, held])
}

fn write_argument(argument: &Argument, game: &TableGame, state: TableState) -> Value {
    match argument {
        Argument::Gone => json!("gone"),
        Argument::Leads(to) => json!({ "leads": to.index() }),
        Argument::Empty(dual) => json!({ "empty": write_dual(dual, game, state) }),
        Argument::Bounds(duals) => duals.iter().map(|dual| write_dual(dual, game, state)).collect(),
    }
}

/// The longest number in a proof, in characters.
const LONGEST: usize = 200_000;

fn read_number(value: &Value, place: &str) -> Result<Exact, Refusal> {
    let parsed = value
        .as_str()
        .filter(|text| text.len() <= LONGEST)
        .and_then(|text| {
            let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
            let numerator: dashu::integer::IBig = numerator.parse().ok()?;
            let denominator: dashu::integer::UBig = denominator.parse().ok()?;
            (denominator != dashu::integer::UBig::ZERO).then(|| Exact::from_parts(numerator, denominator))
        });
    parsed.map_or_else(|| refuse(place, "an exact number in quotes is needed"), Ok)
}

fn list<'a>(value: Option<&'a Value>, place: &str) -> Result<&'a Vec<Value>, Refusal> {
    value
        .and_then(Value::as_array)
        .map_or_else(|| refuse(place, "a list is needed"), Ok)
}

fn index(value: Option<&Value>, place: &str) -> Result<usize, Refusal> {
    value
        .and_then(Value::as_u64)
        .map_or_else(|| refuse(place, "a number is needed"), |k| Ok(k as usize))
}

fn read_numbers(value: Option<&Value>, place: &str) -> Result<Vec<Exact>, Refusal> {
    list(value, place)?
        .iter()
        .map(|value| read_number(value, place))
        .collect()
}

/// The joint action of `state` with these actions.
fn profile_at(game: &TableGame, state: TableState, actions: &[usize]) -> Option<Profile> {
    let counts = game.action_counts(state);
    if actions.len() != counts.len() || actions.iter().zip(counts).any(|(a, count)| *a >= *count as usize) {
        return None;
    }
    let within = actions
        .iter()
        .zip(counts)
        .rev()
        .fold(0, |index, (a, count)| index * *count as usize + a);
    game.profiles(state).nth(within)
}

pub(super) fn read_membership(document: &Value, game: &TableGame) -> Result<Membership, Refusal> {
    let mut points = Vec::new();
    for (s, state_points) in list(document.get("points"), "points")?.iter().enumerate() {
        if s >= game.states() {
            return refuse("points", "there are more lists than states");
        }
        let mut of_state = Vec::new();
        for (k, point) in list(Some(state_points), &format!("points[{s}]"))?
            .iter()
            .enumerate()
        {
            let place = format!("points[{s}][{k}]");
            let value = read_numbers(point.get("value"), &place)?;
            let mut from = Vec::new();
            for branch in list(point.get("from"), &place)? {
                from.push(read_branch(branch, game, TableState::at(s), &place)?);
            }
            of_state.push(Point { value, from });
        }
        points.push(of_state);
    }
    Ok(Membership { points })
}

fn read_branch(branch: &Value, game: &TableGame, state: TableState, place: &str) -> Result<Branch, Refusal> {
    let weight = read_number(branch.get("weight").unwrap_or(&Value::Null), place)?;
    let actions = list(branch.get("a"), place)?
        .iter()
        .map(|action| index(Some(action), place))
        .collect::<Result<Vec<_>, _>>()?;
    let Some(profile) = profile_at(game, state, &actions) else {
        return refuse(place, "there is no such joint action");
    };
    let mut next = Vec::new();
    for lottery in list(branch.get("next"), place)? {
        let mut pairs = Vec::new();
        for pair in list(Some(lottery), place)? {
            pairs.push((
                index(pair.get(0), place)?,
                read_number(pair.get(1).unwrap_or(&Value::Null), place)?,
            ));
        }
        next.push(pairs);
    }
    Ok(Branch {
        weight,
        profile,
        next,
    })
}

pub(super) fn read_refutation(document: &Value, game: &TableGame) -> Result<Refutation, Refusal> {
    let directions = list(document.get("directions"), "directions")?
        .iter()
        .map(|u| read_numbers(Some(u), "directions"))
        .collect::<Result<Vec<_>, _>>()?;
    let mut steps = Vec::new();
    for (k, step) in list(document.get("steps"), "steps")?.iter().enumerate() {
        steps.push(read_step(step, game, &format!("steps[{k}]"))?);
    }
    let mut claims = Vec::new();
    for claim in list(document.get("claims"), "claims")? {
        let state = index(claim.get("state"), "claims")?;
        if state >= game.states() {
            return refuse("claims", "there is no such state");
        }
        claims.push(Claim {
            state: TableState::at(state),
            payoff: read_numbers(claim.get("payoff"), "claims")?,
            direction: index(claim.get("direction"), "claims")?,
        });
    }
    Ok(Refutation {
        directions,
        steps,
        claims,
    })
}

fn read_step(step: &Value, game: &TableGame, place: &str) -> Result<Step, Refusal> {
    let mut levels = Vec::new();
    for row in list(step.get("levels"), place)? {
        levels.push(if row.is_null() {
            None
        } else {
            Some(read_numbers(Some(row), place)?)
        });
    }
    let weights = match step.get("weights") {
        None | Some(Value::Null) => None,
        given => {
            let rows = list(given, place)?
                .iter()
                .map(|row| read_numbers(Some(row), place));
            Some(rows.collect::<Result<Vec<_>, _>>()?)
        }
    };
    let mut arguments = Vec::new();
    for (s, row) in list(step.get("arguments"), place)?.iter().enumerate() {
        if s >= game.states() {
            return refuse(place, "there are more arguments than states");
        }
        let state = TableState::at(s);
        let mut prescribable = game.profiles(state).filter(|p| game.on_path(*p));
        let mut of_state = Vec::new();
        for argument in list(Some(row), place)? {
            let Some(profile) = prescribable.next() else {
                return refuse(place, "there are more arguments than joint actions");
            };
            of_state.push(read_argument(argument, game, state, profile, place)?);
        }
        arguments.push(of_state);
    }
    Ok(Step {
        levels,
        weights,
        arguments,
    })
}

fn read_argument(
    value: &Value,
    game: &TableGame,
    state: TableState,
    profile: Profile,
    place: &str,
) -> Result<Argument, Refusal> {
    let dual = |value: &Value| read_dual(value, game, state, profile, place);
    if value.as_str() == Some("gone") {
        return Ok(Argument::Gone);
    }
    if let Some(list) = value.as_array() {
        return Ok(Argument::Bounds(list.iter().map(dual).collect::<Result<_, _>>()?));
    }
    if let Some(empty) = value.get("empty") {
        return Ok(Argument::Empty(dual(empty)?));
    }
    let to = index(value.get("leads"), place)?;
    if to >= game.states() {
        return refuse(place, "there is no such state");
    }
    Ok(Argument::Leads(TableState::at(to)))
}

fn read_dual(
    value: &Value,
    game: &TableGame,
    state: TableState,
    profile: Profile,
    place: &str,
) -> Result<Dual, Refusal> {
    let new = match value.get(0).and_then(Value::as_str) {
        Some("new") => true,
        Some("old") => false,
        _ => return refuse(place, "a bound uses `new` or `old` levels"),
    };
    let mut lambda = Vec::new();
    for pair in list(value.get(1), place)? {
        lambda.push((
            index(pair.get(0), place)?,
            read_number(pair.get(1).unwrap_or(&Value::Null), place)?,
        ));
    }
    let mut held = Vec::new();
    for triple in list(value.get(2), place)? {
        let party = index(triple.get(0), place)?;
        if party >= game.parties() {
            return refuse(place, "there is no such party");
        }
        let mut actions = game.actions_of(state, profile);
        actions[party] = index(triple.get(1), place)?;
        let Some(deviation) = profile_at(game, state, &actions) else {
            return refuse(place, "there is no such action");
        };
        held.push((
            party,
            deviation,
            read_number(triple.get(2).unwrap_or(&Value::Null), place)?,
        ));
    }
    Ok(Dual { new, lambda, held })
}
