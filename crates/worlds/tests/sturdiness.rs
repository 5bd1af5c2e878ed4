//! Worked figures of sturdiness, from `tests/expected/sturdiness.json`, which names their source; and on all bundled games
//! that solve quickly, that the radius and every flip are confirmed on both sides by the checker's own reading.

use detente_base::number::{Exact, format_exact, parse_exact, to_float};
use detente_base::watch::Unwatched;
use detente_case::{Case, World, check_game};
use detente_game::Game;
use detente_proof::{Body, Proof, verify_in};
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{self, Limits, Question, Subject, Verdict};
use detente_worlds::flips::flips;
use detente_worlds::forms::Forms;
use detente_worlds::ranges::Ranges;
use detente_worlds::sturdiness::{PartySturdiness, Radius, Sturdiness, sturdiness};
use detente_worlds::testing::Known;

struct Solved {
    case: Case,
    world: World,
    game: Game,
    proof: Proof,
    known: Known,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The deal of a case by a criterion; `None` where none is found.
fn solved(text: &str, world: &World) -> Option<Solved> {
    let written = check_game(text).unwrap();
    let case = written.in_world(world).unwrap();
    let question = Question {
        target: case.target.clone().unwrap(),
        criterion: Criterion::Nash,
    };
    let subject = Subject { text, case: &written };
    let answer = verdict::solve(subject, world, &question, &Limits::default(), &Unwatched).unwrap();
    let Verdict::Possible { proof, .. } = answer.verdict else {
        return None;
    };
    let game = Game::of_case(&written, world).unwrap();
    let known = Known::new(&case, world, &game, &proof).unwrap();
    Some(Solved {
        case,
        world: world.clone(),
        game,
        proof: *proof,
        known,
    })
}

impl Solved {
    fn of(name: &str) -> Option<Self> {
        solved(&read(&format!("../../cases/{name}.toml")), &World::default())
    }

    fn sturdiness(&self, ranges: Ranges) -> Sturdiness {
        sturdiness(self.known.forms(), &self.game, &self.case, ranges).unwrap()
    }

    /// A world in which the binding judgements of a radius are moved by so many times as far.
    fn moved(&self, radius: &Radius, times: &Exact) -> World {
        let mut world = self.world.clone();
        for binding in &radius.binding {
            let likely = self.case.value(binding.judgement);
            let value = short(&(likely + (&binding.at - likely) * times), likely);
            world = world.with_judgement(&self.case, binding.judgement, &value);
        }
        world
    }

    fn holds(&self, world: &World) -> bool {
        let found = verify_in(&self.proof, world).is_ok();
        let there = self.case.in_world(world).unwrap();
        assert_eq!(
            self.known.holds(&there, world),
            found,
            "the forms and the checker disagree"
        );
        found
    }
}

/// A number to nine places, rounded towards another: worlds are written with few digits.
fn short(value: &Exact, towards: &Exact) -> Exact {
    let billion = Exact::from(1_000_000_000);
    let scaled = value * &billion;
    let whole = if towards < value {
        scaled.floor()
    } else {
        scaled.ceil()
    };
    Exact::from(whole) / billion
}

fn agrees(found: f64, written: &str) -> bool {
    let digits = written.split_once('.').map_or(0, |(_, digits)| digits.len());
    let expected: f64 = written.parse().unwrap();
    (found - expected).abs() <= 0.5 * 10f64.powi(-(digits as i32)) + 1e-9
}

#[test]
fn worked_figures_come_out() {
    let expected: serde_json::Value = serde_json::from_str(&read("tests/expected/sturdiness.json")).unwrap();
    let mut compared = 0;
    for one in expected["cases"].as_array().unwrap() {
        let name = one["case"].as_str().unwrap();
        let solved = Solved::of(&format!("{name}/case")).unwrap();
        let ranges = match one["ranges"].as_str().unwrap() {
            "own-size" => Ranges::OwnSize,
            _ => Ranges::Stated,
        };
        let found = solved.sturdiness(ranges);
        for (id, figures) in one["parties"].as_object().unwrap() {
            let of = |party: &&PartySturdiness| &solved.case.party(party.party).id == id;
            let party = found.parties.iter().find(of).unwrap();
            for (figure, written) in figures.as_object().unwrap() {
                let share = |radius: &Option<Radius>| radius.as_ref().map(|radius| radius.share.clone());
                let value = match figure.as_str() {
                    "least_slack" => party.least_slack.clone(),
                    "on_path" => share(&party.on_path),
                    _ => share(&party.overall),
                };
                let value = to_float(&value.unwrap());
                assert!(
                    agrees(value, written.as_str().unwrap()),
                    "{name} {id} {figure}: {value}"
                );
                compared += 1;
            }
        }
        if ranges == Ranges::Stated {
            both_sides(name, &solved, &found);
        }
    }
    assert_eq!(compared, 17);
}

/// At the radius the deal still holds, just beyond it does not: asked of the checker's own reading.
fn both_sides(name: &str, solved: &Solved, found: &Sturdiness) {
    let Some(radius) = &found.overall else { return };
    assert!(
        solved.holds(&solved.moved(radius, &Exact::ONE)),
        "{name}: at the radius"
    );
    if radius.share > Exact::ZERO {
        let beyond = parse_exact("1.001").unwrap();
        assert!(
            !solved.holds(&solved.moved(radius, &beyond)),
            "{name}: beyond the radius"
        );
    }
}

#[test]
fn radius_and_flips_are_confirmed_on_both_sides() {
    let cases = [
        "korea-toy/case",
        "ceasefire/case",
        "river/case",
        "tariff-truce/case",
        "faults/undecided-carrot-stick",
        "faults/undecided-chance-settlement",
        "faults/undecided-irreversible",
        "faults/chance-nature",
        "faults/worlds",
        "faults/why-misses",
    ];
    let (mut confirmed, mut deals) = (0, 0);
    for name in cases {
        let Some(solved) = Solved::of(name) else { continue };
        deals += 1;
        for ranges in [Ranges::Stated, Ranges::OwnSize] {
            let found = solved.sturdiness(ranges);
            both_sides(name, &solved, &found);
            let Ok(list) = flips(solved.known.forms(), &solved.game, &solved.case, ranges) else {
                panic!("{name}: no flips");
            };
            for flip in list {
                let likely = solved.case.value(flip.judgement);
                let at = short(&flip.holds_up_to, likely);
                let at = solved.world.with_judgement(&solved.case, flip.judgement, &at);
                let beyond = &flip.holds_up_to + (&flip.holds_up_to - likely) / Exact::from(1000);
                let step = parse_exact("0.000001").unwrap();
                let beyond = short(
                    &if flip.upwards {
                        beyond + step
                    } else {
                        beyond - step
                    },
                    likely,
                );
                let beyond = solved.world.with_judgement(&solved.case, flip.judgement, &beyond);
                let key = &solved.case.judgement(flip.judgement).key;
                assert!(
                    solved.holds(&at),
                    "{name} {key} at {}",
                    format_exact(&flip.holds_up_to)
                );
                assert!(
                    !solved.holds(&beyond),
                    "{name} {key} beyond {}",
                    format_exact(&flip.holds_up_to)
                );
                confirmed += 1;
            }
        }
    }
    assert!(deals >= 5 && confirmed > 30, "{deals} deals, {confirmed} flips");
}

#[test]
fn a_plan_that_does_not_fit_is_refused() {
    let solved = Solved::of("korea-toy/case").unwrap();
    let Body::Automaton(automaton) = &solved.proof.body else {
        unreachable!("a possible verdict has an automaton")
    };
    let mut changed = automaton.clone();
    changed.next[0] = 10_000;
    let refused = Forms::of(&solved.case, &solved.world, &solved.game, &changed);
    assert_eq!(refused.unwrap_err(), "the plan does not fit the game");
}
