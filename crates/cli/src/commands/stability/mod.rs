//! `detente stability FILE`: stability from rankings alone.

mod certificate;
mod compare;
mod further;
mod narrate;
mod narrate_kinds;
mod view;

use std::path::{Path, PathBuf};

use clap::Args;
use detente_conflict::{GraphModel, Limits, Problem, StateId, Weight, from_case, nearest, read};
use detente_formats::gmcr;
use detente_proof::stability::check_alone;
use detente_stability::Concept;

use crate::asking::{Given, WorldArguments};
use crate::case_file;
use crate::failure::Failure;
use crate::files;
use crate::output;
use crate::progress::Terminal;

pub use compare::section;

/// What to analyse and what to show.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The conflict: a case (a folder or a .toml file), a .gmcr file, or a JSON file of schema gmcr-case/1 (`-`: standard input). At most 16777216 states (24 options) are judged, 8192 where preferences are unknown or strong; larger conflicts are refused, unless they list fewer states.
    pub file: PathBuf,
    /// The world of the case.
    #[command(flatten)]
    pub world: WorldArguments,
    /// Print everything as JSON.
    #[arg(long)]
    pub json: bool,
    /// Explain these states, by short name: under every kind of judgement, party by party and group by group.
    #[arg(long = "state", value_name = "STATE")]
    pub states: Vec<String>,
    /// Explain and certify under this concept only: Nash, GMR, SMR, SEQ or SSEQ.
    #[arg(long)]
    pub concept: Option<String>,
    /// A concept for each party, such as US=SEQ,NK=Nash: whose behaviour is whose.
    #[arg(long, value_name = "PARTY=CONCEPT", value_delimiter = ',')]
    pub mixed: Vec<String>,
    /// Say which rankings would make this state an equilibrium.
    #[arg(long, value_name = "STATE")]
    pub inverse: Option<String>,
    /// Write a certificate of every kind of judgement that is shown, at every equilibrium, at today and at each --state (at most 200 states, 10000 judgements a kind, 64 MiB).
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// Check a certificate against the conflict instead of analysing it.
    #[arg(long, value_name = "FILE")]
    pub verify: Option<PathBuf>,
    /// Compare, state by state, with what the numbers of the case keep for ever, and say why they differ (a case of at most 131072 states; up to 512 states are explained, and beyond 4096 states 12 deals are looked for).
    #[arg(long)]
    pub compare: bool,
    /// Only the equilibria: no narration, robustness, coalitions or paths.
    #[arg(long)]
    pub brief: bool,
    /// Stop after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<u64>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Opened {
        model,
        warnings,
        given,
    } = open(&arguments.file, &arguments.world)?;
    if let Some(certificate) = &arguments.verify {
        return verify(model, certificate);
    }
    let states = arguments
        .states
        .iter()
        .map(|id| state(&model, id))
        .collect::<Result<Vec<_>, _>>()?;
    let concept = arguments.concept.as_deref().map(concept).transpose()?;
    let watch = Terminal::start(arguments.seconds);
    let (mut view, stopped) = view::build(&model, arguments, &states, concept, warnings, &watch)?;
    if arguments.compare {
        view.comparison = Some(compare::of_file(&arguments.file, &arguments.world, &watch)?);
    }
    if let Some(path) = &arguments.certificate {
        let asked = certificate::Asked {
            states: &states,
            concept,
            mixed: &arguments.mixed,
        };
        certificate::write(&model, path, &asked, &view, &watch)?;
    }
    if arguments.json {
        view.world = given.map(|given| given.view);
        output::print_json(&view)?;
    } else {
        let text = detente_report::stability::text(&view);
        let text = given.map_or(text.clone(), |given| given.under_line_one(&text));
        output::print_text(&text)?;
    }
    match stopped {
        Some(why) => Err(Failure::Stopped(why)),
        None => Ok(()),
    }
}

/// Why a world cannot be named.
const NO_CASE: &str = "a conflict of rankings has none";

/// A conflict that was read.
pub struct Opened {
    /// The conflict.
    pub model: GraphModel,
    /// Warnings, a line each.
    pub warnings: Vec<String>,
    /// The world, where the conflict is a case.
    pub given: Option<Given>,
}

/// Reads a conflict; warnings are also written to standard error.
pub fn open(path: &Path, world: &WorldArguments) -> Result<Opened, Failure> {
    let mut given = None;
    let lines = |problems: &[Problem], weight: Weight| -> Vec<String> {
        let of_weight = problems.iter().filter(|problem| problem.weight == weight);
        of_weight
            .map(|problem| format!("{}: {problem}", path.display()))
            .collect()
    };
    let (model, problems) = if path.is_dir() || ends_in(path, "toml") {
        let loaded = case_file::load(path)?;
        let named = given.insert(world.given(&loaded.case)?);
        match from_case(&loaded.case, &named.world, Limits::default()) {
            Ok((model, problems)) => (Some(model), problems),
            Err(problems) => (None, problems),
        }
    } else if ends_in(path, "gmcr") {
        world.of_no_case(NO_CASE)?;
        gmcr::read(&files::read_bytes(path)?, Limits::default())
    } else {
        world.of_no_case(NO_CASE)?;
        let reading = read(&files::read_bytes(path)?, Limits::default());
        (reading.model, reading.problems)
    };
    let warnings = lines(&problems, Weight::Warning);
    match model {
        Some(model) => {
            warnings.iter().for_each(|line| output::tell(line));
            Ok(Opened {
                model,
                warnings,
                given,
            })
        }
        None => Err(Failure::BadInput(lines(&problems, Weight::Error).join("\n"))),
    }
}

/// Whether a file's name has an ending, in capital or small letters.
fn ends_in(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

fn state(model: &GraphModel, id: &str) -> Result<StateId, Failure> {
    model.states().by_id(id).ok_or_else(|| {
        let known: Vec<String> = model
            .states()
            .iter()
            .take(2000)
            .map(|state| model.states().id(state))
            .collect();
        let hint = nearest(id, known.iter().map(String::as_str));
        Failure::BadCall(format!("there is no state \"{id}\". {hint}"))
    })
}

fn concept(name: &str) -> Result<Concept, Failure> {
    let known = "Nash, GMR, SMR, SEQ, SSEQ";
    Concept::by_name(name)
        .ok_or_else(|| Failure::BadCall(format!("\"{name}\" is not a concept; known: {known}")))
}

fn verify(model: GraphModel, path: &Path) -> Result<(), Failure> {
    match check_alone(&files::read_bytes(path)?, Some(model)) {
        Ok(found) => {
            let kinds = super::verify::kinds_in_words(&found.certificate);
            let count = found.certificate.count();
            output::print_text(&format!(
                "All {count} judgements hold.\n  - {}",
                kinds.join("\n  - ")
            ))
        }
        Err(refused) => Err(Failure::BadInput(format!("{}: {refused}", path.display()))),
    }
}
