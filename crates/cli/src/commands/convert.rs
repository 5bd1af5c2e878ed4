//! `detente convert FROM TO`: conflicts between file formats.

use std::path::{Path, PathBuf};

use clap::Args;
use detente_conflict::{Problem, write};
use detente_formats::{gmcr, rankings};

use super::stability;
use crate::asking::WorldArguments;
use crate::failure::Failure;
use crate::{files, output};

/// Convert a conflict from one file format to another, and say what is lost.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The conflict: a case, a gmcr-case/1 JSON file, or a .gmcr file of GMCR+.
    from: PathBuf,
    /// Where to: .json (gmcr-case/1), .gmcr, or .csv (states and rankings).
    to: PathBuf,
    /// Take the rankings from this CSV file: columns state and rank.PARTY.
    #[arg(long, value_name = "FILE")]
    rankings: Option<PathBuf>,
    /// The world of the case.
    #[command(flatten)]
    world: WorldArguments,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let opened = stability::open(&self.from, &self.world)?;
        let mut model = opened.model;
        if let Some(line) = opened.given.and_then(|given| given.view.line()) {
            eprintln!("{line}");
        }
        if let Some(path) = &self.rankings {
            let text = files::read_text(path)?;
            model = rankings::read(&model, &text)
                .map_err(|problems| Failure::BadInput(lines(path, &problems)))?;
        }
        let (text, losses) = match self
            .to
            .extension()
            .and_then(|end| end.to_str())
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            Some("json") => (format!("{:#}\n", write(&model)), Vec::new()),
            Some("gmcr") => {
                gmcr::write(&model).map_err(|problems| Failure::BadInput(lines(&self.to, &problems)))?
            }
            Some("csv") => rankings::write(&model),
            _ => {
                let shown = self.to.display();
                return Err(Failure::BadCall(format!(
                    "{shown}: known endings are .json, .gmcr and .csv"
                )));
            }
        };
        if !losses.is_empty() {
            output::tell(&lines(&self.to, &losses));
        }
        files::write_new(&self.to, text.as_bytes())
    }
}

fn lines(path: &Path, problems: &[Problem]) -> String {
    let lines = problems
        .iter()
        .map(|problem| format!("{}: {problem}", path.display()));
    lines.collect::<Vec<_>>().join("\n")
}
