//! The plan engine against slower and independent computations: a forward simulator of expected flows, brute
//! force over timed behaviours, invariance to scale and to the order of parties and issues, the closed forms, and
//! a random player.

use detente_base::watch::Unwatched;
use detente_formulas::{enforcement, inputs::Count, steps};
use detente_plans::behaviour::{Behaviour, IssueSet};
use detente_plans::model::{
    IssueIndex, PartyIndex, PartyType, Plan, PlanIssue, PlanModel, PlanParty, Reneging, TypeIndex, Worth,
};
use detente_plans::{parameters, play, test, timing, two_sided, values, worlds};
use proptest::prelude::*;

/// Expected discounted flow by walking forward over the chance of each phase, for a fixed long horizon.
/// Shares no code with the engine but the model's numbers.
fn forward(model: &PlanModel, plan: &Plan, party: usize, kind: usize, departures: &[Behaviour]) -> f64 {
    let discount = model.parties[party].types[kind].discount;
    let horizon = (1e-11_f64.ln() / discount.ln()) as usize + plan.dates();
    let level = |issue: usize, date: isize| -> f64 {
        if date < 0 {
            0.0
        } else {
            plan.levels[issue][(date as usize).min(plan.dates() - 1)]
        }
    };
    let worth = |issue: usize, level: f64| match &model.issues[issue].worth[party][kind] {
        Worth::Linear(slope) => slope * level,
        Worth::Levels(_) => unreachable!("the simulator knows linear worths only"),
    };
    let breach = |issue: usize| match departures[model.issues[issue].owner.0] {
        Behaviour::Breach { date, issues } if issues.contains(IssueIndex(issue)) => Some(date),
        _ => None,
    };
    let quit = departures.iter().filter_map(|d| match d {
        Behaviour::Quit { date } => Some(*date),
        _ => None,
    });
    let quit = quit.min();
    // The stream after the deal has come apart at the end of `date`, period by period.
    let apart = |date: isize, at_once: bool| -> f64 {
        (0..model.issues.len())
            .map(|issue| {
                let frozen = breach(issue).filter(|since| (*since as isize) <= date);
                (0..horizon)
                    .map(|later| {
                        let delayed =
                            !at_once && frozen.is_none() && later < model.issues[issue].delay as usize;
                        let now = match frozen {
                            Some(since) => model.issues[issue].persist * level(issue, since as isize - 1),
                            None if delayed => level(issue, date),
                            None => model.issues[issue].persist * level(issue, date),
                        };
                        discount.powi(later as i32) * worth(issue, now)
                    })
                    .sum::<f64>()
            })
            .sum()
    };
    let (mut total, mut alive) = (0.0, 1.0);
    for date in 0..horizon {
        let weight = discount.powi(date as i32) * alive;
        if weight < 1e-18 {
            break;
        }
        if quit.is_some_and(|quit| quit <= date) {
            total += weight * apart(date as isize - 1, false);
            break;
        }
        let mut quiet = 1.0;
        for issue in 0..model.issues.len() {
            let now = match breach(issue) {
                Some(since) if since <= date => {
                    if date + 1 >= since + model.issues[issue].lag as usize {
                        quiet *= 1.0 - model.issues[issue].detect;
                    }
                    model.issues[issue].persist * level(issue, since as isize - 1)
                }
                _ => {
                    if level(issue, date as isize) > 0.0 {
                        quiet *= 1.0 - model.issues[issue].false_alarm;
                    }
                    level(issue, date as isize)
                }
            };
            total += weight * worth(issue, now);
        }
        total += weight * discount * model.hazard * apart(date as isize, true);
        if quiet < 1.0 {
            total += weight * discount * (1.0 - model.hazard) * (1.0 - quiet) * apart(date as isize, false);
        }
        alive *= (1.0 - model.hazard) * quiet;
    }
    total
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-7 * (1.0 + a.abs())
}

#[test]
fn the_simulator_reproduces_every_answer_and_every_value() {
    let parameters = parameters::korea().unwrap();
    for plan in &parameters.plans {
        let result = test::test(&parameters.model, plan).unwrap();
        for answer in worlds::answers(&parameters.model, plan) {
            let mut departures = play::all_comply(&parameters.model);
            departures[1] = answer.best.behaviour;
            let own = forward(&parameters.model, plan, 1, answer.kind.0, &departures);
            assert!(
                close(own, answer.best.value),
                "{}: {own} against {}",
                plan.name,
                answer.best.value
            );
            let proposer = forward(&parameters.model, plan, 0, 0, &departures);
            let shown = result
                .answers
                .iter()
                .find(|shown| shown.kind == parameters.model.parties[1].types[answer.kind.0].name);
            assert!(close(proposer, shown.unwrap().proposer_value), "{}", plan.name);
        }
    }
}

fn small(seed: &[f64], lag: u32, false_alarm: f64) -> (PlanModel, Plan) {
    let kind = |name: &str, prior: f64, discount: f64| PartyType {
        name: name.into(),
        prior,
        discount,
    };
    let issue = |name: &str, owner: usize, at: usize| PlanIssue {
        name: name.into(),
        owner: PartyIndex(owner),
        today: 0.0,
        fallback: 0.0,
        remains: None,
        persist: seed[at] * 0.9,
        delay: (seed[at + 1] * 3.0) as u32,
        detect: if owner == 0 { 1.0 } else { 0.2 + 0.8 * seed[at + 2] },
        lag: if owner == 0 { 1 } else { lag },
        false_alarm: if owner == 0 { 0.0 } else { false_alarm },
        worth: match owner {
            0 => vec![
                vec![Worth::Linear(-seed[at + 3])],
                vec![
                    Worth::Linear(3.0 * seed[at + 4]),
                    Worth::Linear(3.0 * seed[at + 5]),
                ],
            ],
            _ => vec![
                vec![Worth::Linear(2.0 * seed[at + 3])],
                vec![Worth::Linear(-seed[at + 4]), Worth::Linear(-3.0 * seed[at + 5])],
            ],
        },
    };
    let model = PlanModel {
        parties: vec![
            PlanParty {
                name: "A".into(),
                types: vec![kind("a", 1.0, 0.9)],
            },
            PlanParty {
                name: "B".into(),
                types: vec![kind("good", 0.4, 0.85), kind("bad", 0.6, 0.8)],
            },
        ],
        issues: vec![issue("give", 0, 0), issue("take", 1, 6), issue("more", 1, 12)],
        joint: vec![],
        proposer: PartyIndex(0),
        hazard: 0.1 * seed[18],
        pardons: 0,
        reneging: Reneging::default(),
        rules: None,
    };
    let rise = |a: f64, b: f64| vec![a * 0.5, a * 0.5 + b * 0.5, (a * 0.5 + b * 0.5).min(1.0)];
    let plan = Plan {
        name: "small".into(),
        levels: vec![
            rise(seed[19], seed[20]),
            rise(seed[21], seed[22]),
            rise(seed[23], seed[24]),
        ],
    };
    (model, plan)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Backward recursion, general evaluator and forward simulation agree on every behaviour.
    #[test]
    fn three_computations_agree(seed in prop::collection::vec(0.01_f64..1.0, 25), lag in 1_u32..4, alarm in 0.0_f64..0.2) {
        let (plain, plan) = small(&seed, 1, 0.0);
        let (rough, _) = small(&seed, lag, alarm);
        for behaviour in worlds::all_behaviours(&plain, &plan, PartyIndex(1)) {
            let profile = vec![Behaviour::Comply, behaviour];
            for (party, kind) in [(0, 0), (1, 1)] {
                let valuation = values::Valuation::new(&plain, &plan, PartyIndex(party), TypeIndex(kind));
                let notice = values::notice(&plain, behaviour.breached());
                let recursion = valuation.from_date(0, behaviour, notice);
                let general = play::value(&plain, &plan, &profile, PartyIndex(party), TypeIndex(kind));
                prop_assert!(close(recursion, general), "{recursion} {general}");
                prop_assert!(close(general, forward(&plain, &plan, party, kind, &profile)));
                let general = play::value(&rough, &plan, &profile, PartyIndex(party), TypeIndex(kind));
                let simulated = forward(&rough, &plan, party, kind, &profile);
                prop_assert!(close(general, simulated), "{general} {simulated}");
            }
        }
    }

    /// Timing inside a breach: the induction finds at least every commit-until behaviour and every behaviour of
    /// two stages, and its own path is worth what it says.
    #[test]
    fn timed_answers_beat_brute_force_and_keep_their_word(seed in prop::collection::vec(0.01_f64..1.0, 25), lag in 1_u32..3) {
        let (model, plan) = small(&seed, lag, 0.0);
        let timed = timing::timed(&model, &plan, PartyIndex(1), TypeIndex(1)).unwrap();
        let value = |first: Behaviour, later: &[(PartyIndex, Behaviour)]| {
            play::value_with(&model, &plan, &[Behaviour::Comply, first], later, PartyIndex(1), TypeIndex(1), 0)
        };
        let all = worlds::all_behaviours(&model, &plan, PartyIndex(1));
        for first in &all {
            prop_assert!(value(*first, &[]) <= timed.value + 1e-7);
            for second in all.iter().filter(|second| second.date() > first.date() && first.date().is_some()) {
                prop_assert!(value(*first, &[(PartyIndex(1), *second)]) <= timed.value + 1e-7);
            }
        }
        let first = timed.moves.first().copied().unwrap_or(Behaviour::Comply);
        let later: Vec<(PartyIndex, Behaviour)> = timed.moves.iter().skip(1).map(|m| (PartyIndex(1), *m)).collect();
        prop_assert!(close(value(first, &later), timed.value));
    }

    /// A party's scale and the order of issues and parties change no answer.
    #[test]
    fn scale_and_order_change_nothing(seed in prop::collection::vec(0.01_f64..1.0, 25), factor in 0.1_f64..10.0) {
        let (model, plan) = small(&seed, 1, 0.0);
        let base = test::test(&model, &plan).unwrap();
        let mut scaled = model.clone();
        for issue in &mut scaled.issues {
            issue.worth[0][0].scale(factor);
        }
        let other = test::test(&scaled, &plan).unwrap();
        prop_assert_eq!(&base.p_star.map(|p| (p * 1e6).round()), &other.p_star.map(|p| (p * 1e6).round()));
        prop_assert!(close(base.value * factor, other.value));
        // Turn the issues and the parties round.
        let mut turned = model.clone();
        turned.parties.reverse();
        turned.issues.reverse();
        turned.proposer = PartyIndex(1);
        for issue in &mut turned.issues {
            issue.owner = PartyIndex(1 - issue.owner.0);
            issue.worth.reverse();
        }
        let mut reversed = plan.clone();
        reversed.levels.reverse();
        let other = test::test(&turned, &reversed).unwrap();
        prop_assert_eq!(base.holds, other.holds);
        prop_assert!(close(base.value, other.value));
        for (a, b) in base.answers.iter().zip(&other.answers) {
            prop_assert!(close(a.value, b.value) && close(a.worst_case, b.worst_case));
        }
    }

    /// Nobody who plays at random, one behaviour after another, ever does better than the best answer.
    #[test]
    fn no_random_player_beats_the_best_answer(seed in prop::collection::vec(0.01_f64..1.0, 25), pick in 0_usize..1000) {
        let (model, plan) = small(&seed, 1, 0.0);
        let all = worlds::all_behaviours(&model, &plan, PartyIndex(1));
        let answers = worlds::answers(&model, &plan);
        let behaviour = all[pick % all.len()];
        for answer in answers {
            let mut departures = play::all_comply(&model);
            departures[1] = behaviour;
            prop_assert!(forward(&model, &plan, 1, answer.kind.0, &departures) <= answer.best.value + 1e-7);
        }
    }
}

/// A plan of one obligation against one benefit with nothing that persists is the repeated game of the closed
/// form: the patience at which it is kept is the grim threshold with lag and delay.
#[test]
fn the_engine_agrees_with_the_grim_threshold() {
    for (exploit, reward, lag, delay) in [
        (5.0, 3.0, 1, 0),
        (5.0, 3.0, 2, 0),
        (4.0, 3.0, 2, 2),
        (3.0, 2.0, 1, 1),
    ] {
        let kept = |discount: f64| {
            let kind = |name: &str| PartyType {
                name: name.into(),
                prior: 1.0,
                discount,
            };
            let issue = |owner: usize, worth: f64| PlanIssue {
                name: format!("issue {owner}"),
                owner: PartyIndex(owner),
                today: 0.0,
                fallback: 0.0,
                remains: None,
                persist: 0.0,
                delay: if owner == 0 { delay } else { 0 },
                detect: 1.0,
                lag: if owner == 0 { 1 } else { lag },
                false_alarm: 0.0,
                worth: vec![vec![Worth::Linear(0.0)], vec![Worth::Linear(worth)]],
            };
            let model = PlanModel {
                parties: vec![
                    PlanParty {
                        name: "A".into(),
                        types: vec![kind("a")],
                    },
                    PlanParty {
                        name: "B".into(),
                        types: vec![kind("b")],
                    },
                ],
                // Both cooperate: R over P = 1; exploiting: T over P.
                issues: vec![issue(0, exploit - 1.0), issue(1, reward - exploit)],
                joint: vec![],
                proposer: PartyIndex(0),
                hazard: 0.0,
                pardons: 0,
                reneging: Reneging::default(),
                rules: None,
            };
            let plan = Plan {
                name: "exchange".into(),
                levels: vec![vec![1.0], vec![1.0]],
            };
            worlds::answers(&model, &plan)[0].best.behaviour == Behaviour::Comply
        };
        let game = enforcement::GrimWithLag {
            exploit,
            reward,
            refuse: 1.0,
            exploited: 0.0,
            detection_lag: Count(lag),
            snapback_delay: Count(delay),
        };
        let threshold = enforcement::grim_with_lag(&game).unwrap().delta_min.unwrap();
        assert!(
            kept(threshold + 1e-6) && !kept(threshold - 1e-6),
            "T {exploit} lag {lag} delay {delay}: {threshold}"
        );
    }
}

/// Equal steps: the closed form's best answer is the engine's, cheating and complying.
#[test]
fn the_engine_agrees_with_equal_steps() {
    for (cost, detect, fixed) in [(1.0, 0.5, 0.5), (2.6, 0.2, 0.5), (2.0, 0.4, 0.1), (2.9, 0.9, 0.0)] {
        let form = steps::EqualStepPlan {
            steps: Count(4),
            benefit: 3.0,
            cost,
            delta: 0.95,
            detect,
            irreversible_share: fixed,
        };
        let form = steps::equal_steps_response(&form).unwrap();
        let kind = |name: &str| PartyType {
            name: name.into(),
            prior: 1.0,
            discount: 0.95,
        };
        let issue = |owner: usize, worth: f64, persist: f64, detect: f64| PlanIssue {
            name: format!("issue {owner}"),
            owner: PartyIndex(owner),
            today: 0.0,
            fallback: 0.0,
            remains: None,
            persist,
            delay: 0,
            detect,
            lag: 1,
            false_alarm: 0.0,
            worth: vec![vec![Worth::Linear(0.0)], vec![Worth::Linear(worth)]],
        };
        let model = PlanModel {
            parties: vec![
                PlanParty {
                    name: "A".into(),
                    types: vec![kind("a")],
                },
                PlanParty {
                    name: "B".into(),
                    types: vec![kind("b")],
                },
            ],
            issues: vec![issue(0, 3.0, 0.0, 1.0), issue(1, -cost, fixed, detect)],
            joint: vec![],
            proposer: PartyIndex(0),
            hazard: 0.0,
            pardons: 0,
            reneging: Reneging::default(),
            rules: None,
        };
        let levels: Vec<f64> = (1..=4).map(|step| f64::from(step) / 4.0).collect();
        let plan = Plan {
            name: "equal".into(),
            levels: vec![levels.clone(), levels],
        };
        let answer = worlds::answers(&model, &plan)[0].clone();
        assert!(
            close(answer.best.value, form.value),
            "{} {}",
            answer.best.value,
            form.value
        );
        match answer.best.behaviour {
            Behaviour::Breach { date, .. } => assert_eq!(form.plan, format!("cheat@{date}")),
            _ => assert_eq!(form.plan, "comply@4"),
        }
    }
}

/// Pardons: what one alarm more costs a party that keeps the plan, times the chance that a departure adds one, is
/// the closed form's deterrence. (The engine's own answers treat a breach as lasting; the closed form asks about
/// a single period of cheating, so the two are compared through the values of keeping the plan.)
#[test]
fn the_engine_agrees_with_the_cost_of_pardons() {
    let (exploit, reward, discount, detect, alarm) = (5.0, 3.0, 0.95, 0.9, 0.05);
    let game = enforcement::Strikes {
        exploit,
        reward,
        refuse: 1.0,
        delta: discount,
        detect,
        false_alarm: alarm,
        forgiven: Count(4),
    };
    let closed = enforcement::strikes(&game).unwrap();
    let kind = |name: &str| PartyType {
        name: name.into(),
        prior: 1.0,
        discount,
    };
    let issue = |owner: usize, worth: f64| PlanIssue {
        name: format!("issue {owner}"),
        owner: PartyIndex(owner),
        today: 0.0,
        fallback: 0.0,
        remains: None,
        persist: 0.0,
        delay: 0,
        detect: if owner == 0 { 1.0 } else { detect },
        lag: 1,
        false_alarm: if owner == 0 { 0.0 } else { alarm },
        worth: vec![vec![Worth::Linear(0.0)], vec![Worth::Linear(worth)]],
    };
    let kept = |pardons: u32| {
        let model = PlanModel {
            parties: vec![
                PlanParty {
                    name: "A".into(),
                    types: vec![kind("a")],
                },
                PlanParty {
                    name: "B".into(),
                    types: vec![kind("b")],
                },
            ],
            issues: vec![issue(0, exploit - 1.0), issue(1, reward - exploit)],
            joint: vec![],
            proposer: PartyIndex(0),
            hazard: 0.0,
            pardons,
            reneging: Reneging::default(),
            rules: None,
        };
        let plan = Plan {
            name: "exchange".into(),
            levels: vec![vec![1.0], vec![1.0]],
        };
        play::value(
            &model,
            &plan,
            &play::all_comply(&model),
            PartyIndex(1),
            TypeIndex(0),
        )
    };
    let mut before = 0.0;
    for (pardons, deterrence) in (0..).zip(&closed.deterrence_by_strikes_left) {
        let now = kept(pardons);
        assert!(
            close(discount * (detect - alarm) * (now - before), *deterrence),
            "{pardons} pardons"
        );
        before = now;
    }
}

#[test]
fn types_on_both_sides_settle_and_are_verified() {
    let mut parameters = parameters::korea().unwrap();
    let model = &mut parameters.model;
    // A US that may never have meant to give relief.
    model.parties[0].types = vec![
        PartyType {
            name: "sincere".into(),
            prior: 0.8,
            discount: 0.97,
        },
        PartyType {
            name: "insincere".into(),
            prior: 0.2,
            discount: 0.97,
        },
    ];
    for issue in &mut model.issues {
        let worth = issue.worth[0][0].clone();
        issue.worth[0].push(if issue.name == "relief" {
            Worth::Linear(-4.0)
        } else {
            worth
        });
    }
    let graded = parameters
        .plans
        .iter()
        .find(|plan| plan.name == "graded")
        .unwrap();
    let result = two_sided::two_sided(&parameters.model, graded, &Unwatched).unwrap();
    assert!(result.settled, "{result:#?}");
    let of = |kind: &str| result.types.iter().find(|of| of.kind == kind).unwrap();
    assert!(of("insincere").behaviour.date.is_some(), "{result:#?}");
    assert!(result.types.iter().all(|kind| kind.best_gain <= 1e-8));
    let sets = IssueSet::of([IssueIndex(0), IssueIndex(3)]).subsets();
    assert_eq!(sets.len(), 3);
}
