//! `detente set`: all equilibrium payoffs of a small case or of a published explicit game.

mod more;
mod show;

use std::path::PathBuf;

use clap::Args;
use detente_base::number::{Exact, parse_exact};
use detente_game::Game;
use detente_game::table::{TableGame, TableState, read_dyngame, read_nfg, table_of_game, write_dyngame};
use detente_proof::sets::{write_membership, write_refutation};
use detente_sets::{SetLimits, Stop, solve_sets};
use serde_json::{Value, json};

use crate::asking::{Given, WorldArguments};
use crate::case_file;
use crate::failure::Failure;
use crate::files::{read_text, write_whole};
use crate::output;
use crate::progress::Terminal;

/// Compute every payoff that some self-enforcing way of playing gives, and prove it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A case (.toml or a folder), an explicit game (dyngame/1, .json) or a normal form (.nfg).
    file: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Discount factor instead of the file's: one number for all, or one for each party with commas.
    #[arg(long, value_name = "D[,D...]")]
    discount: Option<String>,
    /// Write the proof that the payoffs are possible to this file.
    #[arg(long, value_name = "FILE")]
    proof_inside: Option<PathBuf>,
    /// Write the proof that nothing else is possible to this file.
    #[arg(long, value_name = "FILE")]
    proof_outside: Option<PathBuf>,
    /// Write the explicit game (dyngame/1, exact) to this file.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Draw the payoffs of one state of two parties (today's, or --state) to this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Add to the result which states can be stayed in for ever.
    #[arg(long)]
    settlements: bool,
    /// Compute payoffs with payments between the parties instead (one common discount factor).
    #[arg(long)]
    transfers: bool,
    /// Scan where a deal appears or disappears, as KEY=LOW..HIGH; KEY is `discount` or a judgement of the case.
    #[arg(long, value_name = "KEY=LOW..HIGH")]
    threshold: Option<String>,
    /// What the scan asks: `more` (more than one payoff), `payoff:X,Y`, or `least:PARTY,X` (parties from 0).
    #[arg(long, default_value = "more", value_name = "QUESTION")]
    ask: String,
    /// How many evenly spaced values are scanned.
    #[arg(long, default_value_t = 17)]
    values: usize,
    /// How narrow a change of the answer is made.
    #[arg(long, default_value = "1/1000")]
    width: String,
    /// The state meant by --svg, --threshold and --renegotiation; today's or the first if left out.
    #[arg(long)]
    state: Option<usize>,
    /// Would the snapback of staying at this joint action be renegotiated away? Action numbers with commas.
    #[arg(long, value_name = "A,B")]
    renegotiation: Option<String>,
    /// The gap, relative to the widest payoff range, that is good enough. Without it corners of two parties are sought
    /// exactly, which may take several times as long; three and more parties are good enough at 1e-6.
    #[arg(long, value_parser = a_gap)]
    gap: Option<f64>,
    /// The most steps of a search.
    #[arg(long, default_value_t = 20_000)]
    steps: u64,
    /// The most seconds to work.
    #[arg(long, default_value_t = 300)]
    seconds: u64,
    /// The most joint moves of a case that are listed.
    #[arg(long, default_value_t = 400_000, value_name = "COUNT")]
    joint_moves: usize,
    /// The world of the case.
    #[command(flatten)]
    world: WorldArguments,
}

/// A game to solve, and where play starts if that is known.
struct Loaded {
    game: TableGame,
    today: Option<TableState>,
    case: Option<case_file::Loaded>,
    parties: Vec<String>,
    given: Option<Given>,
}

impl Loaded {
    /// A text with the world under its first line, where it is another than the case as written.
    fn under_line_one(&self, text: &str) -> String {
        let given = self.given.as_ref();
        given.map_or_else(|| text.to_owned(), |given| given.under_line_one(text))
    }

    /// The world as JSON; nothing for a game that comes from no case.
    fn world(&self) -> Value {
        json!(self.given.as_ref().map(|given| &given.view))
    }

    fn plain(game: TableGame) -> Self {
        let parties = (1..=game.parties()).map(|i| format!("party {i}")).collect();
        Self {
            game,
            today: None,
            case: None,
            parties,
            given: None,
        }
    }
}

/// A number that can be a gap.
fn a_gap(text: &str) -> Result<f64, String> {
    let gap: f64 = text
        .parse()
        .map_err(|_| "a gap is a number, such as 1e-8".to_owned())?;
    match gap.is_finite() && gap >= 0.0 {
        true => Ok(gap),
        false => Err("a gap is zero or more".to_owned()),
    }
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = self.load()?;
        let game = &loaded.game;
        if self.state.is_some_and(|state| state >= game.states()) {
            return Err(Failure::BadCall(format!(
                "--state: the game has {} states",
                game.states()
            )));
        }
        if self.transfers {
            return more::transfers(&loaded, self.json);
        }
        if let Some(scan) = &self.threshold {
            return more::threshold(&self, &loaded, scan);
        }
        if let Some(file) = &self.write {
            write_json(file, &write_dyngame(game))?;
        }
        let limits = SetLimits {
            steps: self.steps,
            gap: self.gap,
            proofs: self.proof_inside.is_some() || self.proof_outside.is_some(),
            ..SetLimits::default()
        };
        let watch = Terminal::start(Some(self.seconds));
        let answer =
            solve_sets(game, &limits, &watch).map_err(|error| Failure::BadCall(error.to_string()))?;
        drop(watch);
        let mut missing = Vec::new();
        if let Some(file) = &self.proof_inside {
            match &answer.membership {
                Some(proof) => write_json(file, &write_membership(proof, game))?,
                None => missing.push("there is no inner proof to write"),
            }
        }
        if let Some(file) = &self.proof_outside {
            match &answer.refutation {
                Some(proof) => write_json(file, &write_refutation(proof, game))?,
                None => missing.push("there is no outer proof to write"),
            }
        }
        if let Some(file) = &self.svg {
            let text = show::drawing(&loaded, &answer, self.meant(&loaded))?;
            write_whole(file, text.as_bytes())?;
        }
        let mut result = show::as_json(&loaded, &answer, &limits, self.seconds);
        let mut words = show::as_text(&loaded, &answer);
        if self.settlements {
            let (value, text) = more::settlements(game, &answer);
            result["settlements"] = value;
            words.push_str(&text);
        }
        if let Some(actions) = &self.renegotiation {
            let (value, text) = more::renegotiated(game, &answer, self.meant(&loaded), actions)?;
            result["renegotiation"] = value;
            words.push_str(&text);
        }
        if self.json {
            output::print_json(&result)?;
        } else {
            output::print_text(&loaded.under_line_one(&words))?;
        }
        match answer.stop {
            Stop::StepLimit | Stop::Interrupted => Err(Failure::Stopped(format!(
                "stopped at a limit ({}): the set is known up to the gaps shown",
                answer.stop.word()
            ))),
            _ if missing.is_empty() => Ok(()),
            _ => Err(Failure::Stopped(missing.join("; "))),
        }
    }

    fn meant(&self, loaded: &Loaded) -> TableState {
        self.state
            .map(TableState::at)
            .or(loaded.today)
            .unwrap_or(TableState::at(0))
    }

    fn load(&self) -> Result<Loaded, Failure> {
        let extension = self
            .file
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or("")
            .to_ascii_lowercase();
        let shown = self.file.display();
        let wrong = |problems: Vec<detente_game::table::TableProblem>| {
            let list: Vec<String> = problems
                .iter()
                .map(|problem| format!("{shown}: {problem}"))
                .collect();
            Failure::BadInput(list.join("\n"))
        };
        let discount = self.read_discount()?;
        if ["nfg", "json"].contains(&extension.as_str()) {
            self.world.of_no_case("an explicit game has none")?;
        }
        let loaded = match extension.as_str() {
            "nfg" => {
                let Some(discount) = &discount else {
                    return Err(Failure::BadCall("a .nfg game needs --discount".to_owned()));
                };
                let game = read_nfg(&read_text(&self.file)?, discount).map_err(wrong)?;
                return Ok(Loaded::plain(game));
            }
            "json" => Loaded::plain(read_dyngame(&read_text(&self.file)?).map_err(wrong)?.game),
            _ => {
                let loaded = case_file::load(&self.file)?;
                let given = self.world.given(&loaded.case)?;
                let game = Game::of_case(&loaded.case, &given.world)
                    .map_err(|error| Failure::BadInput(format!("{shown}: {error}")))?;
                let table = table_of_game(&game, &loaded.case.title, self.joint_moves).map_err(wrong)?;
                let today = Some(TableState::at(game.today().index()));
                let parties = loaded
                    .case
                    .parties
                    .iter()
                    .map(|party| party.name.clone())
                    .collect();
                Loaded {
                    game: table,
                    today,
                    case: Some(loaded),
                    parties,
                    given: Some(given),
                }
            }
        };
        match discount {
            None => Ok(loaded),
            Some(list) => {
                let list = if list.len() == 1 {
                    vec![list[0].clone(); loaded.game.parties()]
                } else {
                    list
                };
                let game = loaded.game.with_discount(list).map_err(wrong)?;
                Ok(Loaded { game, ..loaded })
            }
        }
    }

    fn read_discount(&self) -> Result<Option<Vec<Exact>>, Failure> {
        let Some(text) = &self.discount else {
            return Ok(None);
        };
        text.split(',')
            .map(|part| {
                parse_exact(part).map_err(|error| Failure::BadCall(format!("--discount: `{part}`: {error}")))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Some)
    }
}

fn write_json(file: &std::path::Path, value: &Value) -> Result<(), Failure> {
    write_whole(file, format!("{value}\n").as_bytes())
}
