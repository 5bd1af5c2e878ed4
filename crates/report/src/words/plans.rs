//! Tested plans as sections of a report: side by side, belief, regret, frontier and window, each figure with a
//! sentence and a table.

use detente_plans::assess::{Assessment, Regret, Untested};
use detente_plans::design::Design;
use detente_plans::test::{Learning, PlanTest};

use super::numbers::{amount, short};
use crate::view::{Chart, Figure, LineChart, Point, Section, Series, Table};

/// The sections on a case's plans; none where it proposes none.
#[must_use]
pub fn sections(plans: &[Assessment], untested: &[Untested], regret: &[Regret]) -> Vec<Section> {
    if plans.is_empty() && untested.is_empty() {
        return Vec::new();
    }
    let mut sections = vec![side_by_side(plans, untested)];
    sections.extend(beliefs(plans));
    if let [first, others @ ..] = regret {
        sections.push(regrets(first, others));
    }
    sections.extend(windows(plans));
    sections
}

/// The verdict on a plan in one line.
#[must_use]
pub fn verdict(test: &PlanTest) -> String {
    if test.holds {
        return "HOLDS".into();
    }
    let is_first = |answer: &&detente_plans::test::TypeAnswer| {
        test.answers
            .iter()
            .find(|other| other.party == answer.party)
            .is_some_and(|first| first.kind == answer.kind)
    };
    let broken = test
        .answers
        .iter()
        .find(|answer| is_first(answer) && answer.behaviour.kind != "comply");
    match broken {
        Some(answer) if answer.behaviour.kind == "quit" && answer.behaviour.date == Some(0) => {
            format!("REFUSED by {} ({})", answer.party, answer.kind)
        }
        Some(answer) => format!(
            "BREACHED: {} ({}) {}",
            answer.party,
            answer.kind,
            answer.behaviour.words()
        ),
        None if test.value <= 0.0 => {
            format!(
                "NOT WORTH OFFERING: {} expects {} against no deal",
                proposer(test),
                short(test.value)
            )
        }
        None => match &test.worst {
            Some(worst) => format!(
                "WOULD NOT BE CARRIED ON: {} does better to {} at date {} (by {})",
                proposer(test),
                worst.alternative,
                worst.date,
                short(-worst.slack)
            ),
            None => "DOES NOT HOLD".into(),
        },
    }
}

/// The proposer, and which of its types the verdict is about where it has several.
fn proposer(test: &PlanTest) -> String {
    let kind = test.proposer_type.as_ref();
    kind.map_or_else(
        || test.proposer.clone(),
        |kind| format!("{} ({kind})", test.proposer),
    )
}

fn chance(value: Option<f64>) -> String {
    value.map_or_else(|| "never".to_owned(), short)
}

fn side_by_side(plans: &[Assessment], untested: &[Untested]) -> Section {
    let held: Vec<&str> = plans
        .iter()
        .filter(|plan| plan.test.holds)
        .map(|plan| plan.test.plan.as_str())
        .collect();
    let mut sentence = match held[..] {
        [] => format!("None of {} proposed plans holds as it stands.", plans.len()),
        _ => format!(
            "{} of {} proposed plans hold as they stand: {}.",
            held.len(),
            plans.len(),
            held.join(", ")
        ),
    };
    for plan in untested {
        sentence.push_str(&format!(
            " {} cannot be tested here: {}.",
            plan.plan,
            plan.because.join("; ")
        ));
    }
    let rows = plans
        .iter()
        .map(|plan| {
            let test = &plan.test;
            let answers: Vec<String> = test
                .answers
                .iter()
                .map(|answer| format!("{} ({}) {}", answer.party, answer.kind, answer.behaviour.words()))
                .collect();
            vec![
                test.plan.clone(),
                verdict(test),
                answers.join("; "),
                short(test.value),
                chance(test.p_star),
                chance(test.p_seq),
                if test.regret_free {
                    "no".into()
                } else {
                    "yes".into()
                },
            ]
        })
        .collect();
    let columns = [
        "plan",
        "verdict",
        "what each type does",
        "expected value to the proposer",
        "belief from which it pays",
        "belief from which it is carried on",
        "can the other side end below no deal",
    ];
    Section {
        id: "plans".into(),
        title: "Plans side by side".into(),
        sentence,
        figures: vec![Figure {
            title: String::new(),
            sentence: "Each plan is tested as it stands: the best answer of every type, Bayes' rule along the quiet \
                       history, and whether the proposer would carry on at every date."
                .into(),
            chart: None,
            table: table("Plans", &columns, rows),
        }],
    }
}

fn table(caption: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        caption: caption.to_owned(),
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows,
    }
}

fn beliefs(plans: &[Assessment]) -> Option<Section> {
    let telling: Vec<&Assessment> = plans
        .iter()
        .filter(|plan| plan.test.learning == Learning::Screens)
        .collect();
    let figures: Vec<Figure> = telling.iter().map(|plan| belief(&plan.test)).collect();
    let pooling: Vec<&str> = plans
        .iter()
        .filter(|plan| plan.test.learning == Learning::Pools)
        .map(|plan| plan.test.plan.as_str())
        .collect();
    let mut sentence = match telling.len() {
        0 => "No plan tells the types apart.".to_owned(),
        _ => "Where the types part, a quiet history raises the belief in the hoped-for type.".to_owned(),
    };
    if !pooling.is_empty() {
        sentence.push_str(&format!(
            " Both types answer {} alike, so keeping it teaches nothing about whom one deals with.",
            pooling.join(" and ")
        ));
    }
    (!telling.is_empty() || !pooling.is_empty()).then_some(Section {
        id: "beliefs".into(),
        title: "What is learned on the way".into(),
        sentence,
        figures,
    })
}

fn belief(test: &PlanTest) -> Figure {
    let points = test
        .path
        .iter()
        .filter_map(|at| {
            at.belief.map(|belief| Point {
                x: at.date as f64,
                y: belief,
            })
        })
        .collect();
    let first = test.path.first().and_then(|at| at.belief);
    let last = test.path.iter().rev().find_map(|at| at.belief);
    let rows = test
        .path
        .iter()
        .map(|at| {
            vec![
                format!("date {}", at.date),
                at.belief.map_or_else(|| "no quiet history".into(), short),
                short(at.quiet),
                at.slack.map_or_else(|| "–".into(), short),
            ]
        })
        .collect();
    let mut levels = Vec::new();
    levels.extend(test.p_star.map(|p| ("pays from".to_owned(), amount(p))));
    levels.extend(test.p_seq.map(|p| ("carried on from".to_owned(), amount(p))));
    Figure {
        title: test.plan.clone(),
        sentence: format!(
            "If everything stays quiet, the belief in the hoped-for type goes from {} to {}.",
            chance(first),
            chance(last)
        ),
        chart: Some(Chart::Lines(LineChart {
            across: "date".into(),
            up: "belief before the date's step".into(),
            series: vec![Series {
                name: "belief".into(),
                steps: true,
                points,
            }],
            levels,
            ticks: Vec::new(),
        })),
        table: table(
            &format!("Belief: {}", test.plan),
            &[
                "before",
                "belief",
                "chance that all is quiet so far",
                "proposer's preference for carrying on",
            ],
            rows,
        ),
    }
}

fn regrets(first: &Regret, others: &[Regret]) -> Section {
    let all = || std::iter::once(first).chain(others);
    let least = |regret: &Regret| {
        let mixed = regret.mixed.map_or_else(String::new, |mixed| {
            format!(" Drawn by lot, the largest could be brought to {}.", short(mixed))
        });
        let whose = match others.is_empty() {
            true => "The".to_owned(),
            false => format!("Of {}, the", regret.proposer),
        };
        format!(
            "{whose} offer with the smallest largest regret is: {}.{mixed}",
            regret.minimax
        )
    };
    Section {
        id: "regret".into(),
        title: "Regret of offering and of not offering".into(),
        sentence: all().map(least).collect::<Vec<_>>().join(" "),
        figures: all().map(regret_figure).collect(),
    }
}

fn regret_figure(regret: &Regret) -> Figure {
    let mut columns = vec!["offer".to_owned()];
    columns.extend(regret.types.iter().map(|kind| format!("regret if {kind}")));
    columns.push("largest".into());
    let rows = regret
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![row.offer.clone()];
            cells.extend(row.regret.iter().map(|value| short(*value)));
            cells.push(short(row.largest));
            cells
        })
        .collect();
    Figure {
        title: format!("Offers of {}", regret.proposer),
        sentence: "Regret is what the proposer's best offer for the true type would have given it more."
            .into(),
        chart: None,
        table: Table {
            caption: format!("Regret: {}", regret.proposer),
            columns,
            rows,
        },
    }
}

fn windows(plans: &[Assessment]) -> Option<Section> {
    let drifting: Vec<(&Assessment, &detente_plans::window::Window)> = plans
        .iter()
        .filter_map(|plan| plan.window.as_ref().map(|window| (plan, window)))
        .collect();
    let mut rows = Vec::new();
    let mut series = Vec::new();
    for (plan, window) in &drifting {
        let last = match (window.last, window.still_open) {
            (None, _) => "does not hold today".to_owned(),
            (Some(last), true) => format!("{last} and later"),
            (Some(last), false) => last.to_string(),
        };
        rows.push(vec![
            plan.test.plan.clone(),
            last,
            window.cost_of_waiting.map_or_else(|| "–".into(), short),
        ]);
        let points: Vec<Point> = window
            .waits
            .iter()
            .map(|wait| Point {
                x: f64::from(wait.periods),
                y: wait.value,
            })
            .collect();
        if points.len() > 1 {
            series.push(Series {
                name: plan.test.plan.clone(),
                steps: false,
                points,
            });
        }
    }
    let open = drifting
        .iter()
        .filter(|(_, window)| window.last.is_some())
        .count();
    (!drifting.is_empty()).then(|| Section {
        id: "window".into(),
        title: "How long the window stays open".into(),
        sentence: match open {
            0 => format!(
                "None of {} plans holds today, so for none is there a window.",
                drifting.len()
            ),
            _ => format!(
                "{open} of {} plans hold today; what grows with time closes them one by one.",
                drifting.len()
            ),
        },
        figures: vec![Figure {
            title: String::new(),
            sentence:
                "What each plan is worth to its proposer if it is offered only after that many periods; a line \
                       ends where its plan stops holding."
                    .into(),
            chart: (!series.is_empty()).then(|| {
                Chart::Lines(LineChart {
                    across: "periods waited".into(),
                    up: "expected value to the proposer".into(),
                    series,
                    levels: Vec::new(),
                    ticks: Vec::new(),
                })
            }),
            table: table(
                "Window",
                &[
                    "plan",
                    "last wait after which it holds",
                    "cost of waiting one period",
                ],
                rows,
            ),
        }],
    })
}

/// The frontier of a design as a section.
#[must_use]
pub fn frontier(design: &Design, settlement: &str) -> Section {
    let rows = design
        .frontier
        .iter()
        .map(|order| {
            let aims: Vec<&str> = order.best_for.iter().map(|aim| aim.words()).collect();
            vec![
                order.order.clone(),
                short(order.figures.value),
                chance(order.figures.p_star),
                order
                    .figures
                    .worst_cases
                    .iter()
                    .map(|worst| short(*worst))
                    .collect::<Vec<_>>()
                    .join("; "),
                short(order.figures.exposure),
                order.figures.steps.to_string(),
                aims.join(", "),
            ]
        })
        .collect();
    let points = |value: &dyn Fn(usize) -> f64| -> Vec<Point> {
        (0..design.frontier.len())
            .map(|place| Point {
                x: value(place),
                y: design.frontier[place].figures.value,
            })
            .collect()
    };
    // With several parties that answer there are as many scales, and no one axis for them.
    let one_party = design
        .frontier
        .iter()
        .all(|order| order.figures.worst_case().is_some());
    let mut by_worst = match one_party {
        true => points(&|place| design.frontier[place].figures.worst_case().unwrap_or(0.0)),
        false => Vec::new(),
    };
    by_worst.sort_by(|a, b| a.x.total_cmp(&b.x));
    let columns = [
        "order of steps",
        "value to the proposer",
        "p*",
        "worst case for the other side",
        "exposure",
        "steps",
        "best for",
    ];
    Section {
        id: "frontier".into(),
        title: "Orders of steps: the frontier between aims".into(),
        sentence: format!(
            "Of {} orders to “{settlement}” that were tested ({}), {} hold, and {} of these no other beats in every aim; there is \
             no single winner. Worth most to the proposer: {}.",
            design.tried,
            match design.orders {
                Some(_) => "all there are".to_owned(),
                None => format!(
                    "by {}, which does not prove that no better one exists",
                    design.method
                ),
            },
            design.hold,
            design.frontier_size,
            design.frontier.first().map_or("none", |best| best.order.as_str())
        ),
        figures: vec![Figure {
            title: String::new(),
            sentence: "What safety for the other side costs the proposer: each point is an order that holds."
                .into(),
            chart: (by_worst.len() > 1).then(|| {
                Chart::Lines(LineChart {
                    across: "worst case for the other side".into(),
                    up: "expected value to the proposer".into(),
                    series: vec![Series {
                        name: "frontier".into(),
                        steps: false,
                        points: by_worst.clone(),
                    }],
                    levels: Vec::new(),
                    ticks: Vec::new(),
                })
            }),
            table: table("Frontier", &columns, rows),
        }],
    }
}
