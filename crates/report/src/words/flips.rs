//! Which single judgement would change the answer, in words.

use detente_base::ids::JudgementId;
use detente_base::number::{format_exact, to_float};
use detente_case::Case;
use detente_verdict::flips::{Outcome, Scan, Scanned};
use detente_verdict::line::Change;
use detente_verdict::verdict::Limits;
use detente_worlds::flips::Breaks;

use super::numbers::{counted, grouped, short};
use crate::view;

/// What was scanned, one entry a change, or one for a judgement that changes nothing.
#[must_use]
pub fn flips(case: &Case, scanned: &[Scanned], breaks: Option<&Breaks>) -> Vec<view::Flip> {
    let of = |one: &Scanned| {
        let mut flips = of_judgement(case, one);
        let place = breaks
            .map(|breaks| breaking(breaks, one.judgement))
            .unwrap_or_default();
        flips
            .iter_mut()
            .for_each(|flip| flip.deal_breaks_at.clone_from(&place));
        flips
    };
    scanned.iter().flat_map(of).collect()
}

/// Where a judgement alone breaks the deal shown: "below 0.9, above 1.1".
fn breaking(breaks: &Breaks, id: JudgementId) -> String {
    let payoffs = breaks
        .payoffs
        .iter()
        .filter(|flip| flip.judgement == id)
        .map(|flip| {
            let side = if flip.upwards { "above" } else { "below" };
            format!("{side} {}", short(to_float(&flip.holds_up_to)))
        });
    let rates = breaks
        .rates
        .iter()
        .filter(|flip| flip.judgement == id)
        .map(|flip| {
            let side = if flip.fails_at > flip.holds_at {
                "above"
            } else {
                "below"
            };
            format!("{side} {}", short(to_float(&flip.fails_at)))
        });
    let places: Vec<String> = payoffs.chain(rates).collect();
    places.join(", ")
}

fn of_judgement(case: &Case, scanned: &Scanned) -> Vec<view::Flip> {
    let plain = unmoved(case, scanned.judgement);
    if scanned.changes.is_empty() {
        // What was not tried at both ends is counted with the limits, not called unchanging.
        return if scanned.at_both_ends {
            vec![plain]
        } else {
            Vec::new()
        };
    }
    let changed = |change: &Change<Outcome>| view::Flip {
        flips_at: place(change),
        becomes: becomes(change.becomes).into(),
        ..plain.clone()
    };
    scanned.changes.iter().map(changed).collect()
}

/// A judgement as it stands.
pub(super) fn unmoved(case: &Case, id: JudgementId) -> view::Flip {
    let judgement = case.judgement(id);
    let end = |end: &Option<_>| format_exact(end.as_ref().unwrap_or(&judgement.likely));
    view::Flip {
        judgement: judgement.label.clone(),
        now: format_exact(&judgement.likely),
        range: format!("{} to {}", end(&judgement.low), end(&judgement.high)),
        ..view::Flip::default()
    }
}

/// "above a value between 0.3 and 0.35": both ends were asked.
pub(super) fn place<T>(change: &Change<T>) -> String {
    let (same, other) = (to_float(&change.last_same), to_float(&change.first_other));
    let side = if other > same { "above" } else { "below" };
    format!(
        "{side} a value between {} and {}",
        short(same.min(other)),
        short(same.max(other))
    )
}

fn becomes(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Possible => "possible",
        Outcome::Impossible => "impossible",
        Outcome::Undecided => "undecided",
    }
}

/// What goes after "unless": the changes, the first few of them.
#[must_use]
pub fn unless(flips: &[view::Flip]) -> Vec<String> {
    let changing = flips.iter().filter(|flip| !flip.flips_at.is_empty());
    changing
        .take(3)
        .map(|flip| {
            format!(
                "{} is {} (now {}): then {}.",
                flip.judgement, flip.flips_at, flip.now, flip.becomes
            )
        })
        .collect()
}

/// How far the scan came, and whether a limit ended it.
#[must_use]
pub fn scan_limit(scan: &Scan<'_>, scanned: &[Scanned], candidates: usize) -> view::Limit {
    let at_ends = scanned.iter().filter(|scanned| scanned.at_both_ends).count();
    let unfinished = scanned
        .iter()
        .filter(|scanned| scanned.at_both_ends && scanned.cut_short);
    let unfinished = unfinished.count();
    let between = scan.extent.points.saturating_sub(1);
    let between = match (between, unfinished) {
        (0, _) => String::new(),
        (values, 0) => format!(
            " and at {} towards each end",
            counted(values as usize, "value", "values")
        ),
        (values, some) => format!(
            " and at {} towards each end, {some} of them not at all of these",
            counted(values as usize, "value", "values")
        ),
    };
    view::Limit {
        what: "judgements moved alone".into(),
        value: format!(
            "{at_ends} of {candidates} (all with a range that enter the game) at both ends of the range{between}; a bracket \
             around a change is halved at most {}; each value under the limits of the question itself",
            counted(scan.extent.halvings as usize, "time", "times"),
        ),
        reached: at_ends < candidates || unfinished > 0,
    }
}

/// The limits of work on a question about another game than the present one, in which nothing can be used again.
pub(super) fn in_another_game(limits: &Limits) -> String {
    let further = match limits.deals.deals {
        usize::MAX => String::new(),
        1 => "; no further settlement is tried after the first deal".into(),
        most => format!("; no further settlement is tried after {most} deals"),
    };
    format!(
        "rounds of harsher answers at most {}, until {} blocks of states were looked at, onward paths until {} positions \
         and moves and ways back until {} states were{further}",
        limits.answer_rounds,
        grouped(limits.answer_looks),
        grouped(limits.deals.work),
        grouped(limits.deals.looks)
    )
}
