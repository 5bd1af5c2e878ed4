//! `detente draft`: from a plan that was tested to a text that can be signed.

use std::path::PathBuf;

use clap::Args;
use detente_case::{Case, World};
use detente_ledger::calendar::Length;
use detente_ledger::canonical::{hex, sha256};
use detente_ledger::draft::{Analysed, ModelledParty, ModelledType, Terms, draft};
use detente_ledger::moment::parse_day;
use detente_plans::behaviour::Behaviour;
use detente_plans::bridge::{self, Bridged};
use detente_plans::model::PlanModel;
use detente_plans::{known, quiet, test};
use detente_report::words::plans::verdict;

use super::agreement::agreement_of;
use crate::case_file::load;
use crate::failure::Failure;
use crate::files::write_new;
use crate::output;

/// Which plan, and what it does not say.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml in it.
    case: PathBuf,
    /// The plan: the name of an entry of `[deals]`.
    #[arg(long, value_name = "NAME")]
    plan: String,
    /// The first day.
    #[arg(long, value_name = "DATE")]
    start: String,
    /// How long a period is, for example "3 months".
    #[arg(long, value_name = "LENGTH")]
    period: String,
    /// How long after a found breach the snapback comes.
    #[arg(long, default_value = "30 days", value_name = "LENGTH")]
    clock: String,
    /// The zone in which days end.
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// Who verifies.
    #[arg(long, value_name = "NAME")]
    verifier: Option<String>,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    /// Writes the draft.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = load(&self.case)?;
        let length = |words: &str| {
            Length::parse(words)
                .ok_or_else(|| Failure::BadCall(format!("`{words}` is not a length such as \"3 months\"")))
        };
        let start = parse_day(&self.start).ok_or_else(|| {
            Failure::BadCall(format!("--start {}: write a day such as 2030-01-01", self.start))
        })?;
        let terms = Terms {
            start,
            period: length(&self.period)?,
            clock: length(&self.clock)?,
            zone: self.zone,
            verifier: self.verifier,
        };
        let analysed = analysed(&loaded.case, &self.plan);
        let hash = hex(&sha256(loaded.text.as_bytes()));
        let text = draft(&loaded.case, &hash, &self.plan, &analysed, &terms).map_err(Failure::BadCall)?;
        if analysed.verdict != "HOLDS" {
            output::tell(&format!("The plan test says: {}.", analysed.verdict));
        }
        agreement_of(&text, "draft")?;
        match &self.out {
            Some(path) => write_new(path, text.as_bytes()),
            None => output::print_exact(&text),
        }
    }
}

/// What the plan's model says of the plan and of the parties that may be of several types.
fn analysed(case: &Case, plan: &str) -> Analysed {
    // A plan that is not there is refused with the names of those that are.
    let Some(deal) = case.deals.iter().find(|deal| deal.id == plan) else {
        return Analysed::default();
    };
    let untested = |reasons: Vec<String>| Analysed {
        verdict: format!("NOT TESTED, because {}", reasons.join("; ")),
        parties: Vec::new(),
    };
    let here = match known::case_in_world(case, &World::default()) {
        Ok(here) => here,
        Err(reason) => return untested(vec![reason]),
    };
    let tested = bridge::bridge(&here, deal)
        .and_then(|bridged| test::test(&bridged.model, &bridged.plan).map(|tested| (bridged, tested)));
    match tested {
        Ok((bridged, tested)) => Analysed {
            verdict: verdict(&tested),
            parties: modelled(&here, &bridged),
        },
        Err(reasons) => untested(reasons),
    }
}

/// What the plan's model says of the parties that may be of several types.
fn modelled(here: &Case, bridged: &Bridged) -> Vec<ModelledParty> {
    let model = &bridged.model;
    let mut parties: Vec<ModelledParty> = Vec::new();
    for quiet in quiet::quiet(model, &bridged.plan) {
        let party = &here.parties[quiet.party.0];
        let own = &party.types[bridged.types[quiet.party.0][quiet.kind.0]];
        if parties.last().is_none_or(|last| last.party != party.id) {
            let owned = here
                .issues
                .iter()
                .filter(|issue| issue.party.is_some_and(|owner| here.party(owner).id == party.id));
            parties.push(ModelledParty {
                party: party.id.clone(),
                issues: owned.map(|issue| issue.id.clone()).collect(),
                types: Vec::new(),
            });
        }
        if let Some(last) = parties.last_mut() {
            last.types.push(ModelledType {
                id: own.id.clone(),
                prior: here.judgement(own.prior).likely.clone(),
                does: in_words(model, quiet.behaviour),
                quiet: quiet.before,
            });
        }
    }
    parties
}

/// What a type does, with dates counted from 1.
fn in_words(model: &PlanModel, behaviour: Behaviour) -> String {
    match behaviour {
        Behaviour::Comply => "keep the plan".into(),
        Behaviour::Quit { date } => format!("leave openly at date {}", date + 1),
        Behaviour::Breach { date, issues } => {
            let names: Vec<&str> = issues
                .iter()
                .map(|issue| model.issues[issue.0].name.as_str())
                .collect();
            format!("stop keeping {} at date {}", names.join(", "), date + 1)
        }
    }
}
