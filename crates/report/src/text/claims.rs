//! Claims on the terminal: a line each, or with the reason and the judgements that turn it.

use super::layout::{self, Paper};
use crate::view::{Claim, ClaimVerdict, Flip};

/// The most changes that are shown of a claim; the rest are counted.
const MOST_TURNS: usize = 6;

/// "6 true, 7 false, 1 undecided".
pub fn counts(claims: &[Claim]) -> String {
    let counts: Vec<String> = ClaimVerdict::ALL
        .iter()
        .filter_map(|verdict| {
            let count = claims.iter().filter(|claim| claim.verdict == *verdict).count();
            (count > 0).then(|| format!("{count} {}", verdict.word()))
        })
        .collect();
    counts.join(", ")
}

/// A line a claim.
pub fn listed(claims: &[Claim], paper: &mut Paper) {
    if claims.is_empty() {
        return;
    }
    let noun = if claims.len() == 1 { "claim" } else { "claims" };
    paper.heading(&format!("{} {noun}: {}", claims.len(), counts(claims)));
    let margin = margin(claims);
    for claim in claims {
        line(claim, margin, paper);
    }
}

/// A line a claim with its reason and what it turns on under it.
pub fn in_full(claims: &[Claim], paper: &mut Paper) {
    let margin = margin(claims);
    for claim in claims {
        paper.blank();
        line(claim, margin, paper);
        paper.labelled("", margin, &claim.reason);
        for flip in claim.turns_on.iter().take(MOST_TURNS) {
            paper.labelled("", margin + 2, &turn(flip));
        }
        let more = claim.turns_on.len().saturating_sub(MOST_TURNS);
        if more > 0 {
            paper.labelled(
                "",
                margin + 2,
                &format!("and {more} further changes (--json lists them)."),
            );
        }
        if claim.world.contains("OUTSIDE") {
            paper.labelled("", margin + 2, &format!("World: {}.", claim.world));
        }
        if !claim.moved.is_empty() {
            paper.labelled("", margin + 2, &format!("{}.", claim.moved));
        }
    }
}

fn margin(claims: &[Claim]) -> usize {
    2 + layout::widest(claims.iter().map(|claim| claim.id.as_str())).min(12) + 2
}

fn line(claim: &Claim, margin: usize, paper: &mut Paper) {
    let (sign, verdict) = (claim.verdict.sign(), claim.verdict.word());
    let how = match claim.depends_how() {
        how if how.is_empty() => how,
        how => format!(" ({how})"),
    };
    let words = format!("{sign} {verdict}: {}{how}", claim.assertion);
    paper.labelled(&format!("  {}", claim.id), margin, &words);
}

/// "Turns false if X is above a value between 0.3 and 0.4 (now 0.2, range 0.1 to 0.5)."
fn turn(flip: &Flip) -> String {
    format!(
        "Turns {} if {} is {} (now {}, range {}).",
        flip.becomes, flip.judgement, flip.flips_at, flip.now, flip.range
    )
}
