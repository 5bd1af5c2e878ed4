//! `detente new`: a folder with a commented case to start from, and the schema that lets editors help with it.

use std::path::{Path, PathBuf};

use clap::Args;
use detente_case::case_schema;

use crate::case_file;
use crate::failure::Failure;
use crate::files::write_whole;
use crate::output::print_text;

/// The commented template; it checks clean.
const TEMPLATE: &str = include_str!("template.toml");
/// The schema's name beside the case.
const SCHEMA: &str = "case.schema.json";

/// Write a new case to start from, in a folder of its own.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The folder to make; it must not exist yet.
    name: PathBuf,
    /// Start from a copy of this case instead of the template.
    #[arg(long, value_name = "CASE")]
    from: Option<PathBuf>,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let text = match &self.from {
            None => TEMPLATE.to_owned(),
            Some(case) => copied(&case_file::load(case)?.text),
        };
        let schema = serde_json::to_string_pretty(&case_schema())
            .map_err(|error| Failure::BadCall(format!("the schema cannot be written: {error}")))?;
        make_folder(&self.name)?;
        write_whole(&self.name.join(SCHEMA), format!("{schema}\n").as_bytes())?;
        write_whole(&self.name.join("case.toml"), text.as_bytes())?;
        print_text(&format!(
            "{0}/case.toml written; it checks clean.\nNext: open it in an editor, then `detente check {0}`.",
            self.name.display()
        ))
    }
}

/// Makes the folder; what exists is never touched.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let shown = folder.display();
    std::fs::create_dir(folder).map_err(|error| {
        Failure::BadCall(match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                format!("{shown}: exists already and was left as it is; choose another name")
            }
            _ => format!("{shown}: this folder cannot be made: {error}"),
        })
    })
}

/// A case's text with its first line naming the schema beside it.
fn copied(text: &str) -> String {
    let body = match text.split_once('\n') {
        Some((first, rest)) if first.trim_start().starts_with("#:schema") => rest,
        _ => text,
    };
    format!("#:schema {SCHEMA}\n{body}")
}
