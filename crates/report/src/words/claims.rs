//! Decided assertions in words.

use detente_analysis::claims::{Decision, Extent, Finding, Turns};
use detente_base::ids::JudgementId;
use detente_case::{Case, Claim, World};
use detente_verdict::line::Change;
use detente_verdict::verdict::Limits;

use super::flips::{in_another_game, place, unmoved};
use super::numbers::{counted, grouped};
use crate::view;

/// The files that hold the proofs of a claim, beside the page: the further ones are numbered.
#[must_use]
pub fn claim_proof_files(decision: &Decision) -> Vec<String> {
    let safe: String = decision
        .id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let file = |number: usize| match number {
        0 => format!("claim-{safe}.proof.json"),
        further => format!("claim-{safe}-{}.proof.json", further + 1),
    };
    (0..decision.proofs.len()).map(file).collect()
}

/// The limit under which each question of a claim is asked.
#[must_use]
pub fn claim_limit(limits: &Limits) -> view::Limit {
    view::Limit {
        what: "a question of a claim".into(),
        value: format!(
            "at most {} stages of bounds of at most {} rounds; in variants and at later dates, {}",
            limits.bounds.stages,
            limits.bounds.rounds,
            in_another_game(limits)
        ),
        reached: false,
    }
}

/// How far it was asked what claims turn on.
#[must_use]
pub fn turns_limit(extent: &Extent, decisions: &[Decision]) -> view::Limit {
    let sum = |of: fn(&Turns) -> usize| {
        decisions
            .iter()
            .map(|decision| of(&decision.turns))
            .sum::<usize>()
    };
    let (candidates, moved) = (sum(|turns| turns.candidates), sum(|turns| turns.moved));
    let unfinished = sum(|turns| turns.unfinished);
    let where_asked = match extent.judgements {
        0 => "claims that ask the game were left out (--turns N moves N judgements for each)".to_owned(),
        most => format!(
            "where the game is asked at most {most} a claim (those on which a margin rests, and discount factors) at {} \
             values towards each end of the range",
            extent.points
        ),
    };
    let whole = match unfinished {
        0 => String::new(),
        some => format!(", {some} of them not to both ends"),
    };
    view::Limit {
        what: "judgements moved alone for claims".into(),
        value: format!(
            "{moved} of {candidates} over the claims scanned{whole}, at {} values: {where_asked}; where plans or flows decide \
             at most {} values a claim, or {} where exchanges are searched; brackets halved {} times",
            grouped(sum(|turns| turns.values as usize) as u64),
            grouped(extent.values as u64),
            grouped(extent.searches as u64),
            extent.halvings,
        ),
        reached: moved < candidates || unfinished > 0 || extent.judgements == 0,
    }
}

/// The claims of a case with what was found about each. `written` is the case as written, `case` in its world.
#[must_use]
pub fn claims(
    (written, case): (&Case, &Case),
    world: (&World, &view::World),
    decisions: &[Decision],
) -> Vec<view::Claim> {
    let said = |(claim, decision): (&Claim, &Decision)| {
        let judged = verdict(decision.finding);
        let depends = decision.reversals().next().is_some();
        view::Claim {
            id: claim.id.clone(),
            place: claim.paragraph.clone().unwrap_or_default(),
            assertion: claim.text.clone(),
            verdict: if depends {
                view::ClaimVerdict::Depends
            } else {
                judged
            },
            as_judged: if depends {
                judged.word().into()
            } else {
                String::new()
            },
            reason: decision.reason.clone(),
            turns_on: decision
                .turns
                .changes
                .iter()
                .map(|(id, change)| turn(case, *id, change))
                .collect(),
            moved: moved(&decision.turns),
            world: world_of(claim, written, world),
            proof: claim_proof_files(decision).join(", "),
        }
    };
    case.claims.iter().zip(decisions).map(said).collect()
}

/// The world in which a claim was decided, with what its own variants put outside the stated ranges.
fn world_of(claim: &Claim, written: &Case, (world, shown): (&World, &view::World)) -> String {
    let here = if shown.as_written { "" } else { &shown.sentence };
    let beyond = claim.variants.iter().filter_map(|number| {
        let variant = written.variants.get(*number)?;
        let there = super::world(written, &world.with_variant(&variant.id)).ok()?;
        let known = |moved: &&view::MovedJudgement| shown.judgements.contains(moved);
        let outside: Vec<String> = there
            .outside()
            .filter(|moved| !known(moved))
            .map(view::MovedJudgement::in_words)
            .collect();
        (!outside.is_empty()).then(|| format!("in the variant “{}”, {}", variant.name, outside.join("; ")))
    });
    let parts = std::iter::once(here.to_owned()).chain(beyond);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

fn verdict(finding: Finding) -> view::ClaimVerdict {
    match finding {
        Finding::True => view::ClaimVerdict::True,
        Finding::False => view::ClaimVerdict::False,
        Finding::Undecided => view::ClaimVerdict::Undecided,
        Finding::NotDecidable => view::ClaimVerdict::NotYetDecidable,
    }
}

fn turn(case: &Case, id: JudgementId, change: &Change<Finding>) -> view::Flip {
    view::Flip {
        flips_at: place(change),
        becomes: verdict(change.becomes).word().into(),
        ..unmoved(case, id)
    }
}

/// "2 of 5 judgements moved alone, at 8 values; none turns it".
fn moved(turns: &Turns) -> String {
    if turns.candidates == 0 {
        return String::new();
    }
    let whole = match turns.unfinished {
        0 => String::new(),
        some => format!(", {some} not to both ends"),
    };
    if turns.moved == 0 {
        return format!(
            "None of {} on which it may turn was moved",
            counted(turns.candidates, "judgement", "judgements")
        );
    }
    let values = if turns.values == 1 { "value" } else { "values" };
    let none = if turns.changes.is_empty() {
        "; none turns it"
    } else {
        ""
    };
    format!(
        "{} of {} moved alone{whole}, at {} {values}{none}",
        turns.moved,
        counted(turns.candidates, "judgement", "judgements"),
        grouped(u64::from(turns.values))
    )
}
