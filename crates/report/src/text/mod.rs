//! The terminal summary: the answer in line one, then because, then unless, then the rest.
//!
//! Words and layout carry everything; styling is the caller's choice and only helps.

mod claims;
mod layout;

use layout::Paper;

use crate::words::counted;

use crate::view::{Answer, Flip, Ladder, Payoff, Report, World};

/// The standing line of every report.
pub const STANDING: &str =
    "This tests an argument under stated judgements. It does not predict, and it takes no side.";

/// Whether to style the text for a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// Bold and dim by ANSI escape sequences; no line says anything by styling alone.
    Ansi,
}

/// The summary of a report in lines of at most `width` columns (40 at the least).
pub fn summary(report: &Report, width: usize, style: Style) -> String {
    let mut paper = Paper::new(width.max(40), style);
    answer(report, &mut paper);
    profiles(report, &mut paper);
    if let Some(ladder) = &report.ladder {
        steps(ladder, report.verdict.answer, &mut paper);
    }
    if let Some(sturdiness) = &report.sturdiness {
        paper.blank();
        paper.paragraph(&sturdiness.sentence);
    }
    payoffs(report, &mut paper);
    others(report, &mut paper);
    sections(report, &mut paper);
    claims::listed(&report.claims, &mut paper);
    flips(&report.flips, &mut paper);
    doubts(report, &mut paper);
    foot(report, &mut paper);
    paper.finish()
}

/// The claims alone, with a count in line one, and for each the reason and what it turns on.
pub fn claims_only(report: &Report, width: usize, style: Style) -> String {
    let mut paper = Paper::new(width.max(40), style);
    let of = format!(
        "{} of “{}”: {}.",
        counted(report.claims.len(), "claim", "claims"),
        report.title,
        claims::counts(&report.claims)
    );
    paper.paragraph(&of);
    world(&report.world, &mut paper);
    claims::in_full(&report.claims, &mut paper);
    foot(report, &mut paper);
    paper.finish()
}

/// The answer with every reason and doubt and the judgements behind them.
pub fn why(report: &Report, width: usize, style: Style) -> String {
    let mut paper = Paper::new(width.max(40), style);
    answer(report, &mut paper);
    paper.heading("Reasons, and the judgements behind them");
    for reason in &report.reasons {
        paper.item(&reason.headline);
        if !reason.detail.is_empty() {
            paper.indented(&reason.detail);
        }
        for name in &reason.rests_on {
            if let Some(judgement) = report.judgements.iter().find(|judgement| &judgement.what == name) {
                let range = match (judgement.low.as_str(), judgement.high.as_str()) {
                    ("", "") => "no range given".to_owned(),
                    (low, high) => format!("range {low} to {high}"),
                };
                let source = if judgement.source.is_empty() {
                    "no source"
                } else {
                    &judgement.source
                };
                let words = format!(
                    "{name}: {} ({range}; {source}). {}",
                    judgement.likely, judgement.because
                );
                paper.indented(words.trim_end());
            }
        }
    }
    flips(&report.flips, &mut paper);
    doubts(report, &mut paper);
    foot(report, &mut paper);
    paper.finish()
}

fn answer(report: &Report, paper: &mut Paper) {
    let verdict = &report.verdict;
    let word = verdict.answer.word().to_uppercase();
    paper.strong_hanging(&format!("{word}  "), &verdict.headline);
    if let Some(losers) = verdict.losers_in_words() {
        paper.paragraph(&losers);
    }
    world(&report.world, paper);
    if !verdict.because.is_empty() {
        paper.heading("Because");
        verdict.because.iter().for_each(|reason| paper.item(reason));
    }
    if !verdict.unless.is_empty() {
        paper.heading("Unless");
        verdict.unless.iter().for_each(|reason| paper.item(reason));
    }
    if !verdict.rests_on.is_empty() {
        paper.blank();
        paper.paragraph(&verdict.rests_on);
    }
}

/// The world, where it is another than the case as written.
fn world(world: &World, paper: &mut Paper) {
    if let Some(line) = world.line() {
        paper.paragraph(&line);
    }
}

/// The verdict by what the parties are, where a party may be of several types.
fn profiles(report: &Report, paper: &mut Paper) {
    if report.profiles.len() < 2 {
        return;
    }
    paper.heading("The verdict by type");
    for profile in &report.profiles {
        let answer = profile.answer.map_or("Not tried", Answer::word);
        let deal = match profile.deal.is_empty() {
            true => String::new(),
            false => format!(", {}", profile.deal),
        };
        paper.item(&format!(
            "{} ({}): {answer}{deal}",
            profile.in_words, profile.chance
        ));
    }
    if let Some(type_proof) = &report.type_proof {
        paper.indented(&type_proof.sentence);
    }
}

fn steps(ladder: &Ladder, answer: Answer, paper: &mut Paper) {
    paper.heading(match answer {
        Answer::Possible => "The deal, step by step",
        Answer::Impossible | Answer::Undecided => "The best attempt, step by step",
    });
    let whens = ladder.steps.iter().map(|step| step.when.as_str());
    let margin = 2 + layout::widest(whens.chain(["Today", "If broken"])).min(18) + 2;
    paper.labelled("  Today", margin, &ladder.today);
    for step in &ladder.steps {
        let mut label = format!("  {}", step.when);
        for the_move in &step.moves {
            let marks: Vec<String> = the_move
                .marks
                .iter()
                .map(|mark| format!("[{}]", mark.words()))
                .collect();
            let words = format!("{}: {} {}", the_move.by, the_move.words, marks.join(" "));
            paper.labelled(&label, margin, words.trim_end());
            label.clear();
        }
        if step.moves.is_empty() {
            paper.labelled(&label, margin, "Nobody moves.");
        }
        if !step.breaks.is_empty() {
            paper.labelled("", margin + 2, &format!("BREAKS HERE: {}", step.breaks));
        }
        if !step.holds_because.is_empty() {
            paper.labelled("", margin + 2, &step.holds_because);
        }
    }
    if !ladder.settlement.is_empty() {
        paper.labelled(
            "  Then",
            margin,
            &format!("no further moves: {}", ladder.settlement),
        );
    }
    if !ladder.snapback.is_empty() {
        paper.labelled("  If broken", margin, &ladder.snapback);
    }
}

fn payoffs(report: &Report, paper: &mut Paper) {
    let payoffs: &[Payoff] = &report.payoffs;
    if payoffs.is_empty() {
        return;
    }
    paper.heading("What each party gets, each on its own scale");
    let mut rows = vec![
        ["Party", "No deal", "Deal", "Worst case"]
            .map(String::from)
            .to_vec(),
    ];
    for payoff in payoffs {
        let shown = |amount: &Option<crate::view::Amount>| {
            amount
                .as_ref()
                .map_or("none".to_string(), |amount| amount.shown.clone())
        };
        rows.push(vec![
            payoff.party.clone(),
            payoff.no_deal.shown.clone(),
            shown(&payoff.deal),
            shown(&payoff.worst),
        ]);
    }
    if payoffs.iter().all(|payoff| payoff.worst.is_none()) {
        rows.iter_mut().for_each(|row| row.truncate(3));
    }
    paper.table(&rows);
    if !report.no_deal.is_empty() {
        paper.indented(&report.no_deal);
    }
}

fn others(report: &Report, paper: &mut Paper) {
    if report.other_deals.is_empty() {
        return;
    }
    paper.heading("Other undominated deals");
    for deal in &report.other_deals {
        let chosen = if deal.chosen_by.is_empty() {
            String::new()
        } else {
            format!(" ({})", deal.chosen_by)
        };
        let amounts: Vec<String> = deal
            .payoffs
            .iter()
            .map(|payoff| format!("{} {}", payoff.party, payoff.amount.shown))
            .collect();
        paper.item(&format!(
            "{}{chosen}: {} ({})",
            deal.name,
            deal.settlement,
            amounts.join(", ")
        ));
    }
}

fn sections(report: &Report, paper: &mut Paper) {
    for section in &report.sections {
        paper.heading(&section.title);
        paper.indented(&section.sentence);
    }
}

/// The most judgements without a change that are listed one by one.
const MOST_UNCHANGING: usize = 6;

fn flips(flips: &[Flip], paper: &mut Paper) {
    if flips.is_empty() {
        return;
    }
    paper.heading("Sensitivity to single judgements");
    let (still, changing): (Vec<&Flip>, Vec<&Flip>) = flips.iter().partition(|flip| flip.flips_at.is_empty());
    for flip in changing {
        let becomes = if flip.becomes.is_empty() {
            String::new()
        } else {
            format!("{} ", flip.becomes)
        };
        paper.item(&format!(
            "{}: {becomes}{} (now {}{})",
            flip.judgement,
            flip.flips_at,
            flip.now,
            breaks(flip)
        ));
    }
    for flip in still.iter().take(MOST_UNCHANGING) {
        paper.item(&format!(
            "{}: now {}{}; no value tried from {} changes it",
            flip.judgement,
            flip.now,
            breaks(flip),
            flip.range
        ));
    }
    match still.len().saturating_sub(MOST_UNCHANGING) {
        0 => {}
        1 => paper.item("one more changes it at no value tried (--json lists it)"),
        more => paper.item(&format!(
            "{more} more change it at no value tried (--json lists them)"
        )),
    }
}

/// Where a judgement alone breaks the deal shown.
fn breaks(flip: &Flip) -> String {
    match flip.deal_breaks_at.as_str() {
        "" => String::new(),
        place => format!("; the deal shown breaks {place}"),
    }
}

fn doubts(report: &Report, paper: &mut Paper) {
    if report.doubts.is_empty() {
        return;
    }
    paper.heading("Doubts");
    report.doubts.iter().for_each(|doubt| paper.item(&doubt.headline));
}

fn foot(report: &Report, paper: &mut Paper) {
    paper.blank();
    let (sourced, all) = report.sourced();
    if all > 0 {
        paper.paragraph(&format!("Judgements with a source: {sourced} of {all}."));
    }
    // All limits are in `--json` and on the page; here those that cut the work short.
    for limit in report.limits.iter().filter(|limit| limit.reached) {
        paper.paragraph(&format!("Limit reached: {}: {}.", limit.what, limit.value));
    }
    paper.paragraph(STANDING);
    paper.blank();
    for (label, value) in [
        ("Version", report.version.as_str()),
        ("Case", report.hash.as_str()),
        ("Repeat", report.command.as_str()),
    ] {
        if !value.is_empty() {
            paper.verbatim(&format!("{label:<8} {value}"));
        }
    }
}
