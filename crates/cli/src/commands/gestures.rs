//! `detente gestures`: every one-sided move, ranked.

use std::fmt::Write as _;
use std::path::PathBuf;

use detente_case::Case;
use detente_plans::checklist::{self, Item, Thresholds};
use detente_plans::gestures::{self, Gesture, Signal};
use detente_plans::{bridge, known};
use detente_reading::diagnostic::nearest_names;
use detente_report::view;
use schemars::JsonSchema;
use serde::Serialize;

use crate::asking::WorldArguments;
use crate::case_file;
use crate::failure::Failure;
use crate::output;
use crate::progress::Terminal;

/// Rank all one-sided moves: what they cost, what they are worth to others, whether they say anything, what they
/// open.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml in it.
    case: PathBuf,
    /// Only moves of this party.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Also check a plan of the case against the points of graduated reciprocation (GRIT).
    #[arg(long, value_name = "NAME")]
    deal: Option<String>,
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
    gestures: &'a [Gesture],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grit: Vec<Item>,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = case_file::load(&self.case)?;
        let given = self.world.given(&loaded.case)?;
        let case = known::case_in_world(&loaded.case, &given.world).map_err(Failure::BadCall)?;
        let watch = Terminal::start(Some(self.seconds));
        let mut found =
            gestures::gestures(&case, &watch).map_err(|faults| Failure::BadInput(faults.join("; ")))?;
        drop(watch);
        if let Some(name) = &self.party {
            let party = case
                .parties
                .iter()
                .find(|party| party.id == *name || party.name == *name);
            let party = party.ok_or_else(|| {
                let known = case.parties.iter().map(|party| party.id.as_str());
                Failure::BadCall(format!("unknown party `{name}`{}", nearest_names(name, known)))
            })?;
            found.retain(|gesture| gesture.mover == party.name);
        }
        let grit = self.grit(&case)?;
        if self.json {
            let hash = case.hash.to_string();
            return output::print_json(&Printed {
                schema: "detente gestures v1",
                case: &case.title,
                case_hash: hash,
                world: &given.view,
                gestures: &found,
                grit,
            });
        }
        let mut text = String::from(
            "One-sided moves, those first that open plans, then those that help at little cost\n",
        );
        for gesture in &found {
            text.push_str(&words(gesture));
        }
        text.push_str(&grit_in_words(&grit));
        output::print_text(&given.under_line_one(&text))
    }

    fn grit(&self, case: &Case) -> Result<Vec<Item>, Failure> {
        let Some(name) = &self.deal else {
            return Ok(Vec::new());
        };
        let deal = super::plan::deals(case, std::slice::from_ref(name))?[0];
        let bridged = bridge::bridge(case, deal).map_err(|faults| Failure::BadInput(faults.join("; ")))?;
        Ok(checklist::checklist(
            &bridged.model,
            &bridged.plan,
            &Thresholds::default(),
        ))
    }
}

fn grit_in_words(items: &[Item]) -> String {
    let mut text = String::new();
    if !items.is_empty() {
        text.push_str("\nGraduated reciprocation, point by point\n");
    }
    for item in items {
        let met = match item.met {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "not judged",
        };
        let _ = writeln!(text, "  {:<26} {met:<11} {}", item.point, item.measured);
    }
    text
}

fn words(gesture: &Gesture) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}: {} to {}", gesture.mover, gesture.issue, gesture.to);
    let others: Vec<String> = gesture
        .others
        .iter()
        .map(|other| match other.party == other.kind {
            true => format!("{:+.3} to {}", other.flow, other.party),
            false => format!("{:+.3} to {} as {}", other.flow, other.party, other.kind),
        })
        .collect();
    let _ = writeln!(
        text,
        "  costs {:.3} per period, {:.3} of it for good; {}",
        gesture.cost,
        gesture.exposure,
        others.join(", ")
    );
    let signal = match gesture.signal {
        Signal::NothingToTell => "uninformative: this party has only one type".to_owned(),
        Signal::Everybody => "every type would make it, so it tells nothing".to_owned(),
        Signal::Separates => format!("only {} would make it: a signal", gesture.made_by.join(", ")),
        Signal::Nobody => "no type would make it".to_owned(),
    };
    let _ = writeln!(text, "  {signal}");
    if !gesture.opens.is_empty() {
        let _ = writeln!(text, "  opens: {}", gesture.opens.join(", "));
    }
    if !gesture.closes.is_empty() {
        let _ = writeln!(text, "  closes: {}", gesture.closes.join(", "));
    }
    text
}
