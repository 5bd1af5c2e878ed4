//! `detente check`: is the case file right, and what do its judgements rest on?

use std::path::PathBuf;

use clap::Args;
use detente_base::number::format_exact;
use detente_case::{Case, Judgement, check, level_name};
use detente_reading::diagnostic::Diagnostics;
use detente_reading::foreign::{NotText, text_of};
use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostics::{Colour, draw, places_of};
use crate::failure::Failure;
use crate::output::{counted, print_json, print_text};
use crate::{case_file, files};

/// Check a case file and say everything that is wrong with it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml.
    case: PathBuf,
    /// List every judgement with the key that variants and `--set` use.
    #[arg(long)]
    judgements: bool,
    /// Print JSON (see schema/check.schema.json).
    #[arg(long)]
    json: bool,
}

/// What `detente check --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// What the case is called: its folder, or its file without the ending.
    case: String,
    /// The file that was read.
    file: String,
    /// Whether nothing is wrong.
    clean: bool,
    /// How many errors there are, also those beyond the ones listed.
    errors: usize,
    /// The first errors, by place.
    diagnostics: Vec<Complaint>,
    /// What the case holds; only when it is clean.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
    /// Every judgement; only when it is clean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    judgements: Vec<Number>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
struct Complaint {
    /// A stable name of the kind of trouble.
    code: String,
    /// What is wrong.
    message: String,
    /// The line, from 1.
    line: usize,
    /// The column in characters, from 1.
    column: usize,
    /// The first byte of the place.
    start: usize,
    /// The byte after the place.
    end: usize,
    /// What the place says.
    label: String,
    /// What to do about it.
    hint: Option<String>,
}

/// What a clean case holds.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    /// Its title.
    title: String,
    /// The hash of the file.
    hash: String,
    /// Parties.
    parties: usize,
    /// Issues.
    issues: usize,
    /// States: the product of the numbers of levels.
    states: u64,
    /// Plans.
    deals: usize,
    /// Variants.
    variants: usize,
    /// Claims.
    claims: usize,
    /// Judgements in all.
    judgements: usize,
    /// Judgements with a source.
    with_source: usize,
    /// Judgements with a range.
    with_range: usize,
    /// Judgements with a reason.
    with_reason: usize,
    /// The type that each party with types is taken to be unless another is asked for.
    types_assumed: Vec<String>,
    /// Levels that nobody can reach from today.
    unreachable_levels: Vec<String>,
    /// Names that a reader may take for each other.
    look_alikes: Vec<String>,
}

/// One judgement.
#[derive(Debug, Serialize, JsonSchema)]
struct Number {
    /// Its key.
    key: String,
    /// What it is, in words.
    label: String,
    /// The value used, exactly: a decimal or a fraction.
    likely: String,
    /// The least plausible value.
    low: Option<String>,
    /// The largest plausible value.
    high: Option<String>,
    /// Why.
    because: Option<String>,
    /// The sources it rests on, by their names in the file.
    sources: Vec<String>,
    /// Who judged.
    by: Option<String>,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let path = case_file::find(&self.case)?;
        let (name, file) = (case_file::name(&path), path.display().to_string());
        let text = if self.json {
            match text_of(&files::read_bytes(&path)?).map(str::to_owned) {
                Ok(text) => text,
                Err(error) => {
                    print_json(&no_text(name, file, &error))?;
                    return Err(Failure::BadInput(String::new()));
                }
            }
        } else {
            files::read_text(&path)?
        };
        match check(&text) {
            Err(diagnostics) if self.json => {
                print_json(&wrong(name, file, &text, &diagnostics))?;
                Err(Failure::BadInput(String::new()))
            }
            Err(diagnostics) => Err(Failure::BadInput(draw(
                &diagnostics,
                &file,
                &text,
                Colour::of_stderr(),
            ))),
            Ok(case) if self.json => print_json(&Answer {
                case: name,
                file,
                clean: true,
                errors: 0,
                diagnostics: Vec::new(),
                summary: Some(summary(&case)),
                judgements: case
                    .judgements
                    .iter()
                    .map(|judgement| number(&case, judgement))
                    .collect(),
            }),
            Ok(case) => {
                let mut words = in_words(&name, &summary(&case));
                if self.judgements {
                    words.push_str(&judgements_in_words(&case));
                }
                print_text(&words)
            }
        }
    }
}

fn wrong(case: String, file: String, text: &str, diagnostics: &Diagnostics) -> Answer {
    let places = places_of(text, diagnostics);
    let complaints = diagnostics
        .iter()
        .zip(places)
        .map(|(diagnostic, (line, column))| Complaint {
            code: diagnostic.code.to_owned(),
            message: diagnostic.message.clone(),
            line,
            column,
            start: diagnostic.span.start,
            end: diagnostic.span.end,
            label: diagnostic.label.clone(),
            hint: diagnostic.hint.clone(),
        });
    Answer {
        case,
        file,
        clean: false,
        errors: diagnostics.total(),
        diagnostics: complaints.collect(),
        summary: None,
        judgements: Vec::new(),
    }
}

fn no_text(case: String, file: String, error: &NotText) -> Answer {
    let complaint = Complaint {
        code: "not-text".to_owned(),
        message: error.message.to_owned(),
        line: error.place.0,
        column: error.place.1,
        start: error.byte,
        end: error.byte + 1,
        label: "no text from here on".to_owned(),
        hint: Some(error.hint.to_owned()),
    };
    Answer {
        case,
        file,
        clean: false,
        errors: 1,
        diagnostics: vec![complaint],
        summary: None,
        judgements: Vec::new(),
    }
}

fn summary(case: &Case) -> Summary {
    let count = |fits: fn(&Judgement) -> bool| case.judgements.iter().filter(|one| fits(one)).count();
    let assumed = case.parties.iter().filter_map(|party| {
        let first = party.types.first()?;
        Some(format!("{}: {}", party.name, first.name))
    });
    let unreachable = case.unreachable_levels().into_iter();
    Summary {
        title: case.title.clone(),
        hash: case.hash.to_string(),
        parties: case.parties.len(),
        issues: case.issues.len(),
        states: case.states(),
        deals: case.deals.len(),
        variants: case.variants.len(),
        claims: case.claims.len(),
        judgements: case.judgements.len(),
        with_source: count(|one| !one.sources.is_empty()),
        with_range: count(|one| one.low.is_some() || one.high.is_some()),
        with_reason: count(|one| one.because.is_some()),
        types_assumed: assumed.collect(),
        unreachable_levels: unreachable
            .map(|(issue, level)| case.level_in_words(issue, level))
            .collect(),
        look_alikes: case.names_that_look_alike(),
    }
}

fn number(case: &Case, judgement: &Judgement) -> Number {
    let sources = judgement
        .sources
        .iter()
        .map(|source| case.sources[source.index()].id.clone());
    Number {
        key: judgement.key.clone(),
        label: judgement.label.clone(),
        likely: format_exact(&judgement.likely),
        low: judgement.low.as_ref().map(format_exact),
        high: judgement.high.as_ref().map(format_exact),
        because: judgement.because.clone(),
        sources: sources.collect(),
        by: judgement.by.clone(),
    }
}

fn in_words(name: &str, summary: &Summary) -> String {
    let mut words = format!(
        "{name}: {}, {}, {}; checks clean\n\n",
        counted(summary.parties as u64, "party", "parties"),
        counted(summary.issues as u64, "issue", "issues"),
        counted(summary.states, "state", "states"),
    );
    let mut row = |what: &str, value: String| words.push_str(&format!("  {what:<28} {value}\n"));
    let of_all = |count: usize| format!("{count} of {}", summary.judgements);
    row("judgements with a source", of_all(summary.with_source));
    row("judgements with a range", of_all(summary.with_range));
    row("judgements with a reason", of_all(summary.with_reason));
    row(
        "plans, variants, claims",
        format!("{}, {}, {}", summary.deals, summary.variants, summary.claims),
    );
    for assumed in &summary.types_assumed {
        row("type assumed", format!("{assumed} (the first one written)"));
    }
    for level in &summary.unreachable_levels {
        row("never reached from today", level_name(level));
    }
    for pair in &summary.look_alikes {
        row("warning: names look alike", pair.clone());
    }
    row("hash of the file", summary.hash.clone());
    words
}

fn judgements_in_words(case: &Case) -> String {
    let mut words = String::from("\n");
    for judgement in &case.judgements {
        let one = number(case, judgement);
        let range = match (&one.low, &one.high) {
            (None, None) => "no range".to_owned(),
            (low, high) => format!(
                "{} to {}",
                low.as_deref().unwrap_or("?"),
                high.as_deref().unwrap_or("?")
            ),
        };
        let sources = if one.sources.is_empty() {
            "no source".to_owned()
        } else {
            one.sources.join(", ")
        };
        words.push_str(&format!("  {} = {} ({range}; {sources})\n", one.key, one.likely));
        words.push_str(&format!("      {}", one.label));
        words.push_str(
            &one.because
                .map_or(String::new(), |because| format!(": {because}")),
        );
        words.push('\n');
    }
    words
}
