//! A player who throws dice: what a best response gives, averaged over many plays, is the value that was worked out.
//!
//! The player knows the terms of the offer and the rules of the game, draws every notice, false alarm, chance and ending one
//! by one, and asks the test only what the type does at a point.

mod cases;

use cases::{Shape, case};
use detente_base::ids::{IssueId, PartyId};
use detente_base::number::to_float;
use detente_case::{World, check};
use detente_offer::exact::Payoffs;
use detente_offer::offer::Offer;
use detente_offer::play::Play;
use detente_offer::problem::{Doing, Node, Problem, follow};
use detente_offer::respond::{Allowed, Response, respond};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What one play gives; it stops when what is left weighs less than a millionth.
fn play_once(
    play: &Play,
    offer: &Offer,
    problem: &Problem,
    response: &Response,
    kind: usize,
    draw: &mut ChaCha8Rng,
) -> f64 {
    let (game, party) = (play.game(), problem.party);
    let discount = to_float(play.discount(party, kind));
    let (mut state, mut date, mut pardons) = (game.today(), 0u32, offer.pardons);
    let mut back: Option<Vec<Vec<detente_base::ids::Level>>> = None;
    let mut made: Vec<Vec<bool>> = vec![Vec::new(); offer.terms.len()];
    let (mut sum, mut weight) = (0.0, 1.0);
    let own: Vec<IssueId> = game.issues_of(party).collect();
    while weight > 1e-6 {
        let mut chance = || draw.random_range(0.0..1.0f64);
        let node = match &back {
            Some(schedule) => Node::Back(schedule.clone()),
            None => Node::Date(date, pardons),
        };
        let mut notices = 0u64;
        if back.is_none() {
            let mut at = 0;
            for issue in &own {
                let length = offer.terms[issue.index()].lag as usize - 1;
                let queue = &made[issue.index()];
                for age in 0..length {
                    let was = queue.len().checked_sub(age + 1).is_some_and(|place| queue[place]);
                    notices |= u64::from(was) << (at + age);
                }
                at += if offer.bound[party.index()] { length } else { 0 };
            }
        }
        let place = problem
            .place_of(state, &node, notices)
            .expect("a point of the problem");
        let choice = problem.choice(response.policy[place] as usize);
        let snap = |date: Option<usize>, throw: f64| {
            let mut left = throw;
            let ways = offer.snapbacks(date, |issue| game.owner(issue) != Some(party));
            let last = ways.last().map(|way| way.1.clone());
            for (share, schedule) in ways {
                left -= to_float(&share);
                if left < 0.0 {
                    return Some(schedule);
                }
            }
            last
        };
        if choice.doing == Doing::Leave {
            back = snap(Some(date as usize - 1), chance());
            continue;
        }
        let aims = match &back {
            Some(schedule) => schedule[0].clone(),
            None => offer.reached(Some(date as usize)).to_vec(),
        };
        let (mut target, mut asked) = (state, state);
        for other in game.parties() {
            let position = follow(play, state, &aims, other);
            asked = game.with_position(asked, other, position);
            let position = if other == party { choice.position } else { position };
            target = game.with_position(target, other, position);
        }
        let mut reached = target;
        // One chance in these cases: the first issue of the second party slips from its second level.
        if game.has_chances() && game.level(target, slip(play)).index() == 1 && chance() < 0.1 {
            reached = game
                .state_with(|issue| match issue == slip(play) {
                    true => detente_base::ids::Level::at(0),
                    false => game.level(target, issue),
                })
                .unwrap();
        }
        let flow = to_float(&play.flow(party, kind, reached)) - to_float(&game.cost(party, state, target));
        sum += weight * (1.0 - discount) * flow;
        let endings = game.endings(reached);
        let hazard = to_float(&endings.hazard);
        if hazard > 0.0 && chance() < hazard {
            return sum + weight * discount * to_float(&endings.worth[party.index()]) / hazard;
        }
        weight *= discount;
        let mut alarm = false;
        if back.is_none() {
            for issue in IssueId::first(offer.terms.len()) {
                let terms = &offer.terms[issue.index()];
                let mine = game.owner(issue) == Some(party);
                let level = game.level(target, issue);
                let elsewhere = mine && level != game.level(asked, issue);
                let there = |other: IssueId| {
                    if other == issue {
                        level
                    } else {
                        game.level(asked, other)
                    }
                };
                let breach = elsewhere
                    && offer.bound[party.index()]
                    && !play.is_welcome(party, asked, game.state_with(there).unwrap());
                made[issue.index()].push(breach);
                let queue = &made[issue.index()];
                let due = queue.len().checked_sub(terms.lag as usize);
                alarm |= due.is_some_and(|place| queue[place]) && chance() < to_float(&terms.noticed);
                let owner = game.owner(issue).map_or(0, PartyId::index);
                let kept = offer.bound[owner] && !breach && offer.is_watched(date as usize, issue);
                alarm |= kept && chance() < to_float(&terms.false_alarm);
            }
        }
        match (&mut back, alarm) {
            (Some(schedule), _) if schedule.len() > 1 => {
                schedule.remove(0);
            }
            (Some(_), _) => {}
            (None, true) if pardons == 0 => back = snap(Some(date as usize), chance()),
            (None, alarm) => {
                pardons -= u32::from(alarm);
                date = (date + 1).min(offer.asked.len() as u32);
            }
        }
        state = reached;
    }
    sum
}

fn slip(play: &Play) -> IssueId {
    let found = play.case.issues.iter().position(|issue| issue.id == "i10");
    IssueId::at(found.unwrap())
}

#[test]
fn many_plays_give_what_was_worked_out() {
    const PLAYS: u32 = 4_000;
    let mut departed = 0;
    for seed in 0..24u64 {
        let shape = Shape {
            levels: [&[2, 2], &[3, 2]],
            imperfect: true,
            chance: seed.is_multiple_of(2),
            types: 2,
            last: 2,
        };
        let text = case(3_000 + seed, shape);
        let case = check(&text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
        let play = Play::of_case(&case, &World::default()).unwrap();
        let offer = Offer::of_deal(&play.case, &case.deals[0]).unwrap();
        for party in play.game().parties() {
            let problem = Problem::of_offer(&play, &offer, party).unwrap();
            let payoffs = Payoffs::of_type(&play, &problem, 0);
            let response = respond(&problem, &payoffs, Allowed::All).unwrap();
            departed += u32::from(response.first_breach(&problem).is_some());
            let mut draw = ChaCha8Rng::seed_from_u64(seed);
            let (mut sum, mut squares) = (0.0, 0.0);
            for _ in 0..PLAYS {
                let value = play_once(&play, &offer, &problem, &response, 0, &mut draw);
                sum += value;
                squares += value * value;
            }
            let plays = f64::from(PLAYS);
            let mean = sum / plays;
            let error = ((squares / plays - mean * mean).max(0.0) / plays).sqrt();
            let exact = to_float(&response.value);
            assert!(
                (mean - exact).abs() < 5.0 * error + 1e-4,
                "seed {seed}, party {party:?}: {mean} ± {error} for {exact}\n{text}"
            );
        }
    }
    assert!(departed > 10, "only {departed} departed");
}
