//! From the text of a case file to a checked [`Case`], or to everything that is wrong with it.

mod fineness;
mod missing;
mod parties;
mod payoffs;
mod proposals;

pub(super) use proposals::report_forbidden_steps;

use toml::de::DeTable;

use super::document::{CaseSection, Document, IssueSection, Movement};
use super::judgement::Number;
use super::rankings::rankings;
use super::reader::{Entries, Fields, Text};
use super::resolve::Names;
use super::{Case, Domain, Judgement, Source, Speed, Target};
use super::{recovery, syntax, validate};
use crate::condition::Condition;
use detente_base::hash::ContentHash;
use detente_base::ids::{JudgementId, Level, SourceId};
use detente_reading::diagnostic::{Diagnostics, Span};

/// The most parties a case may have.
pub const MOST_PARTIES: usize = 12;
/// The most issues a case may have.
pub const MOST_ISSUES: usize = 60;
/// The most levels an issue may have.
pub const MOST_LEVELS: usize = 64;
/// The most types a party may have.
pub const MOST_TYPES: usize = 16;
/// The most sources a case may have.
pub const MOST_SOURCES: usize = 10_000;
/// The most states a case may have.
pub const MOST_STATES: u64 = 16_000_000;

/// The longest case file, in bytes.
pub const LONGEST_CASE: usize = 16 * 1024 * 1024;
/// The most periods that a deal, a delay or a lag may take.
pub const MOST_PERIODS: u32 = 10_000;
/// The most alarms that a deal may forgive.
pub const MOST_PARDONS: u32 = 100;

/// Checks a case file.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text. Nothing panics, whatever the text.
pub fn check(text: &str) -> Result<Case, Diagnostics> {
    check_allowing(&[], text)
}

/// Checks what a game is made of: plans that the rules forbid and claims that say too little or too much are passed over,
/// because no game rests on them. For proofs, which carry the text of a case as it was.
///
/// # Errors
/// All other errors found.
pub fn check_game(text: &str) -> Result<Case, Diagnostics> {
    check_allowing(&["impossible-step", "incomplete-claim"], text)
}

/// Checks a case in which errors of some kinds are none.
fn check_allowing(allowed: &[&str], text: &str) -> Result<Case, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    if text.len() > LONGEST_CASE {
        syntax::report_long_file(text, LONGEST_CASE, &mut diagnostics);
        return Err(diagnostics);
    }
    let rest = recovery::readable(text, &mut diagnostics);
    let (table, _) = DeTable::parse_recoverable(rest.as_deref().unwrap_or(text));
    let document = read_document(table.get_ref(), text, &mut diagnostics);
    let case = document.and_then(|mut document| {
        missing::report_missing_sections(table.get_ref(), &mut document, &mut diagnostics);
        if !validate::within_limits(&document, &mut diagnostics) {
            return None;
        }
        Builder::new(&document, text).build(&mut diagnostics)
    });
    match case {
        Some(case) if diagnostics.are_only(allowed) => Ok(case),
        _ => Err(diagnostics.into_sorted()),
    }
}

/// Reads the document; a section of the wrong kind is reported and left out.
fn read_document(table: &DeTable<'_>, text: &str, diagnostics: &mut Diagnostics) -> Option<Document> {
    let top = syntax::first_statement(text);
    let mut fields = Fields::of_document(table, top, "the case file", Document::FIELDS, diagnostics);
    Document::from_fields(&mut fields, diagnostics)
}

/// Collects the judgements while the sections are lowered.
struct Builder<'d> {
    document: &'d Document,
    names: Names<'d>,
    text: &'d str,
    judgements: Vec<Judgement>,
    /// Where each judgement stands.
    places: Vec<Span>,
    /// Whether something that holds judgements may have been left out.
    incomplete: bool,
}

/// Reasons and sources of a section, for numbers in it that have none of their own.
struct Grounds<'d> {
    because: Option<&'d Text>,
    sources: Vec<SourceId>,
}

impl Grounds<'_> {
    const NONE: Grounds<'static> = Grounds {
        because: None,
        sources: Vec::new(),
    };
}

fn owned(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.value.clone())
}

impl<'d> Builder<'d> {
    fn new(document: &'d Document, text: &'d str) -> Self {
        Self {
            document,
            names: Names::of(document, text),
            text,
            judgements: Vec::new(),
            places: Vec::new(),
            incomplete: false,
        }
    }

    fn build(mut self, diagnostics: &mut Diagnostics) -> Option<Case> {
        let document = self.document;
        let sources = document.sources.items.iter().map(|(id, section)| Source {
            id: id.value.clone(),
            title: section.title.value.clone(),
            by: owned(&section.by),
            place: owned(&section.place),
            date: owned(&section.date),
            note: owned(&section.note),
        });
        let sources = sources.collect();
        let parties = each(&document.parties, |id, section| {
            self.party(id, section, diagnostics)
        });
        let issues = each(&document.issues, |id, section| {
            self.issue(id, section, diagnostics)
        });
        let worths = document
            .values
            .iter()
            .filter_map(|section| self.worth(section, diagnostics))
            .collect();
        let costs = document
            .costs
            .iter()
            .filter_map(|section| self.cost(section, diagnostics))
            .collect();
        let endings = document
            .endings
            .iter()
            .filter_map(|section| self.ending(section, diagnostics))
            .collect();
        let chances = document
            .chances
            .iter()
            .filter_map(|section| self.chance(section, diagnostics))
            .collect();
        let deals = each(&document.deals, |id, section| self.deal(id, section, diagnostics));
        let claims = each(&document.claims, |id, section| {
            self.claim(id, section, diagnostics)
        });
        validate::make_keys_unique(&mut self.judgements);
        self.incomplete = !diagnostics.is_empty();
        let variants = each(&document.variants, |id, section| {
            self.variant(id, section, diagnostics)
        });
        let head = document.case.as_ref();
        let target = head.and_then(|head| self.optional(&head.target, diagnostics));
        if let Some(head) = head {
            self.names.sources(&head.source.0, diagnostics);
        }
        let text = self.text;
        let rankings = rankings(document, &self.names, diagnostics);
        let case = Case {
            rankings,
            target,
            sources,
            parties,
            issues,
            worths,
            costs,
            endings,
            chances,
            deals,
            variants,
            claims,
            judgements: self.judgements,
            hash: ContentHash::of(text.as_bytes()),
            ..heading(head)
        };
        validate::report_contradictions(document, &case, diagnostics);
        fineness::report_too_fine(&case, &self.places, diagnostics);
        head.map(|_| case)
    }

    /// Files a number as a judgement.
    fn judge(
        &mut self,
        number: &Number,
        key: String,
        label: String,
        domain: Domain,
        grounds: &Grounds<'_>,
        diagnostics: &mut Diagnostics,
    ) -> JudgementId {
        for value in [Some(&number.likely), number.low.as_ref(), number.high.as_ref()]
            .into_iter()
            .flatten()
        {
            if !domain.contains(value) {
                let (message, hint) = match domain {
                    Domain::Discount => (
                        "a discount factor lies from 0 up to below 1",
                        "0.9 is usual for half a year",
                    ),
                    _ => (
                        "a chance or share lies between 0 and 1",
                        "write 0.35 for 35 in a hundred",
                    ),
                };
                diagnostics.report(
                    "out-of-range",
                    number.span.clone(),
                    message,
                    "outside",
                    Some(hint.into()),
                );
                break;
            }
        }
        let mut sources = self.names.sources(&number.source.0, diagnostics);
        if sources.is_empty() {
            sources.clone_from(&grounds.sources);
        }
        let because = number.because.as_ref().or(grounds.because);
        self.places.push(number.span.clone());
        self.judgements.push(Judgement {
            key,
            label,
            likely: number.likely.clone(),
            low: number.low.clone(),
            high: number.high.clone(),
            because: because.map(|text| text.value.clone()),
            sources,
            by: owned(&number.by),
            grows: number.grows.clone(),
            domain,
        });
        JudgementId::at(self.judgements.len() - 1)
    }

    fn optional(&self, condition: &Option<Text>, diagnostics: &mut Diagnostics) -> Option<Target> {
        condition
            .as_ref()
            .and_then(|text| self.names.condition(text, diagnostics))
    }

    fn always_or(&self, condition: &Option<Text>, diagnostics: &mut Diagnostics) -> Option<Target> {
        match condition {
            Some(text) => self.names.condition(text, diagnostics),
            None => Some(Target {
                text: "true".into(),
                condition: Condition::Constant(true),
            }),
        }
    }
}

fn each<T, U>(entries: &Entries<T>, mut lower: impl FnMut(&Text, &T) -> Option<U>) -> Vec<U> {
    entries
        .items
        .iter()
        .filter_map(|(id, section)| lower(id, section))
        .collect()
}

/// A case with nothing but its heading; all empty when the heading could not be read.
fn heading(head: Option<&CaseSection>) -> Case {
    let text =
        |text: fn(&CaseSection) -> &Text| head.map_or_else(String::new, |head| text(head).value.clone());
    let optional = |text: fn(&CaseSection) -> &Option<Text>| head.and_then(|head| owned(text(head)));
    Case {
        title: text(|head| &head.title),
        question: optional(|head| &head.question),
        period: text(|head| &head.period),
        today: optional(|head| &head.today),
        about: optional(|head| &head.about),
        by: optional(|head| &head.by),
        target: None,
        sources: Vec::new(),
        parties: Vec::new(),
        issues: Vec::new(),
        worths: Vec::new(),
        costs: Vec::new(),
        endings: Vec::new(),
        chances: Vec::new(),
        deals: Vec::new(),
        variants: Vec::new(),
        claims: Vec::new(),
        rankings: Default::default(),
        judgements: Vec::new(),
        hash: ContentHash::of(&[]),
    }
}

fn today(issue: &IssueSection) -> Level {
    let found = issue
        .levels
        .iter()
        .position(|level| level.value == issue.today.value);
    Level::at(found.unwrap_or(0).min(MOST_LEVELS))
}

fn speed(movement: Option<&Movement>, levels: usize) -> Speed {
    let all = u32::try_from(levels.saturating_sub(1)).unwrap_or(u32::MAX);
    match movement {
        None | Some(Movement::Free) => Speed { up: all, down: all },
        Some(Movement::Step) => Speed { up: 1, down: 1 },
        Some(Movement::Forward) => Speed { up: all, down: 0 },
        Some(Movement::Speeds { up, down }) => Speed { up: *up, down: *down },
    }
}
