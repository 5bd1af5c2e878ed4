//! What an exploration came to, in words.

use detente_case::Case;
use detente_report::words::{counted, short};
use detente_worlds::summary::{FailsWhen, ProfileSummary};

use super::explore::Summary;

/// How many judgements are named in a list.
const NAMED: usize = 6;

/// The summary of all profiles; `cases` are the case as it stands in the likely world of each.
pub fn summary(written: &Case, cases: &[&Case], summary: &Summary) -> String {
    let mut text = Vec::new();
    for (profile, case) in summary.profiles.iter().zip(cases) {
        text.extend(of_profile(case, profile));
        text.push(String::new());
    }
    text.push(format!(
        "Asked for: a settlement with {}. Worlds are drawn from the stated ranges ({}, seed {}); at most {} of each 64 solved \
         where no known deal held.",
        summary.target,
        summary.distribution,
        summary.seed,
        counted(summary.solves as usize, "world is", "worlds are"),
    ));
    text.push(format!(
        "Shares are of worlds drawn, not chances that something happens. Case: {} ({}).",
        written.title, summary.case
    ));
    text.join("\n")
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 1.0 => format!("{percent:.1} %"),
        percent if percent > 99.0 && percent < 100.0 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

fn label<'c>(case: &'c Case, key: &'c str) -> &'c str {
    case.judgement_by_key(key)
        .map_or(key, |id| case.judgement(id).label.as_str())
}

fn of_profile(case: &Case, profile: &ProfileSummary) -> Vec<String> {
    let worlds = profile.worlds as usize;
    let (low, high) = profile.share_possible;
    let mut text = vec![format!(
        "{}POSSIBLE in {} of {}, impossible in {}, undecided in {}: a share between {} and {} (95 %)",
        types_in_words(case, profile),
        profile.possible,
        counted(worlds, "world", "worlds"),
        profile.impossible,
        profile.undecided,
        percent(low),
        percent(high),
    )];
    if profile.not_solved > 0 {
        text.push(format!(
            "  Of the undecided, {} not solved: the limit on worlds to solve was reached before them (--solves).",
            counted(profile.not_solved as usize, "was", "were"),
        ));
    }
    for (number, deal) in profile.likely_deals.iter().enumerate() {
        text.push(format!(
            "  Deal {} of the likely world holds in {} of them: between {} and {} (proof {}).",
            number + 1,
            deal.holds,
            percent(deal.share.0),
            percent(deal.share.1),
            &deal.deal[..deal.deal.len().min(12)],
        ));
    }
    if profile.possible == profile.worlds || profile.possible == 0 {
        text.push("  All worlds have the same outcome, so nothing is said of what matters.".into());
    }
    text.extend(profile.fails_when.iter().map(|fails| fails_when(case, fails)));
    if !profile.matters.is_empty() {
        text.push("  What matters (share of the variance alone; Shapley effect; what chance shows):".into());
    }
    for matters in profile.matters.iter().take(NAMED) {
        let together = matters
            .shapley
            .map_or(String::new(), |share| format!("; {}", short(share)));
        text.push(format!(
            "    {}: {}{together}; {}",
            label(case, &matters.judgement),
            short(matters.first_order),
            short(matters.first_order_baseline),
        ));
    }
    if let Some(first) = profile.find_out.first() {
        text.push(format!(
            "  What to find out next: {}: knowing it adds {} to the share of worlds in which the chosen deal holds (chance \
             shows {}; knowing everything adds {}).",
            label(case, &first.judgement),
            percent(first.gain),
            percent(first.baseline.max(0.0)),
            percent(profile.knowing_everything),
        ));
    }
    text
}

fn types_in_words(case: &Case, profile: &ProfileSummary) -> String {
    let types = profile.types.iter().map(|(party, of)| {
        let named = case.parties.iter().find(|known| &known.id == party);
        let name = named.map_or(party.as_str(), |party| party.name.as_str());
        let of_type = named.and_then(|party| party.types.iter().find(|known| &known.id == of));
        format!("{name} {}", of_type.map_or(of.as_str(), |of| of.name.as_str()))
    });
    let types: Vec<String> = types.collect();
    match types.is_empty() {
        true => String::new(),
        false => format!("{}: ", types.join(", ")),
    }
}

fn fails_when(case: &Case, fails: &FailsWhen) -> String {
    let ends = fails.ends.iter().map(|end| {
        let side = if end.above { "at least" } else { "at most" };
        format!("{} is {side} {}", label(case, &end.judgement), short(end.at))
    });
    let ends: Vec<String> = ends.collect();
    let often = if fails.density >= 0.5 {
        "mostly"
    } else {
        "more often"
    };
    format!(
        "  No deal is shown {often} when {}: {} of the worlds there, {} of all such worlds.",
        ends.join(" and "),
        percent(fails.density),
        percent(fails.coverage),
    )
}
