//! A plan tested in the game, in words: the verdict first, then because, then unless.

use std::fmt::Write as _;

use detente_report::words::short;

use super::view::{MoveView, PlanView, TypeView};

/// What the verdicts rest on.
pub const CONCEPT: &str = "Each type's best response among all its feasible moves while the others follow the plan, in exact \
    arithmetic; `--proofs FOLDER` writes what `detente verify` rechecks. `plan test` allows commitments only, so that a type \
    may keep there what it breaches here. No deal: everybody stays as today. Values are averages \
    per period on each party's own scale. This tests reasoning; it does not predict peace.";

/// Everything on the tested plans.
pub fn tested(plans: &[PlanView]) -> String {
    let mut text = String::new();
    if plans.len() > 1 {
        text.push_str(&table(plans));
        text.push('\n');
    }
    for plan in plans {
        text.push_str(&one(plan));
        text.push('\n');
    }
    text
}

fn table(plans: &[PlanView]) -> String {
    let mut text = String::from("Plans side by side\n");
    let width = plans.iter().map(|plan| plan.plan.chars().count()).max();
    let width = width.unwrap_or(4).max(4);
    let _ = writeln!(text, "  {:width$}  {:>5}  verdict", "plan", "kept");
    for plan in plans {
        let _ = writeln!(
            text,
            "  {:width$}  {:>5}  {}",
            plan.plan,
            share(plan.kept),
            verdict(plan)
        );
    }
    text
}

/// The verdict on a plan in one line.
pub fn verdict(plan: &PlanView) -> String {
    let breaking = plan
        .types
        .iter()
        .find(|of| plan.broken_by.contains(&of.party) && of.bound);
    if let Some(of) = breaking {
        return match plan.broken_by.len() {
            1 => format!("FAILS: {} {}", who(plan, of), does(of)),
            parties => format!(
                "FAILS: {} {}; so do {} others",
                who(plan, of),
                does(of),
                parties - 1
            )
            .replace("so do 1 others", "so does another party"),
        };
    }
    if let Some(unwilling) = plan.unwilling.first() {
        let by = short(unwilling.by);
        return match unwilling.date {
            None => format!(
                "NOT WORTH IT to {}: no deal gives it {by} more per period",
                unwilling.party
            ),
            Some(date) => format!(
                "WOULD NOT BE CARRIED ON: {} gains {by} per period by stopping at date {date}",
                unwilling.party
            ),
        };
    }
    match plan.type_proof {
        true => "HOLDS: kept by every type of every party".to_owned(),
        false => {
            let keepers = plan.types.iter().filter(|of| of.bound && of.reaction == "keeps");
            let several =
                |of: &&TypeView| plan.types.iter().filter(|other| other.party == of.party).count() > 1;
            let keepers: Vec<String> = keepers.filter(several).map(|of| who(plan, of)).collect();
            format!("HOLDS if it is {} ({})", keepers.join(", "), share(plan.kept))
        }
    }
}

fn who(plan: &PlanView, of: &TypeView) -> String {
    match plan.types.iter().filter(|other| other.party == of.party).count() {
        0 | 1 => of.party.clone(),
        _ => format!("{} ({})", of.party, of.of),
    }
}

fn does(of: &TypeView) -> String {
    let date = of.date.unwrap_or(0);
    match of.reaction {
        "keeps" => "keeps it".to_owned(),
        "refuses" => "prefers no deal".to_owned(),
        "leaves" => format!("leaves at date {date}"),
        _ => {
            let issues: Vec<&str> = of.breaches.iter().map(|one| one.issue.as_str()).collect();
            format!("breaches {} at date {date}", listed(&issues))
        }
    }
}

fn one(plan: &PlanView) -> String {
    let mut text = format!("{} — {}\n", plan.plan, verdict(plan));
    for of in plan.types.iter().filter(|of| of.bound) {
        of_type(&mut text, plan, of);
    }
    for of in plan.types.iter().filter(|of| !of.bound) {
        if let Some(further) = &of.further {
            let _ = writeln!(
                text,
                "  {} is not a party to it and is taken to stay; it gains by {} at date {}",
                who(plan, of),
                moves(&further.moves),
                further.date
            );
        }
    }
    beliefs(&mut text, plan);
    for step in &plan.last_steps {
        let by = match step.carried_by {
            "snapback" => format!(
                "what the snapback takes back: {}",
                listed(&step.issues.iter().map(String::as_str).collect::<Vec<_>>())
            ),
            other => other.to_owned(),
        };
        let _ = writeln!(
            text,
            "  The last step of {} (date {}) is carried by {by}",
            step.party, step.date
        );
    }
    for one in &plan.enforcers {
        let _ = match one.lost_without.is_empty() {
            true => writeln!(
                text,
                "  {} does not need {} to bring {} back",
                plan.plan, one.enforcer, one.issue
            ),
            false => writeln!(
                text,
                "  Without {} bringing back {}, {} would not keep it",
                one.enforcer,
                one.issue,
                one.lost_without.join(", ")
            ),
        };
    }
    if plan.several_depart {
        text.push_str(
            "  Types of several parties depart: each responds to parties that follow, not yet to the others' departures\n",
        );
    }
    text
}

fn of_type(text: &mut String, plan: &PlanView, of: &TypeView) {
    let prior = match of.prior < 1.0 {
        true => format!(", prior {}", share(of.prior)),
        false => String::new(),
    };
    let _ = write!(
        text,
        "  {}{prior} {}: {} per period",
        who(plan, of),
        does(of),
        short(of.value.about)
    );
    if of.reaction != "keeps" {
        let _ = write!(text, ", {} by keeping it", short(of.keeping.about));
    }
    let _ = writeln!(text, ", {} without a deal", short(of.no_deal.about));
    if matches!(of.reaction, "breaches" | "leaves") {
        let _ = match of.would_keep.is_empty() {
            true => writeln!(
                text,
                "    Nothing in notice, alarms, pardons or the snapback alone would make it keep the plan"
            ),
            false => writeln!(text, "    It would keep the plan {}", of.would_keep.join(", or ")),
        };
    }
    if let Some(further) = &of.further {
        let _ = writeln!(
            text,
            "    Beyond the plan it gains by {} at date {}, which no other party minds",
            moves(&further.moves),
            further.date
        );
    }
    if let Some(prospect) = &of.prospect {
        let uncertain = prospect.if_kept.is_none() || prospect.if_not.is_some();
        if uncertain {
            let even = match prospect.break_even {
                Some(chance) => format!("worth it from a chance of {chance:.3} that the others keep it"),
                None => "worth it at no belief".to_owned(),
            };
            let _ = writeln!(
                text,
                "    At today's beliefs about the others: {} per period; {even}",
                short(prospect.value)
            );
        }
        if let Some(worst) = prospect
            .worst
            .as_ref()
            .filter(|worst| worst.value < of.no_deal.about)
        {
            let _ = writeln!(
                text,
                "    Exposed: {} per period if {} leaves at date {}",
                short(worst.value),
                worst.left_by,
                worst.date
            );
        }
    }
    let slack = |one: &super::view::CarryView| {
        one.carry_on - one.breach.map_or(one.leave, |breach| breach.max(one.leave))
    };
    let least = of.carries_on.iter().min_by(|a, b| slack(a).total_cmp(&slack(b)));
    if let Some(least) = least {
        let other = match least.breach {
            Some(breach) if breach > least.leave => "its best breach",
            _ if least.date == 0 => "no deal",
            _ => "leaving",
        };
        let needs = match least.needs {
            Some(needs) if needs > 0.0 => {
                format!("; it takes a chance of {needs:.3} today that the others keep it")
            }
            Some(_) => String::new(),
            None => "; no chance that the others keep it is enough".to_owned(),
        };
        let _ = writeln!(
            text,
            "    Least willing to carry on at date {}: {} per period better than {other}{needs}",
            least.date,
            short(slack(least))
        );
    }
}

fn beliefs(text: &mut String, plan: &PlanView) {
    let mut parties: Vec<&str> = plan.beliefs.iter().map(|belief| belief.party.as_str()).collect();
    parties.dedup();
    for party in parties {
        let own: Vec<_> = plan
            .beliefs
            .iter()
            .filter(|belief| belief.party == party)
            .collect();
        let names = own.iter().find_map(|belief| belief.types.as_ref());
        for (place, (name, _)) in names.into_iter().flatten().enumerate() {
            let path: Vec<String> = own
                .iter()
                .map(|belief| match &belief.types {
                    Some(types) => format!("{:.3}", types[place].1),
                    None => "–".to_owned(),
                })
                .collect();
            let _ = writeln!(
                text,
                "  Belief that {party} is {name}, before each date without an alarm: {}",
                path.join(", ")
            );
        }
    }
}

fn moves(moves: &[MoveView]) -> String {
    let words: Vec<String> = moves
        .iter()
        .map(|one| format!("{}: {} instead of {}", one.issue, one.chosen, one.asked))
        .collect();
    listed(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn listed(words: &[&str]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn share(value: f64) -> String {
    format!("{} %", short(value * 100.0))
}
