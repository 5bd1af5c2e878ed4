//! A plan test in words: the answer first, then because, then unless.

use std::fmt::Write as _;

use detente_plans::assess::{Assessment, Exposure, IssueEnforcement, Regret, Untested};
use detente_plans::test::{Learning, PlanTest};
use detente_report::words::plans::verdict;

/// What the verdicts rest on.
pub const CONCEPT: &str = "Perfect Bayesian equilibrium of the plan's own trigger strategies, against commit-until \
    behaviours; numbers are floats, not proofs. This tests reasoning; it does not predict peace.";

/// Everything on the tested plans.
pub fn tested(plans: &[Assessment], regrets: &[Regret]) -> String {
    let mut text = String::new();
    if plans.len() > 1 {
        text.push_str(&table(plans));
        text.push('\n');
    }
    for plan in plans {
        text.push_str(&one(plan));
        text.push('\n');
    }
    for regret in regrets {
        text.push_str(&regret_table(regret));
    }
    text
}

/// The plans that cannot be tested, each with its reasons.
pub fn untested(plans: &[Untested]) -> String {
    let lines = plans
        .iter()
        .map(|plan| format!("`{}` cannot be tested: {}", plan.deal, plan.because.join("; ")));
    lines.collect::<Vec<_>>().join("\n")
}

/// The lines that end every result.
pub fn foot(concept: &str, hash: &str, command: &str) -> String {
    format!(
        "\n{concept}\nVersion {} · case {} · repeat with: {command}\n",
        env!("CARGO_PKG_VERSION"),
        hash.get(..12).unwrap_or(hash)
    )
}

fn table(plans: &[Assessment]) -> String {
    let mut text = String::from("Plans side by side\n");
    let width = plans
        .iter()
        .map(|plan| plan.test.plan.chars().count())
        .max()
        .unwrap_or(4)
        .max(4);
    let _ = writeln!(
        text,
        "  {:width$}  {:>9}  {:>7}  {:>7}  verdict",
        "plan", "value", "p*", "p_seq"
    );
    for plan in plans {
        let test = &plan.test;
        let _ = writeln!(
            text,
            "  {:width$}  {:>9}  {:>7}  {:>7}  {}",
            test.plan,
            number(test.value),
            chance(test.p_star),
            chance(test.p_seq),
            verdict(test)
        );
    }
    text
}

fn one(plan: &Assessment) -> String {
    let test = &plan.test;
    let mut text = String::new();
    let chances = match plan.chances_left_out {
        true => " (the chances of the case are left out; `detente solve` counts them)",
        false => "",
    };
    let _ = writeln!(text, "{} — {}{chances}", test.plan, verdict(test));
    for answer in &test.answers {
        let _ = write!(
            text,
            "  {} as {} (prior {}) {}: worth {} to it, {} to {}",
            answer.party,
            answer.kind,
            chance(Some(answer.prior)),
            answer.behaviour.words(),
            number(answer.value),
            number(answer.proposer_value),
            test.proposer
        );
        match answer.gain > 0.0 {
            true => {
                let _ = writeln!(text, "; keeping it would be worth {} less", number(answer.gain));
            }
            false => {
                text.push('\n');
            }
        }
        if answer.margin < 1e-6 {
            let _ = writeln!(text, "    (a tie: another answer is worth as much to it)");
        }
    }
    text.push_str(&match test.pardons {
        0 => "  No alarm is forgiven: the first unwinds the plan\n".to_owned(),
        1 => "  One alarm is forgiven: the second unwinds the plan\n".to_owned(),
        pardons => format!("  {pardons} alarms are forgiven: the next unwinds the plan\n"),
    });
    text.push_str(&thresholds(test));
    text.push_str(&learned(test));
    text.push_str(&beside(plan));
    for note in &plan.notes {
        let _ = writeln!(text, "  Note: {note}");
    }
    text
}

fn thresholds(test: &PlanTest) -> String {
    let mut text = String::new();
    match (test.p_star, test.p_seq) {
        (Some(star), Some(seq)) => {
            let _ = writeln!(
                text,
                "  Worth offering from a belief of {} on; carried on at every date from {} on",
                chance(Some(star)),
                chance(Some(seq))
            );
        }
        (Some(star), None) => {
            let _ = writeln!(
                text,
                "  Worth offering from a belief of {} on, but never carried on at every date",
                chance(Some(star))
            );
        }
        (None, _) => {
            let _ = writeln!(text, "  Worth offering at no belief");
        }
    }
    if let Some(worst) = &test.worst {
        let _ = writeln!(
            text,
            "  {} is least willing to carry on at date {}: {} against {}",
            test.proposer,
            worst.date,
            number(worst.slack),
            if worst.alternative == "renege" {
                "reneging"
            } else {
                "leaving"
            }
        );
    }
    text
}

fn learned(test: &PlanTest) -> String {
    let mut text = String::new();
    match test.learning {
        Learning::OneType => {}
        Learning::Pools => {
            let _ = writeln!(
                text,
                "  All types answer alike: keeping this plan teaches nothing about whom one deals with"
            );
        }
        Learning::Screens => {
            let path: Vec<String> = test.path.iter().map(|at| chance(at.belief)).collect();
            let _ = writeln!(
                text,
                "  Belief before each date, if all stays quiet: {}",
                path.join(", ")
            );
        }
    }
    text
}

fn beside(plan: &Assessment) -> String {
    let mut text = String::new();
    let free = if plan.test.regret_free { "cannot" } else { "can" };
    let worst = plan.test.answers.first().map_or(0.0, |answer| answer.worst_case);
    if !plan.test.answers.is_empty() {
        let _ = writeln!(
            text,
            "  The other side {free} end below no deal at worst ({})",
            number(worst)
        );
    }
    for exposure in plan.exposures.iter().filter(|exposure| exposure.largest > 0.0) {
        let lasts = if exposure.lasts { ", and it lasts" } else { "" };
        let _ = writeln!(
            text,
            "  {} is ahead by up to {} per period, for {} dates in a row{lasts}; {} of it could not be taken back",
            exposure.party,
            number(exposure.largest),
            exposure.longest,
            number(exposure.unrecoverable)
        );
    }
    let safe = |exposure: &&Exposure| exposure.largest <= 0.0 && exposure.unrecoverable > 0.0;
    for exposure in plan.exposures.iter().filter(safe) {
        let _ = writeln!(
            text,
            "  What {} could not take back costs it {} per period",
            exposure.party,
            number(exposure.unrecoverable)
        );
    }
    for mover in plan.last_step.iter().flat_map(|step| &step.movers) {
        let names: Vec<String> = mover
            .issues
            .iter()
            .take(3)
            .map(|(name, _)| name.clone())
            .collect();
        let by = match mover.by {
            "snapback" => format!("what snapback takes: {}", names.join(", ")),
            other => other.to_owned(),
        };
        let date = plan.last_step.as_ref().map_or(0, |step| step.date);
        let _ = writeln!(
            text,
            "  The last step of {} (date {date}) is carried by {by}",
            mover.party
        );
    }
    for timed in plan.timed.iter().filter(|timed| timed.gain > 1e-9) {
        let moves: Vec<String> = timed.moves.iter().map(|behaviour| behaviour.words()).collect();
        let _ = writeln!(
            text,
            "  By timing its breaches {} ({}) gains {} more: {}; the plan is then worth {} to {}",
            timed.party,
            timed.kind,
            number(timed.gain),
            moves.join(", then "),
            number(timed.proposer_value),
            plan.test.proposer
        );
    }
    text.push_str(&sides_and_window(plan));
    text
}

fn sides_and_window(plan: &Assessment) -> String {
    let mut text = String::new();
    if let Some(sides) = &plan.two_sided {
        let rounds = match sides.rounds {
            1 => "1 round".to_owned(),
            rounds => format!("{rounds} rounds"),
        };
        let _ = match (sides.settled, sides.verified) {
            (true, true) => writeln!(
                text,
                "  Types on both sides (settled and verified after {rounds}):"
            ),
            (true, false) => writeln!(
                text,
                "  Types on both sides (settled after {rounds}, but timing a switch inside a breach would still pay):"
            ),
            (false, _) => writeln!(
                text,
                "  Types on both sides: best responses did not settle within {rounds}, so nothing is known of them"
            ),
        };
        for kind in &sides.types {
            let _ = writeln!(
                text,
                "    {} as {} {}",
                kind.party,
                kind.kind,
                kind.behaviour.words()
            );
        }
    }
    for enforced in &plan.enforcement {
        text.push_str(&enforcement(enforced));
    }
    if let Some(window) = &plan.window {
        let _ = match (window.still_open, window.last) {
            (_, None) => writeln!(text, "  Window: it does not hold today, so there is none"),
            (true, Some(last)) => writeln!(text, "  Window: still open after {last} periods of waiting"),
            (false, Some(last)) => {
                writeln!(text, "  Window: holds up to a wait of {last} periods, not after")
            }
        };
        if let Some(cost) = window.cost_of_waiting {
            let _ = writeln!(
                text,
                "  Waiting one period costs {} {}",
                plan.test.proposer,
                number(cost)
            );
        }
    }
    text
}

fn enforcement(enforced: &IssueEnforcement) -> String {
    let found = &enforced.coalitions;
    let mut text = String::new();
    let names: Vec<String> = found
        .minimal
        .iter()
        .map(|members| members.join(" with "))
        .collect();
    let _ = match (found.holds_with_none, found.minimal.is_empty()) {
        (true, _) => writeln!(
            text,
            "  The return of {} needs no third party for the plan to hold",
            enforced.issue
        ),
        (false, true) => writeln!(
            text,
            "  No coalition that returns {} makes the plan hold",
            enforced.issue
        ),
        (false, false) => writeln!(
            text,
            "  The return of {} must be enforced by: {}",
            enforced.issue,
            names.join("; or ")
        ),
    };
    for part in &found.parts {
        let pivotal = if part.indispensable {
            "indispensable"
        } else {
            "not indispensable"
        };
        let would = match part.would_enforce {
            true => "would enforce unpaid".to_owned(),
            false => format!("would enforce only for {} in all", number(part.side_payment)),
        };
        let _ = writeln!(text, "    {}: {pivotal}; {would}", part.name);
    }
    text
}

fn regret_table(regret: &Regret) -> String {
    let mut text = format!(
        "Regret of {} (what its best offer for the true type would have given it more)\n",
        regret.proposer
    );
    let width = regret
        .rows
        .iter()
        .map(|row| row.offer.chars().count())
        .max()
        .unwrap_or(5);
    let heads: Vec<String> = regret.types.iter().map(|kind| format!("{kind:>12}")).collect();
    let _ = writeln!(text, "  {:width$}  {}", "offer", heads.join("  "));
    for row in &regret.rows {
        let cells: Vec<String> = row
            .regret
            .iter()
            .map(|value| format!("{:>12}", number(*value)))
            .collect();
        let _ = writeln!(text, "  {:width$}  {}", row.offer, cells.join("  "));
    }
    let _ = writeln!(text, "  Smallest largest regret: {}", regret.minimax);
    text
}

/// A number with three decimals at most.
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// A chance, or `never`.
pub fn chance(value: Option<f64>) -> String {
    value.map_or_else(|| "never".to_owned(), |value| format!("{value:.3}"))
}
