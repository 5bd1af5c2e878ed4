//! What numbers say of staying in each state for ever: found in doubles, then put to the exact checker.
//!
//! A state that the answers keep is *kept*; a deal from today that settles there is sealed as a proof and confirmed
//! (`detente_proof::automaton`). A state that the bounds exclude is *left*; "one of these states" is put as a
//! question, as many states as a condition holds, and the chain of bounds is confirmed
//! (`detente_proof::bounds`). What the checker was not asked, or did not confirm, stays a computation.

use detente_base::ids::StateId;
use detente_case::condition::LONGEST_CONDITION;
use detente_case::{Case, MOST_PARTIES};
use detente_game::Game;

use super::compare::{ByNumbers, CompareLimits, Row, Sides};
use detente_base::watch::Watch;
use detente_verdict::bounds::{self, Reach};
use detente_verdict::deals::{self, Criterion, Family};
use detente_verdict::verdict::{self, Question, Verdict};

/// Says of each state what numbers say, and whether a limit cut that short.
pub(super) fn by_numbers(
    sides: &Sides<'_>,
    family: &Family,
    limits: CompareLimits,
    watch: &dyn Watch,
    rows: &mut [Row],
) -> bool {
    let arena = &sides.ground.arena;
    let only_settlements = deals::Limits {
        steps: 0,
        settlements: 0,
        ..sides.limits.deals
    };
    let search = deals::Search {
        arena,
        family,
        wanted: &vec![true; arena.states],
        criterion: Criterion::default(),
        no_deal: &[0.0; MOST_PARTIES],
        limits: &only_settlements,
        watch,
    };
    let found = search.forward();
    let bounds = sides
        .ground
        .bounds(sides.limits, Reach::Everything, watch, &|_| false);
    let open = bounds::settlements(arena, bounds.last()).open;
    let mut cut_short = false;
    let mut asked = 0;
    for row in rows.iter_mut() {
        let at = row.at.index();
        row.numbers = if arena.game.has_chances() && !arena.rests(at) {
            ByNumbers::Moved
        } else if found.settlements.contains(&(at as u32)) {
            let may_ask = asked < limits.deals && !watch.should_stop();
            asked += 1;
            cut_short |= !may_ask;
            let path = may_ask.then(|| deal_to(sides, row.at, watch)).flatten();
            path.map_or(ByNumbers::Kept, ByNumbers::Reached)
        } else if open[at] {
            ByNumbers::Open
        } else {
            ByNumbers::Left
        };
    }
    cut_short | prove_left(sides, limits, watch, rows)
}

/// A condition that only this state satisfies.
fn only(case: &Case, game: &Game, state: StateId) -> String {
    let part = |issue| {
        let level = game.level(state, issue).index();
        format!("{} = {}", case.issue(issue).id, case.issue(issue).levels[level])
    };
    case.issue_ids().map(part).collect::<Vec<_>>().join(" and ")
}

/// The way of a proved deal from today that settles in the state.
fn deal_to(sides: &Sides<'_>, state: StateId, watch: &dyn Watch) -> Option<Vec<StateId>> {
    let case = sides.subject.case;
    let target = case.target(&only(case, sides.ground.arena.game, state)).ok()?;
    let question = Question {
        target,
        criterion: Criterion::default(),
    };
    // Only the search for a deal is asked: the bounds have been computed already.
    let mut limits = *sides.limits;
    limits.bounds.stages = 0;
    let answer = verdict::answer(
        sides.subject,
        sides.world,
        sides.ground,
        &question,
        &limits,
        watch,
    );
    match answer.verdict {
        Verdict::Possible { deal, .. } => Some(deal.path),
        _ => None,
    }
}

/// Asks the exact checker to confirm what the bounds exclude, many states a question; says whether some were
/// not asked about.
fn prove_left(sides: &Sides<'_>, limits: CompareLimits, watch: &dyn Watch, rows: &mut [Row]) -> bool {
    let (case, game) = (sides.subject.case, sides.ground.arena.game);
    let longest = LONGEST_CONDITION - 200;
    let mut questions: Vec<(String, Vec<usize>)> = Vec::new();
    for (place, row) in rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.numbers == ByNumbers::Left)
    {
        let one = format!("({})", only(case, game, row.at));
        match questions.last_mut() {
            Some((text, places)) if text.len() + one.len() + 4 <= longest => {
                text.push_str(" or ");
                text.push_str(&one);
                places.push(place);
            }
            _ => questions.push((one, vec![place])),
        }
    }
    let mut unasked = questions.len() > limits.deals;
    for (text, places) in questions.into_iter().take(limits.deals) {
        if watch.should_stop() {
            unasked = true;
            break;
        }
        let Ok(target) = case.target(&text) else { continue };
        let question = Question {
            target,
            criterion: Criterion::default(),
        };
        let answer = verdict::answer(
            sides.subject,
            sides.world,
            sides.ground,
            &question,
            sides.limits,
            watch,
        );
        if matches!(answer.verdict, Verdict::Impossible { .. }) {
            places
                .into_iter()
                .for_each(|place| rows[place].numbers = ByNumbers::Excluded);
        }
    }
    unasked
}
