//! What a case must satisfy as a whole: limits, priors, levels, needs that can be met, claims with their parts.

use std::collections::{BTreeMap, BTreeSet};

use super::check::report_forbidden_steps;
use super::document::{ClaimSection, Document, IssueSection, PartySection};
use super::needs::report_unmeetable;
use super::reader::{Entries, Located, Text, shorten};
use super::{
    Case, Claim, ClaimPart, Domain, Judgement, MOST_ISSUES, MOST_LEVELS, MOST_PARDONS, MOST_PARTIES,
    MOST_PERIODS, MOST_SOURCES, MOST_STATES, MOST_TYPES, NATURE,
};
use detente_base::number::{Exact, format_exact};
use detente_reading::diagnostic::{Diagnostics, Span};

/// The longest name of a party, type, issue or ending, in bytes.
pub(super) const LONGEST_NAME: usize = 200;

/// Words that conditions use and no issue or level may be called.
const RESERVED: [&str; 7] = ["and", "or", "not", "implies", "iff", "true", "false"];

/// Reports what keeps the sections from making a case, whatever they mean. False when there are more of
/// something than is handled, so that nothing further can be said.
pub(super) fn within_limits(document: &Document, diagnostics: &mut Diagnostics) -> bool {
    let mut fits = at_most("parties", &document.parties, MOST_PARTIES, diagnostics)
        & at_most("issues", &document.issues, MOST_ISSUES, diagnostics)
        & at_most("sources", &document.sources, MOST_SOURCES, diagnostics);
    report_long_times(document, diagnostics);
    report_many_pardons(document, diagnostics);
    report_long_names(document, diagnostics);
    for (id, party) in &document.parties.items {
        report_reserved(id, diagnostics);
        report_priors(id, party, diagnostics);
        fits &= at_most("types", &party.types, MOST_TYPES, diagnostics);
        if let Some(pace) = &party.pace
            && pace.value == 0
        {
            diagnostics.report(
                "empty-pace",
                pace.span.clone(),
                "a pace of 0 lets the party do nothing",
                "must be at least 1",
                Some("leave `pace` out if there is no limit".into()),
            );
        }
    }
    let mut states = 1u64;
    for (name, issue) in &document.issues.items {
        report_bad_name("issue", name, diagnostics);
        fits &= report_levels(issue, diagnostics);
        states = states.saturating_mul(issue.levels.len().max(1) as u64);
    }
    if let Some((name, _)) = document.issues.items.last()
        && states > MOST_STATES
    {
        diagnostics.report(
            "case-too-large",
            name.span.clone(),
            format!("the issues make {states} states; at most {MOST_STATES} are handled"),
            "the last issue of too many",
            Some("merge issues that always move together, or leave out levels that nobody uses".into()),
        );
    }
    fits && states <= MOST_STATES
}

/// Reports delays and dates beyond what is ever computed.
fn report_long_times(document: &Document, diagnostics: &mut Diagnostics) {
    let issues = document
        .issues
        .items
        .iter()
        .flat_map(|(_, issue)| [&issue.lag, &issue.restored]);
    let deals = document.deals.items.iter().map(|(_, deal)| &deal.periods);
    let steps = document
        .deals
        .items
        .iter()
        .flat_map(|(_, deal)| &deal.steps)
        .map(|step| &step.at);
    for periods in issues.chain(deals).flatten().chain(steps) {
        let hint = "choose a longer period in [case], or count in periods instead of days";
        report_many(periods, MOST_PERIODS, "periods", hint, diagnostics);
    }
}

/// Reports deals that would forgive more alarms than is ever computed.
fn report_many_pardons(document: &Document, diagnostics: &mut Diagnostics) {
    let deals = document.deals.items.iter();
    for pardons in deals.filter_map(|(_, deal)| deal.pardons.as_ref()) {
        let hint = "every pardon weakens what keeps a deal up; state a few, or none";
        report_many(pardons, MOST_PARDONS, "pardons", hint, diagnostics);
    }
}

/// Reports a count beyond what is ever computed.
fn report_many(count: &Located<u32>, most: u32, what: &str, hint: &str, diagnostics: &mut Diagnostics) {
    if count.value > most {
        diagnostics.report(
            "out-of-range",
            count.span.clone(),
            format!("{} {what}; at most {most} are handled", count.value),
            format!("too many {what}"),
            Some(hint.into()),
        );
    }
}

/// Reports names that would not fit into any sentence.
fn report_long_names(document: &Document, diagnostics: &mut Diagnostics) {
    let parties = document.parties.items.iter().map(|(_, party)| &party.name);
    let types = document
        .parties
        .items
        .iter()
        .flat_map(|(_, party)| &party.types.items);
    let types = types.filter_map(|(_, of)| of.name.as_ref());
    let issues = document.issues.items.iter().map(|(_, issue)| &issue.name);
    let endings = document.endings.iter().map(|ending| &ending.name);
    for name in parties.chain(types).chain(issues).chain(endings) {
        if name.value.len() > LONGEST_NAME || name.value.trim().is_empty() {
            let (message, hint) = if name.value.trim().is_empty() {
                (
                    "this name is empty".to_owned(),
                    "write the name that sentences should use",
                )
            } else {
                (
                    format!(
                        "this name has {} bytes; at most {LONGEST_NAME} are handled",
                        name.value.len()
                    ),
                    "keep the name short and put the rest into `about`",
                )
            };
            diagnostics.report(
                "bad-name",
                name.span.clone(),
                message,
                "stands in every sentence",
                Some(hint.into()),
            );
        }
    }
}

fn at_most<T>(what: &str, entries: &Entries<T>, most: usize, diagnostics: &mut Diagnostics) -> bool {
    let found = entries.items.len();
    if let Some((name, _)) = entries.items.get(most) {
        diagnostics.report(
            "case-too-large",
            name.span.clone(),
            format!("{found} {what}; at most {most} are handled"),
            "the first one too many",
            Some(format!(
                "merge {what} that always act together, or leave some out"
            )),
        );
    }
    found <= most
}

/// Reports a party that bears the name of what nobody decides.
fn report_reserved(id: &Text, diagnostics: &mut Diagnostics) {
    if id.value == NATURE {
        diagnostics.report(
            "bad-name",
            id.span.clone(),
            "a party cannot be called `nature`",
            "reserved for issues that no party controls",
            Some("choose another id; `name` may be any words".into()),
        );
    }
}

fn report_bad_name(what: &str, name: &Text, diagnostics: &mut Diagnostics) {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.value.is_empty() || !name.value.chars().all(fits) || RESERVED.contains(&name.value.as_str()) {
        diagnostics.report(
            "bad-name",
            name.span.clone(),
            format!(
                "`{}` cannot be the name of {what}s in conditions",
                shorten(&name.value)
            ),
            "cannot be written in a condition",
            Some(format!(
                "use letters, digits, `_`, `-` and `.`; these words are taken: {}",
                RESERVED.join(", ")
            )),
        );
    }
}

/// False when there are more levels than are handled.
fn report_levels(issue: &IssueSection, diagnostics: &mut Diagnostics) -> bool {
    let levels = &issue.levels;
    // Levels that could not be read were reported where they stand.
    let unread = levels.is_empty() && issue.flawed;
    if !(1..=MOST_LEVELS).contains(&levels.len()) && !unread {
        diagnostics.report(
            "bad-levels",
            issue.name.span.clone(),
            format!(
                "an issue has 1 to {MOST_LEVELS} levels; this one has {}",
                levels.len()
            ),
            "this issue",
            Some(
                if levels.is_empty() {
                    "write them from least to most, such as levels = [\"none\", \"full\"]"
                } else {
                    "merge levels that nobody distinguishes"
                }
                .into(),
            ),
        );
    }
    let mut seen = BTreeSet::new();
    for level in levels {
        report_bad_name("level", level, diagnostics);
        if !seen.insert(&level.value) {
            diagnostics.report(
                "contradictory-levels",
                level.span.clone(),
                format!("level `{}` is listed twice", shorten(&level.value)),
                "listed before",
                Some("levels go from least to most, each once".into()),
            );
        }
    }
    levels.len() <= MOST_LEVELS
}

/// Reports what the sections contradict among themselves.
pub(super) fn report_contradictions(document: &Document, case: &Case, diagnostics: &mut Diagnostics) {
    report_ending_chances(document, diagnostics);
    // Ids are positions: these speak only of a case whose issues could all be read.
    if document.issues.whole()
        && !diagnostics.sections_lost()
        && case.issues.len() == document.issues.items.len()
    {
        report_unmeetable(document, case, diagnostics);
        report_forbidden_steps(document, case, diagnostics);
    }
}

fn report_priors(id: &Text, party: &PartySection, diagnostics: &mut Diagnostics) {
    let types = &party.types;
    if types.items.is_empty() || !types.whole() || diagnostics.sections_lost() {
        return;
    }
    let priors = types.items.iter().map(|(_, of)| &of.prior.likely);
    // A prior outside [0,1] is reported where it stands; the sum is then wrong because of it.
    if priors.clone().any(|prior| !Domain::Share.contains(prior)) {
        return;
    }
    let sum: Exact = priors.fold(Exact::ZERO, |sum, prior| sum + prior.clone());
    if sum != Exact::ONE {
        diagnostics.report(
            "priors",
            id.span.clone(),
            format!(
                "the priors of {}'s types add to {}, not 1",
                shorten(&party.name.value),
                format_exact(&sum)
            ),
            "the party whose types these are",
            Some("the chances of all types of a party add to exactly 1; thirds are written \"1/3\"".into()),
        );
    }
}

fn report_ending_chances(document: &Document, diagnostics: &mut Diagnostics) {
    // Endings that cannot happen in the same state may share more than 1; only those always possible count here.
    let always = document.endings.iter().filter(|ending| ending.when.is_none());
    let chances = always.clone().map(|ending| &ending.chance.likely);
    if chances.clone().any(|chance| !Domain::Share.contains(chance)) {
        return;
    }
    let sum = chances.fold(Exact::ZERO, |sum, chance| sum + chance.clone());
    if sum > Exact::ONE
        && let Some(last) = always.into_iter().next_back()
    {
        diagnostics.report(
            "out-of-range",
            last.chance.span.clone(),
            format!(
                "the chances of all endings add to {}, more than 1",
                format_exact(&sum)
            ),
            "the last of them",
            Some("the chances per period of endings that can happen together add to at most 1".into()),
        );
    }
}

/// Reports the parts that a claim lacks though its kind needs them, and those it gives though its kind never looks at them.
pub(super) fn report_parts_of_claim(claim: &Claim, section: &ClaimSection, diagnostics: &mut Diagnostics) {
    if section.flawed {
        return;
    }
    let parts = claim.kind.parts();
    for (field, part) in ClaimPart::ALL {
        let given = given(section, part);
        let (label, message, hint) = if parts.needed.contains(&part) && given.is_none() {
            (
                format!("`{field}` is missing in this claim"),
                format!("a claim of the kind `{}` needs `{field}`", claim.kind.name()),
                format!("add {}", example(field)),
            )
        } else if given.is_some() && !parts.needed.contains(&part) && !parts.optional.contains(&part) {
            (
                "it would change nothing".to_owned(),
                format!(
                    "a claim of the kind `{}` does not look at `{field}`",
                    claim.kind.name()
                ),
                format!("leave out `{field}`, or choose a kind that looks at it"),
            )
        } else {
            continue;
        };
        let span = given.unwrap_or_else(|| section.kind.span.clone());
        diagnostics.report("incomplete-claim", span, message, label, Some(hint));
    }
}

/// Where a part of a claim stands, if it is given.
fn given(section: &ClaimSection, part: ClaimPart) -> Option<Span> {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.span.clone());
    let names = |names: &[Text]| names.first().map(|name| name.span.clone());
    match part {
        ClaimPart::Target => text(&section.target),
        ClaimPart::Against => text(&section.against),
        ClaimPart::Set => section.set.items.first().map(|(name, _)| name.span.clone()),
        ClaimPart::Variants => names(&section.variants.0),
        ClaimPart::Parties => names(&section.parties.0),
        ClaimPart::Deals => names(&section.deals.0),
        ClaimPart::AboutNothing => section.about_nothing.as_ref().map(|number| number.span.clone()),
    }
}

/// How a part of a claim is written.
fn example(field: &str) -> &'static str {
    match field {
        "set" => "set = { ISSUE = \"LEVEL\" }, the levels that the gesture or exchange sets",
        "variants" => "variants = \"NAME\", names of sections [variants.NAME]",
        "against" => "against = \"CONDITION\", what it is compared with",
        _ => "target = \"CONDITION\", the states that the claim speaks of",
    }
}

/// Numbers judgements that would otherwise have the same key.
pub(super) fn make_keys_unique(judgements: &mut [Judgement]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for judgement in judgements {
        let times = seen.entry(judgement.key.clone()).or_insert(0);
        *times += 1;
        if *times > 1 {
            judgement.key = format!("{}#{times}", judgement.key);
        }
    }
}
