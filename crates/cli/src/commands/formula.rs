//! `detente formula`: closed forms as a calculator, JSON in and JSON out.

use std::fmt::Write as _;
use std::path::Path;

use detente_reading::foreign::shown_json;

use crate::failure::Failure;
use crate::{files, output};

/// Compute a closed form: inputs as JSON on standard input, the answer as JSON.
///
/// Without a name, lists the formulas with their inputs and sources.
#[derive(Debug, clap::Args)]
pub struct Formula {
    /// The formula's name, for instance `assurance_min_trust`.
    name: Option<String>,
}

impl Formula {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let Some(name) = self.name else {
            return output::print_text(&list());
        };
        let formula = detente_formulas::named(&name, all()).ok_or_else(|| unknown(&name))?;
        let inputs = files::read_text(Path::new("-"))?;
        let answer = formula
            .run(&inputs)
            .map_err(|error| Failure::BadInput(error.to_string()))?;
        output::print_exact(&format!("{}\n", shown_json(&answer)))
    }
}

/// Every formula the command knows.
fn all() -> impl Iterator<Item = &'static detente_formulas::Formula> + Clone {
    detente_formulas::formulas()
        .iter()
        .chain(detente_plans::prototype::FORMULAS)
}

fn list() -> String {
    let mut text = String::new();
    for formula in all() {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}\n    {} ({})\n    inputs: {}",
            formula.name,
            formula.says,
            formula.source,
            formula.inputs.join(", ")
        );
    }
    text
}

fn unknown(name: &str) -> Failure {
    let mut near: Vec<(f64, &str)> = all()
        .map(|formula| (shared_words(name, formula.name), formula.name))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<&str> = near.iter().take(3).map(|(_, name)| *name).collect();
    Failure::BadCall(format!(
        "no formula `{name}`; near it are {}. `detente formula` lists all",
        near.join(", ")
    ))
}

/// How many of the words of two names agree.
fn shared_words(a: &str, b: &str) -> f64 {
    let words: Vec<&str> = b.split('_').collect();
    let shared = a.split('_').filter(|word| words.contains(word)).count();
    shared as f64 / words.len() as f64
}
