//! `detente areas`: small exchanges that enforce themselves.

use std::fmt::Write as _;
use std::path::PathBuf;

use detente_plans::areas::{self, Areas, Limits};
use detente_plans::known;
use detente_report::view;
use schemars::JsonSchema;
use serde::Serialize;

use crate::asking::WorldArguments;
use crate::case_file;
use crate::failure::Failure;
use crate::output::{self, counted};
use crate::progress::Terminal;

/// Find every minimal exchange that enforces itself and is better than no deal for all its parties.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml in it.
    case: PathBuf,
    /// Issues that one exchange may move.
    #[arg(long, default_value_t = 3)]
    issues: usize,
    /// The most exchanges to test.
    #[arg(long, default_value_t = 200_000)]
    tests: u64,
    /// Do not look for what each exchange opens next.
    #[arg(long)]
    no_next: bool,
    /// The most seconds to work.
    #[arg(long, default_value_t = 300)]
    seconds: u64,
    #[command(flatten)]
    world: WorldArguments,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// All that is printed as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Printed<'a> {
    schema: &'static str,
    case: &'a str,
    case_hash: String,
    /// The world of the case.
    world: &'a view::World,
    #[serde(flatten)]
    found: &'a Areas,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = case_file::load(&self.case)?;
        let given = self.world.given(&loaded.case)?;
        let case = known::case_in_world(&loaded.case, &given.world).map_err(Failure::BadCall)?;
        let limits = Limits {
            issues: self.issues,
            tests: self.tests,
        };
        let watch = Terminal::start(Some(self.seconds));
        let found = areas::areas(&case, limits, !self.no_next, &watch);
        drop(watch);
        if self.json {
            let case_hash = case.hash.to_string();
            let printed = Printed {
                schema: "detente areas v1",
                case: &case.title,
                case_hash,
                world: &given.view,
                found: &found,
            };
            output::print_json(&printed)?;
        } else {
            output::print_text(&given.under_line_one(&words(&found)))?;
        }
        match found.complete {
            true => Ok(()),
            false => Err(Failure::Stopped(
                "stopped at a limit: exchanges may be missing".into(),
            )),
        }
    }
}

fn words(found: &Areas) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} of up to {} ({} tested)",
        counted(
            found.areas.len() as u64,
            "minimal exchange that enforces itself",
            "minimal exchanges that enforce themselves"
        ),
        counted(found.limits.issues as u64, "issue", "issues"),
        found.tested
    );
    for area in &found.areas {
        let shares: Vec<String> = area
            .shares
            .iter()
            .map(|share| format!("{:+.3} for {}", share.value, share.party))
            .collect();
        let needs = area.p_seq.map_or_else(
            || "certainty".to_owned(),
            |belief| format!("a belief of {belief:.3}"),
        );
        let _ = writeln!(
            text,
            "{}\n  needs {needs}; {}",
            area.moves.join(" + "),
            shares.join(", ")
        );
        for next in &area.opens {
            let _ = writeln!(text, "  opens next: {}", next.join(" + "));
        }
    }
    text
}
