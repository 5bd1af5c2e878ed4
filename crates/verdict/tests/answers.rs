//! Answers to breaches on small random games: every node holds, the first round finds at least what listing all joint
//! moves finds, and nothing is harsher than the bounds from outside allow.

use detente_base::ids::{PartyId, StateId};
use detente_base::watch::Unwatched;
use detente_case::{MOST_PARTIES, World, check};
use detente_game::Game;
use detente_verdict::arena::Arena;
use detente_verdict::bounds;
use detente_verdict::deals::{Criterion, Extent, Family, Found, Limits, Search, worsen};
use detente_verdict::fallback;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Two or three parties with one issue each and a worth for every state; half of them with costs, endings and a need.
fn random_case(random: &mut impl Rng) -> String {
    let parties = random.random_range(2..4usize);
    let levels: Vec<usize> = (0..parties).map(|_| random.random_range(2..4usize)).collect();
    let rich = random.random_bool(0.5);
    let mut text = String::from("[case]\ntitle = \"small\"\nperiod = \"a period\"\n");
    for (party, levels) in levels.iter().enumerate() {
        let discount = ["1/3", "1/2", "2/3", "4/5"][random.random_range(0..4usize)];
        let moves = ["free", "step", "forward", "free"][random.random_range(0..4usize)];
        let names: Vec<String> = (0..*levels).map(|level| format!("\"l{level}\"")).collect();
        text += &format!(
            "[parties.p{party}]\nname = \"Party {party}\"\ndiscount = \"{discount}\"\n[issues.i{party}]\nparty = \"p{party}\"\n\
             name = \"Issue {party}\"\nlevels = [{}]\ntoday = \"l0\"\nmoves = \"{moves}\"\n",
            names.join(", ")
        );
        if rich && party == 0 {
            text += &format!("needs = {{ l{} = \"i1 > l0\" }}\n", levels - 1);
        }
    }
    let states: usize = levels.iter().product();
    for party in 0..parties {
        for state in 0..states {
            let mut rest = state;
            let digit = |(issue, levels): (usize, &usize)| {
                let level = rest % levels;
                rest /= levels;
                format!("i{issue} = l{level}")
            };
            let when: Vec<String> = levels.iter().enumerate().map(digit).collect();
            let worth = random.random_range(-4..=4);
            text += &format!(
                "[[values]]\nparty = \"p{party}\"\nwhen = \"{}\"\nworth = {worth}\n",
                when.join(" and ")
            );
        }
    }
    if rich {
        text += "[[costs]]\nparty = \"p0\"\nissue = \"i1\"\ndirection = \"up\"\ncost = 1\n\
                 [[endings]]\nname = \"end\"\nwhen = \"i0 = l1\"\nchance = \"1/4\"\nworth = { p0 = -2, p1 = 1 }\n";
    }
    text
}

/// For every party and state, the least that an enforceable joint move and a node of the family brings the party,
/// by listing all of them.
fn listed(arena: &Arena<'_>, family: &Family) -> Vec<Vec<f64>> {
    let game = arena.game;
    let sure = |party: PartyId, state: StateId, target: StateId| {
        let own = game.own_moves(state, party).iter();
        let worth = |position: &_| {
            let departed = game.with_position(target, party, *position).index();
            let follows = family.worths(family.answer[party.index()][departed] as usize);
            family.worth_of_step(arena, state.index(), departed, &follows)[party.index()]
        };
        own.map(worth).fold(f64::NEG_INFINITY, f64::max)
    };
    let mut least = vec![vec![f64::INFINITY; arena.states]; arena.parties];
    let nodes: Vec<usize> = (0..family.state.len()).collect();
    for state in game.state_ids() {
        arena.for_each_joint_move(state.index(), &mut |target, _| {
            for node in nodes
                .iter()
                .filter(|node| family.state[**node] as usize == target)
            {
                let worth = family.worth_of_step(arena, state.index(), target, &family.worths(*node));
                let goes_along =
                    |party: PartyId| worth[party.index()] >= sure(party, state, StateId::at(target)) - 1e-10;
                if game.parties().all(goes_along) {
                    for party in 0..arena.parties {
                        least[party][state.index()] = least[party][state.index()].min(worth[party]);
                    }
                }
            }
        });
    }
    least
}

#[test]
fn answers_hold_and_lie_between_what_listing_finds_and_what_bounds_allow() {
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let (mut without, mut harsher) = (0, 0);
    for number in 0..250 {
        let text = random_case(&mut random);
        let case = check(&text).expect("well written");
        let game = Game::of_case(&case, &World::default()).expect("a game");
        let arena = Arena::new(&game);
        let Some(kept) = fallback::find(&arena, 400, u64::MAX, &Unwatched) else {
            without += 1;
            continue;
        };
        let plain = kept.family;
        assert!(
            plain.holds(&arena),
            "game {number}: what is played without a deal"
        );
        let by_listing = listed(&arena, &plain);
        let mut once = plain.clone();
        worsen(&arena, &mut once, 1, u64::MAX, &Unwatched);
        let mut family = plain.clone();
        worsen(&arena, &mut family, 30, u64::MAX, &Unwatched);
        assert!(
            once.holds(&arena) && family.holds(&arena),
            "game {number}: harsher answers"
        );
        let limits = bounds::Limits {
            joint_moves: 0,
            ..bounds::Limits::default()
        };
        let found = bounds::compute(&arena, &limits, &Unwatched, &|_| false);
        let low = found.last();
        for party in 0..arena.parties {
            let lows = low.low_of(party);
            let (first, last) = (once.answer_values(party), family.answer_values(party));
            for state in 0..arena.states {
                assert!(
                    first[state] <= by_listing[party][state] + 1e-5,
                    "game {number}, party {party}, state {state}: {} but listing finds {}",
                    first[state],
                    by_listing[party][state]
                );
                assert!(
                    last[state] >= lows[state] - 1e-6,
                    "game {number}, party {party}, state {state}: {} below the bound {}",
                    last[state],
                    lows[state]
                );
                harsher += u32::from(last[state] < plain.answer_values(party)[state] - 1e-6);
            }
        }
    }
    assert!(
        without < 60,
        "{without} of 250 games have nothing to fall back on"
    );
    assert!(harsher > 100, "only {harsher} answers got harsher");
}

/// With room for every label, a search back from the settlements finds a deal wherever one over all paths does.
#[test]
fn searching_back_finds_what_all_paths_find() {
    let mut random = ChaCha8Rng::seed_from_u64(21);
    let (mut with, mut without, mut onward) = (0, 0, 0);
    for number in 0..250 {
        let case = check(&random_case(&mut random)).expect("well written");
        let game = Game::of_case(&case, &World::default()).expect("a game");
        let arena = Arena::new(&game);
        let Some(fallback::Kept { mut family, .. }) = fallback::find(&arena, 400, u64::MAX, &Unwatched)
        else {
            continue;
        };
        worsen(&arena, &mut family, 5, u64::MAX, &Unwatched);
        // Any states but today's: so that a deal needs a step.
        let wanted: Vec<bool> = game.state_ids().map(|state| state != game.today()).collect();
        let limits = Limits {
            labels: 255,
            labels_back: 255,
            ..Limits::default()
        };
        let search = Search {
            arena: &arena,
            family: &family,
            wanted: &wanted,
            criterion: Criterion::Nash,
            no_deal: &[0.0; MOST_PARTIES],
            limits: &limits,
            watch: &Unwatched,
        };
        let (all, back) = (search.over(Extent::AllPaths), search.over(Extent::BackwardPaths));
        let deals = |found: &Found| found.deals.iter().filter(|deal| deal.path.len() > 1).count();
        assert_eq!(
            deals(&all) > 0,
            deals(&back) > 0,
            "game {number}: {all:?} against {back:?}"
        );
        let shortest = |found: &Found| found.deals.iter().map(|deal| deal.path.len()).min();
        assert!(
            shortest(&back) <= shortest(&all) || deals(&all) == 0,
            "game {number}"
        );
        for deal in search.over(Extent::OnwardPaths).deals {
            let states = deal.path.iter().map(|state| StateId::at(*state as usize));
            let states: Vec<StateId> = states.collect();
            let step_is_a_move = |step: &[StateId]| game.can_move(step[0], step[1]);
            assert!(states.windows(2).all(step_is_a_move), "game {number}: {deal:?}");
            assert!(deals(&all) > 0 || deal.path.len() == 1, "game {number}: {deal:?}");
            onward += usize::from(deal.path.len() > 1);
        }
        if deals(&back) > 0 { with += 1 } else { without += 1 }
    }
    assert!(with > 15 && without > 15, "{with} with a deal, {without} without");
    assert!(onward > 15, "{onward} deals on onward paths");
}

/// Where China does not enforce, no move at all is a best reply for everybody in some states (decision 0006).
#[test]
fn the_korean_case_without_enforcement_has_something_to_fall_back_on() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/korea-2020/case.toml");
    let case = check(&std::fs::read_to_string(path).expect("the case is there")).expect("well written");
    let most_looks = detente_verdict::verdict::Limits::default().fallback_looks;
    for variant in ["no-china", "no-enforcement"] {
        let world = World::default().with_variant(variant);
        let game = Game::of_case(&case, &world).expect("a game");
        let arena = Arena::new(&game);
        let fallback::Kept { fallback, family } =
            fallback::find(&arena, 400, most_looks, &Unwatched).expect(variant);
        let wider = |phase: &fallback::Phase| phase.policy.settles.contains(&true);
        assert!(
            fallback.phases.len() > 1 || fallback.phases.iter().any(wider),
            "{variant}"
        );
        assert!(family.holds(&arena), "{variant}");
    }
}
