//! The headline with what a reader wants beside it: level, days late, amount.

use super::commitment::Case;
use super::types::Headline;

/// `FULFILLED_LATE (+91; verified +95)`, `OVERDUE L2`, `CLAIMED (+178)`.
pub(super) fn label(
    case: &Case<'_, '_>,
    headline: Headline,
    late: Option<i64>,
    verified_late: Option<i64>,
    amount: Option<&(String, String, String)>,
) -> String {
    let mut label = headline.word();
    let performed = matches!(
        headline,
        Headline::Fulfilled | Headline::FulfilledLate | Headline::Violated
    );
    if !performed && let Some(level) = case.evidence.level() {
        label.push_str(&format!(" L{level}"));
    }
    let mut inside = Vec::new();
    if performed || headline == Headline::Claimed {
        if let Some(late) = late {
            inside.push(format!("+{late}"));
        }
        if let Some(verified) = verified_late
            && late.is_some()
            && late != Some(verified)
        {
            inside.push(format!("verified +{verified}"));
        }
    }
    if let Some((done, owed, unit)) = amount
        && done != "0"
    {
        let whole = done == owed || performed;
        inside.push(if whole {
            format!("{done} {unit}")
        } else {
            format!("{done} of {owed} {unit}")
        });
    }
    if !inside.is_empty() {
        label.push_str(&format!(" ({})", inside.join("; ")));
    }
    label
}
