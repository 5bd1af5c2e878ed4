//! Explored worlds: known deals against solving each world, blocks against one another, and what is refused.

use std::collections::BTreeMap;

use detente_base::number::{Exact, to_float};
use detente_base::watch::Unwatched;
use detente_case::{Case, World, check_game};
use detente_proof::verify_in;
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{self, Limits, Question, Subject, Verdict};
use detente_worlds::explore::{BLOCK, By, Explorer, Outcome, Request, Row, entering, profiles};
use detente_worlds::record::{BlockFile, FORMAT, Input};
use detente_worlds::sample::{Distribution, Sampler};
use detente_worlds::summary::summary;

fn read(name: &str) -> (String, Case) {
    let path = format!("{}/../../cases/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let case = check_game(&text).unwrap();
    (text, case)
}

struct Asked {
    text: String,
    case: Case,
    question: Question,
    limits: Limits,
}

impl Asked {
    fn of(name: &str) -> Self {
        let (text, case) = read(name);
        Self {
            question: Question {
                target: case.target.clone().unwrap(),
                criterion: Criterion::Nash,
            },
            text,
            case,
            limits: Limits::default(),
        }
    }

    fn request(&self, worlds: u64, solves: u64) -> Request<'_> {
        Request {
            subject: Subject {
                text: &self.text,
                case: &self.case,
            },
            question: &self.question,
            fully: &self.limits,
            limits: &self.limits,
            worlds,
            seed: 7,
            distribution: Distribution::Uniform,
            solves,
        }
    }
}

/// The share of worlds by known deals is that by solving each, but for worlds that solving leaves undecided.
#[test]
fn known_deals_decide_as_solving_does() {
    let mut possible = 0;
    for name in ["ceasefire/case", "river/case"] {
        let asked = Asked::of(name);
        let request = asked.request(24, BLOCK);
        let explorer = Explorer::new(&request, World::default(), &Unwatched).unwrap();
        let block = explorer.block(&request, 0, &Unwatched, &|| ()).unwrap();
        assert_eq!(block.rows.len(), 24);
        for row in &block.rows {
            let world = explorer.sampler().draw(row.world).world;
            for (known, holds) in explorer.likely().iter().zip(&row.likely_hold) {
                assert_eq!(
                    verify_in(known.proof(), &world).is_ok(),
                    *holds,
                    "{name} world {}",
                    row.world
                );
            }
            let subject = request.subject;
            let answer = verdict::solve(subject, &world, &asked.question, &asked.limits, &Unwatched).unwrap();
            match answer.verdict {
                Verdict::Possible { .. } => {
                    assert_eq!(row.outcome, Outcome::Possible, "{name} world {}", row.world);
                    possible += 1;
                }
                Verdict::Impossible { .. } => {
                    assert_ne!(row.outcome, Outcome::Possible, "{name} world {}", row.world)
                }
                Verdict::Undecided { .. } => {}
            }
        }
    }
    assert!(possible > 24, "{possible}");
}

#[test]
fn a_world_depends_on_seed_and_number_alone() {
    let (_, case) = read("ceasefire/case");
    let base = World::default();
    let judgements = entering(&case, &base);
    let sampler = |seed| Sampler::new(&case, &base, &judgements, seed, Distribution::Triangular).unwrap();
    let (one, again, other) = (sampler(1), sampler(1), sampler(2));
    let late = one.draw(999).values;
    assert_eq!(late, again.draw(999).values);
    assert_ne!(late, other.draw(999).values);
    assert_ne!(late, one.draw(998).values);
    for (id, value) in one.judgements().zip(&late) {
        assert!(case.judgement(id).in_range(value));
    }
}

/// The mean of a triangle is the mean of its corners, that of a uniform the middle.
#[test]
fn values_lie_as_their_distribution_says() {
    let (_, case) = read("ceasefire/case");
    let base = World::default();
    let judgements = entering(&case, &base);
    for shape in [Distribution::Triangular, Distribution::Uniform] {
        let sampler = Sampler::new(&case, &base, &judgements, 3, shape).unwrap();
        let draws: Vec<Vec<Exact>> = (0..2_000).map(|number| sampler.draw(number).values).collect();
        for (place, id) in sampler.judgements().enumerate() {
            let judgement = case.judgement(id);
            let likely = to_float(&judgement.likely);
            let low = judgement.low.as_ref().map_or(likely, to_float);
            let high = judgement.high.as_ref().map_or(likely, to_float);
            let expected = match shape {
                Distribution::Triangular => (low + likely + high) / 3.0,
                Distribution::Uniform => (low + high) / 2.0,
            };
            let mean = draws.iter().map(|values| to_float(&values[place])).sum::<f64>() / 2_000.0;
            // Four standard errors of the wider of the two.
            assert!(
                (mean - expected).abs() < 4.0 * 0.29 * (high - low) / 2_000f64.sqrt(),
                "{}",
                judgement.key
            );
        }
    }
}

#[test]
fn worlds_that_do_not_differ_are_refused() {
    let (text, case) = read("korea-toy/case");
    let asked = Asked {
        question: Question {
            target: case.target.clone().unwrap(),
            criterion: Criterion::Nash,
        },
        text,
        case,
        limits: Limits::default(),
    };
    let refused = Explorer::new(&asked.request(10, 1), World::default(), &Unwatched).unwrap_err();
    assert!(refused.contains("all worlds would be the same"), "{refused}");
}

#[test]
fn a_limit_on_solving_is_counted_not_hidden() {
    let asked = Asked::of("tariff-truce/case");
    let request = asked.request(24, 0);
    let explorer = Explorer::new(&request, World::default(), &Unwatched).unwrap();
    let block = explorer.block(&request, 0, &Unwatched, &|| ()).unwrap();
    assert!(
        block
            .rows
            .iter()
            .all(|row| matches!(row.by, By::Likely | By::NotSolved))
    );
    let found = summary(&explorer, &BTreeMap::new(), &block.rows);
    assert_eq!(found.not_solved, found.undecided);
    assert_eq!(found.possible + found.undecided, 24);
    // The order in which worlds are handed over changes nothing.
    let mut backwards = block.rows.clone();
    backwards.reverse();
    assert_eq!(summary(&explorer, &BTreeMap::new(), &backwards), found);
}

#[test]
fn every_profile_of_types_is_listed() {
    let (_, case) = read("korea-2020/case");
    let all = profiles(&case, &World::default());
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["dprk"], "reformer");
    assert_eq!(
        profiles(
            &case,
            &World {
                types: all[1].clone(),
                ..World::default()
            }
        ),
        [all[1].clone()]
    );
}

fn input() -> Input {
    Input {
        format: FORMAT.into(),
        version: "0".into(),
        case: "c".into(),
        target: "t".into(),
        criterion: "nash".into(),
        within: None,
        world: World::default(),
        profiles: vec![BTreeMap::new()],
        worlds: 65,
        seed: 1,
        distribution: "uniform".into(),
        block: BLOCK,
        solves: 1,
    }
}

#[test]
fn blocks_of_something_else_are_refused() {
    let input = input();
    assert_eq!(input.blocks(), 2);
    let row = |world| Row {
        world,
        outcome: Outcome::Undecided,
        by: By::NotSolved,
        deal: None,
        likely_hold: Vec::new(),
    };
    let block = BlockFile {
        input: input.hash(),
        profile: 0,
        block: 1,
        deals: Vec::new(),
        rows: vec![row(64)],
    };
    let bytes = block.to_bytes();
    assert_eq!(BlockFile::from_bytes(&bytes, &input, 0, 1).unwrap(), block);
    let other = Input {
        seed: 2,
        ..input.clone()
    };
    assert_eq!(input.differs_in(&other), ["seed"]);
    let refused =
        |bytes: &[u8], input: &Input, number| BlockFile::from_bytes(bytes, input, 0, number).unwrap_err();
    assert!(refused(&bytes, &other, 1).contains("another case, seed or question"));
    assert!(refused(&bytes, &input, 0).contains("another block"));
    assert!(refused(&bytes[..bytes.len() / 2], &input, 1).contains("not a whole block"));
    let short = BlockFile {
        rows: Vec::new(),
        ..block
    };
    assert!(refused(&short.to_bytes(), &input, 1).contains("not those of the block"));
    for cut in 0..bytes.len() {
        assert!(Input::from_bytes(&bytes[..cut]).is_err());
    }
}
