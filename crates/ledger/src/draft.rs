//! From a plan that was analysed to a text that can be signed: each step becomes a commitment with a window counted
//! in periods, and the plan's snapback becomes one of the text, as written there and no further.
//!
//! The draft names the case by its hash, so that what was analysed and what runs can be compared. Where the plan is
//! silent (who verifies, disputes) the draft is silent too and says so; the static checks show the gaps.

use std::fmt::Write;

use detente_base::number::{Exact, format_exact};
use detente_case::{Case, Deal};
use jiff::civil::Date;

use crate::calendar::Length;

/// What a plan does not say and a text needs.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The first day.
    pub start: Date,
    /// How long a period is.
    pub period: Length,
    /// How long after a found breach the other side's steps are taken back.
    pub clock: Length,
    /// The zone in which days end.
    pub zone: String,
    /// Who verifies, if anybody.
    pub verifier: Option<String>,
}

/// What the plan's model says of the types of one party.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelledParty {
    /// The party's short name.
    pub party: String,
    /// The issues that it owns, by short name.
    pub issues: Vec<String>,
    /// Its types.
    pub types: Vec<ModelledType>,
}

/// One type of a party in the plan's model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelledType {
    /// Its short name.
    pub id: String,
    /// The chance of it at first.
    pub prior: Exact,
    /// What it does, in words.
    pub does: String,
    /// For each date of the plan, and the one after the last: the chance that nothing has been found broken before it.
    pub quiet: Vec<f64>,
}

/// What the analysis of a plan says of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Analysed {
    /// The verdict of the plan test, in words; it stands in line one of the text.
    pub verdict: String,
    /// The parties that may be of several types.
    pub parties: Vec<ModelledParty>,
}

/// Writes the text of a plan; `hash` is the SHA-256 of the case file.
///
/// # Errors
/// When the case has no such plan, with the ones it has, or when its rules forbid a step of the plan.
pub fn draft(
    case: &Case,
    hash: &str,
    plan: &str,
    analysed: &Analysed,
    terms: &Terms,
) -> Result<String, String> {
    let deal = case.deals.iter().find(|deal| deal.id == plan).ok_or_else(|| {
        let known: Vec<&str> = case.deals.iter().map(|deal| deal.id.as_str()).collect();
        format!("the case has no plan `{plan}`; it has: {}", known.join(", "))
    })?;
    let forbidden: Vec<String> = case
        .forbidden_steps(deal)
        .iter()
        .map(|step| case.forbidden_in_words(step))
        .collect();
    if !forbidden.is_empty() {
        return Err(format!(
            "the rules of the case forbid this plan: {}",
            forbidden.join("; ")
        ));
    }
    let mut out = String::new();
    let _ = writeln!(out, "# The plan test says: {}.", in_one_line(&analysed.verdict));
    head(&mut out, case, deal, hash, terms);
    let steps = steps(case, deal);
    for step in &steps {
        commitment(&mut out, step, &steps, terms);
    }
    snapbacks(&mut out, case, &steps, terms);
    for party in &analysed.parties {
        beliefs(&mut out, party, &steps);
    }
    Ok(out)
}

/// A text as part of a comment.
fn in_one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A TOML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list(names: &[&str]) -> String {
    let all: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", all.join(", "))
}

fn head(out: &mut String, case: &Case, deal: &Deal, hash: &str, terms: &Terms) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "# Drafted from the plan `{}` of \"{}\". Read it as a text: nothing here was negotiated.\n",
        deal.id,
        in_one_line(&case.title)
    );
    let _ = writeln!(
        out,
        "[agreement]\ntitle = {}\nzone = {}",
        quoted(&deal.name),
        quoted(&terms.zone)
    );
    let _ = writeln!(out, "in_force = {}\nmonths = \"last-day\"\n", terms.start);
    let _ = writeln!(
        out,
        "[agreement.case]\nhash = {}\nplan = {}\n",
        quoted(hash),
        quoted(&deal.id)
    );
    for party in &case.parties {
        let _ = writeln!(out, "[parties.{}]\nname = {}\n", party.id, quoted(&party.name));
    }
    if let Some(verifier) = &terms.verifier {
        let _ = writeln!(out, "[others.{verifier}]\nname = {}\n", quoted(verifier));
    }
}

/// A step of the plan as a duty of one party.
struct Step {
    id: String,
    issue: String,
    title: String,
    party: String,
    others: Vec<String>,
    at: u32,
    /// Whether the snapback sends the issue elsewhere.
    reversed: bool,
    /// The step of the same issue after this one, which replaces it.
    next: Option<String>,
}

fn steps(case: &Case, deal: &Deal) -> Vec<Step> {
    let mut all: Vec<Step> = Vec::new();
    for (number, step) in deal.steps.iter().enumerate() {
        for (issue_id, level) in &step.set {
            let issue = case.issue(*issue_id);
            // `check` refuses a plan that sets what nature has.
            let Some(owner) = issue.party else { continue };
            let party = case.party(owner);
            let id = format!("{}-{}", issue.id, number + 1);
            let prefix = format!("{}-", issue.id);
            if let Some(before) = all.iter_mut().rev().find(|before| before.id.starts_with(&prefix)) {
                before.next = Some(id.clone());
            }
            all.push(Step {
                id,
                issue: issue.id.clone(),
                title: case.level_in_words(*issue_id, *level),
                party: party.id.clone(),
                others: case
                    .parties
                    .iter()
                    .filter(|other| other.id != party.id)
                    .map(|other| other.id.clone())
                    .collect(),
                at: step.at,
                reversed: deal
                    .snapback
                    .get(issue_id.index())
                    .is_some_and(|back| back != level),
                next: None,
            });
        }
    }
    all
}

fn commitment(out: &mut String, step: &Step, all: &[Step], terms: &Terms) {
    let others: Vec<&str> = step.others.iter().map(String::as_str).collect();
    let _ = writeln!(
        out,
        "[commitments.{}]\ntitle = {}\nkind = \"achieve\"",
        step.id,
        quoted(&step.title)
    );
    let _ = writeln!(out, "by = {}\nto = {}", quoted(&step.party), list(&others));
    if let Some(verifier) = &terms.verifier {
        let _ = writeln!(out, "verifier = {}", quoted(verifier));
    }
    let within = Length {
        count: terms.period.count.saturating_mul(step.at as i32 + 1),
        unit: terms.period.unit,
    };
    let _ = writeln!(
        out,
        "within = {}\nthen_maintain = {}",
        quoted(&within.to_string()),
        step.next.is_none()
    );
    let before: Vec<&str> = all
        .iter()
        .filter(|other| other.at < step.at && other.party != step.party)
        .map(|other| other.id.as_str())
        .collect();
    let latest = all
        .iter()
        .filter(|other| before.contains(&other.id.as_str()))
        .map(|other| other.at)
        .max();
    let after: Vec<&str> = all
        .iter()
        .filter(|other| Some(other.at) == latest && other.party != step.party)
        .map(|other| other.id.as_str())
        .collect();
    if !after.is_empty() {
        let _ = writeln!(out, "after = {}", list(&after));
    }
    let _ = writeln!(out);
}

/// For each party: when one of its duties is found broken, the others take back what the plan says they take back.
fn snapbacks(out: &mut String, case: &Case, steps: &[Step], terms: &Terms) {
    for party in &case.parties {
        let own: Vec<&str> = steps
            .iter()
            .filter(|step| step.party == party.id)
            .map(|step| step.id.as_str())
            .collect();
        let back: Vec<&str> = steps
            .iter()
            .filter(|step| step.party != party.id && step.reversed)
            .map(|step| step.id.as_str())
            .collect();
        if own.is_empty() || back.is_empty() {
            continue;
        }
        let title = format!("What the others take back after a breach by {}", party.name);
        let _ = writeln!(out, "[snapback.after-{}]\ntitle = {}", party.id, quoted(&title));
        let _ = writeln!(out, "on_breach_of = {}\nreverses = {}", list(&own), list(&back));
        let _ = writeln!(out, "clock = {}\n", quoted(&terms.clock.to_string()));
    }
}

/// What observers believe at first, with the plan's model: verified duties vouch for the dates of their steps.
fn beliefs(out: &mut String, party: &ModelledParty, steps: &[Step]) {
    let dates = party.types.first().map_or(0, |own| own.quiet.len());
    let owed = steps.iter().filter(|step| party.issues.contains(&step.issue));
    let vouches: Vec<String> = owed
        .map(|step| (step, step.at as usize + 1))
        .filter(|(_, date)| *date < dates)
        .map(|(step, date)| format!("{} = {date}", step.id))
        .collect();
    if vouches.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "# By the model of the plan. `quiet`: for each of its dates, the chance that nothing has been found broken before."
    );
    let _ = writeln!(
        out,
        "[beliefs.{}]\nvouches = {{ {} }}",
        party.party,
        vouches.join(", ")
    );
    for own in &party.types {
        let quiet: Vec<String> = own
            .quiet
            .iter()
            .map(|chance| format!("{:.6}", chance.clamp(0.0, 1.0)))
            .collect();
        let _ = writeln!(
            out,
            "[beliefs.{}.types.{}]\n# It is expected to: {}",
            party.party, own.id, own.does
        );
        let _ = writeln!(
            out,
            "prior = {}\nquiet = [{}]",
            quoted(&format_exact(&own.prior)),
            quiet.join(", ")
        );
    }
    let _ = writeln!(out);
}
