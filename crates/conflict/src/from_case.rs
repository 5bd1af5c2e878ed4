//! From a case to its graph model: issues become options with levels, movement rules become moves, and values
//! are ranked exactly, ties included, unless the case ranks states directly.
//!
//! One move of the graph model is what a party can do in one period: its speeds, its pace, what a level needs
//! and what remains all hold. Discount factors, one-off costs, endings and chances play no part: rankings are
//! of what a state is worth a period.

use std::collections::HashMap;

use detente_base::ids::Level;
use detente_base::number::Exact;
use detente_case::condition::Condition;
use detente_case::rankings::DirectPreference;
use detente_case::{Case, World};
use detente_game::Game;

use super::{
    Arcs, Assembly, GraphModel, Issue, IssueId, Limits, Movement, Party, PartyId, Preference, Priority,
    Problem, Problems, Ranking, Speed, StateEntry, StateId, Statement, States, prioritised, weighted,
};

impl Statement {
    /// A condition of the case language, as a statement about levels.
    #[must_use]
    pub fn of_condition(condition: &Condition, issues: &[Issue]) -> Self {
        let all = |parts: &[Condition]| {
            parts
                .iter()
                .map(|part| Self::of_condition(part, issues))
                .collect()
        };
        match condition {
            Condition::Constant(true) => Self::All(Vec::new()),
            Condition::Constant(false) => Self::Any(Vec::new()),
            Condition::Compare(issue, comparison, right) => {
                let levels = 0..issues[issue.index()].levels.len();
                let fits = |level: &usize| comparison.holds(Level::at(*level), *right);
                Self::At(*issue, levels.filter(fits).map(|level| level as u8).collect())
            }
            Condition::Not(inner) => Self::Not(Box::new(Self::of_condition(inner, issues))),
            Condition::All(parts) => Self::All(all(parts)),
            Condition::Any(parts) => Self::Any(all(parts)),
            Condition::Same(a, b) => {
                let both = [a, b].map(|part| Box::new(Self::of_condition(part, issues)));
                let [a, b] = both;
                Self::Same(a, b)
            }
        }
    }
}

/// The graph model of a case in a world, with warnings.
///
/// # Errors
/// Everything that keeps it from being one.
pub fn from_case(
    case: &Case,
    world: &World,
    limits: Limits,
) -> Result<(GraphModel, Vec<Problem>), Vec<Problem>> {
    let mut problems = Problems::default();
    let model = build(case, world, limits, &mut problems);
    let failed = problems.any_error();
    let found = problems.into_found();
    match model {
        Some(model) if !failed => Ok((model, found)),
        _ => Err(found),
    }
}

fn build(written: &Case, world: &World, limits: Limits, problems: &mut Problems) -> Option<GraphModel> {
    let case = match written.in_world(world) {
        Ok(case) => case,
        Err(error) => {
            problems.error("the world", error.to_string(), "");
            return None;
        }
    };
    let game = match Game::of_case(written, world) {
        Ok(game) => game,
        Err(error) => {
            problems.error("the case", error.to_string(), "");
            return None;
        }
    };
    let mut parts = parts(&case);
    parts.listed = listed(&case, &parts.issues, limits, problems)?;
    let states = parts.states(limits, problems)?;
    let levels = |issue: detente_base::ids::IssueId| case.issue(issue).today;
    let vector: Vec<u8> = detente_base::ids::IssueId::first(case.issues.len())
        .map(|issue| levels(issue).index() as u8)
        .collect();
    let today = states.find(&vector);
    if today.is_none() {
        problems.warn(
            "today",
            "today's levels are ruled out as infeasible",
            "there are no paths from today",
        );
    }
    let mut preferences = Vec::new();
    for party in PartyId::first(case.parties.len()) {
        preferences.push(preference(
            &case,
            &game,
            &parts.issues,
            &states,
            party,
            limits,
            problems,
        )?);
    }
    warn_of_what_is_left_out(&case, problems);
    let needs_list = case.parties.iter().any(|party| party.pace.is_some())
        || case
            .issues
            .iter()
            .any(|issue| issue.remains.is_some() || issue.needs.iter().any(Option::is_some));
    let arcs = needs_list.then(|| arcs(&game, &states, case.parties.len()));
    let model = parts.model(states, preferences, today, limits, problems)?;
    Some(match arcs {
        Some(arcs) => model.with_moves(arcs),
        None => model,
    })
}

fn parts(case: &Case) -> Assembly {
    let speed = |levels: u32, of: usize| match levels {
        0 => Speed::Never,
        most if most as usize + 1 >= of => Speed::Any,
        most => Speed::Levels(most as u8),
    };
    let issues = case.issues.iter().map(|issue| Issue {
        id: issue.id.clone(),
        name: issue.name.clone(),
        owners: issue.party.into_iter().collect(),
        levels: issue.levels.clone(),
        movement: Movement {
            up: speed(issue.speed.up, issue.levels.len()),
            down: speed(issue.speed.down, issue.levels.len()),
        },
    });
    Assembly {
        id: case.title.clone(),
        title: case.title.clone(),
        parties: case
            .parties
            .iter()
            .map(|party| Party {
                id: party.id.clone(),
                name: party.name.clone(),
            })
            .collect(),
        issues: issues.collect(),
        ..Assembly::default()
    }
}

/// The states, where some combinations are ruled out or merged; the outer `None` is an error.
fn listed(
    case: &Case,
    issues: &[Issue],
    limits: Limits,
    problems: &mut Problems,
) -> Option<Option<Vec<StateEntry>>> {
    let rankings = &case.rankings;
    if rankings.infeasible.is_empty() && rankings.merged.is_empty() {
        return Some(None);
    }
    let statement = |condition: &Condition| Statement::of_condition(condition, issues);
    let infeasible: Vec<Statement> = rankings
        .infeasible
        .iter()
        .map(|target| statement(&target.condition))
        .collect();
    let merged: Vec<(&String, Statement)> = rankings
        .merged
        .iter()
        .map(|(name, target)| (name, statement(&target.condition)))
        .collect();
    let grid = super::Grid::over(issues)?;
    let feasible = |levels: &[u8]| !infeasible.iter().any(|statement| statement.holds(levels));
    let Some(all) = States::generate(grid, limits.combinations, feasible) else {
        let reason = format!("more than {} combinations of levels", limits.combinations);
        problems.error("issues", reason, "merge issues that always move together");
        return None;
    };
    let mut entries: Vec<StateEntry> = Vec::new();
    let mut place_of: HashMap<usize, usize> = HashMap::new();
    for state in all.iter() {
        let vector = all.vector(state).to_vec();
        let group = merged.iter().position(|(_, statement)| statement.holds(&vector));
        if let Some(place) = group.and_then(|group| place_of.get(&group)) {
            entries[*place].vectors.push(vector);
            continue;
        }
        if let Some(group) = group {
            place_of.insert(group, entries.len());
        }
        entries.push(StateEntry {
            id: format!("s{}", entries.len() + 1),
            name: group.map(|group| merged[group].0.clone()),
            vectors: vec![vector],
        });
    }
    if entries.is_empty() {
        problems.error(
            "infeasible",
            "every state is ruled out",
            "remove an [[infeasible]] section",
        );
        return None;
    }
    for (group, (name, _)) in merged.iter().enumerate() {
        if !place_of.contains_key(&group) {
            problems.warn(
                "merged",
                format!("\"{name}\" has no states"),
                "its condition is never true",
            );
        }
    }
    Some(Some(entries))
}

fn preference(
    case: &Case,
    game: &Game,
    issues: &[Issue],
    states: &States,
    party: PartyId,
    limits: Limits,
    problems: &mut Problems,
) -> Option<Preference> {
    let direct = case
        .rankings
        .preferences
        .iter()
        .find(|(of, _)| *of == party)
        .map(|(_, direct)| direct);
    let name = &case.parties[party.index()].id;
    match direct {
        None => {
            let worths: Vec<i128> = states
                .iter()
                .map(|state| worth(game, party, states.vector(state)))
                .collect();
            warn_of_uneven(game, party, name, states, problems);
            Some(Preference::Ranked(Ranking::by_worth(&worths)))
        }
        Some(DirectPreference::Ranking(conditions)) => {
            let steps: Vec<Statement> = conditions
                .iter()
                .map(|target| Statement::of_condition(&target.condition, issues))
                .collect();
            let place = |state: StateId| {
                let vector = states.vector(state);
                let first = steps.iter().position(|statement| statement.holds(vector));
                std::cmp::Reverse(first.unwrap_or(steps.len()))
            };
            let worths: Vec<_> = states.iter().map(place).collect();
            Some(Preference::Ranked(Ranking::by_worth(&worths)))
        }
        Some(DirectPreference::Priorities(given)) => {
            let priorities: Vec<Priority> = given
                .iter()
                .map(|(target, strong, unknown)| Priority {
                    statement: Statement::of_condition(&target.condition, issues),
                    text: target.text.clone(),
                    strong: *strong,
                    unknown: *unknown,
                })
                .collect();
            let found = prioritised(states, &priorities, limits.related_states);
            if found.is_none() {
                let reason = "too many states for strong or unknown priorities";
                problems.error(format!("preferences.{name}"), reason, "rule out or merge states");
            }
            found
        }
        Some(DirectPreference::Weights(given)) => {
            let mut weights: Vec<Vec<Exact>> = issues
                .iter()
                .map(|issue| vec![Exact::ZERO; issue.levels.len()])
                .collect();
            for (issue, level, weight) in given {
                weights[issue.index()][level.index()] = weight.clone();
            }
            Some(Preference::Ranked(weighted(states, &weights)))
        }
    }
}

/// The worth of a vector for a party, over a denominator that is the party's own.
fn worth(game: &Game, party: PartyId, vector: &[u8]) -> i128 {
    let state = game.state_with(|issue| Level::at(usize::from(vector[issue.index()])));
    state.map_or(0, |state| game.flow_numerators(party)[state.index()])
}

fn warn_of_uneven(game: &Game, party: PartyId, name: &str, states: &States, problems: &mut Problems) {
    if !states.any_merged() {
        return;
    }
    for state in states.iter() {
        let first = worth(game, party, states.vector(state));
        if states
            .members(state)
            .iter()
            .any(|vector| worth(game, party, vector) != first)
        {
            let id = states.id(state);
            let reason = format!("the merged state {id} is worth different amounts to {name}");
            problems.warn(
                "merged",
                reason,
                "its first combination of levels counts; rank it directly instead",
            );
        }
    }
}

fn warn_of_what_is_left_out(case: &Case, problems: &mut Problems) {
    let left_out = [
        ("one-off costs", case.costs.is_empty()),
        ("endings", case.endings.is_empty()),
        ("chances", case.chances.is_empty()),
    ];
    let named: Vec<&str> = left_out
        .iter()
        .filter(|(_, empty)| !empty)
        .map(|(name, _)| *name)
        .collect();
    if !named.is_empty() {
        let reason = format!("{} play no part in rankings", named.join(", "));
        problems.warn("the case", reason, "`detente solve` takes them into account");
    }
}

/// The moves of the game, one period each.
fn arcs(game: &Game, states: &States, parties: usize) -> Vec<Arcs> {
    let issues = states.vector(StateId::at(0)).len();
    let of_party = |party: PartyId| {
        let mut arcs = Vec::new();
        for from in states.iter() {
            for member in states.members(from) {
                let Some(at) = game.state_with(|issue| Level::at(usize::from(member[issue.index()]))) else {
                    continue;
                };
                for position in game.own_moves(at, party) {
                    let reached = game.with_position(at, party, *position);
                    let vector: Vec<u8> = IssueId::first(issues)
                        .map(|issue| game.level(reached, issue).index() as u8)
                        .collect();
                    arcs.extend(states.find(&vector).map(|to| (from, to)));
                }
            }
        }
        Arcs::collect(states.count(), arcs)
    };
    PartyId::first(parties).map(of_party).collect()
}
