//! `detente set`: all equilibrium payoffs of a small case or of a published explicit game.

use std::path::PathBuf;

use clap::Args;
use detente_model::game::Game;
use detente_model::number::{Exact, parse_exact};
use detente_model::table::{
    TableGame, TableState, content_hash, read_dyngame, read_nfg, table_of_game, write_dyngame,
};
use detente_proof::sets::{write_membership, write_refutation};
use detente_solve::sets::{Coordinate, SetAnswer, SetLimits, Stop, solve_sets};
use serde_json::{Map, Value, json};

use crate::asking::WorldArguments;
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
    /// The gap, relative to the widest payoff range, that is good enough for three and more parties.
    #[arg(long, default_value_t = 1e-6)]
    gap: f64,
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
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = self.load()?;
        let game = &loaded.game;
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
        if self.json {
            output::print_json(&as_json(&loaded, &answer, &limits, self.seconds))?;
        } else {
            output::print_text(&as_text(&loaded, &answer))?;
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

    fn load(&self) -> Result<Loaded, Failure> {
        let extension = self
            .file
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or("");
        let shown = self.file.display();
        let wrong = |problems: Vec<detente_model::table::TableProblem>| {
            let list: Vec<String> = problems
                .iter()
                .map(|problem| format!("{shown}: {problem}"))
                .collect();
            Failure::BadInput(list.join("\n"))
        };
        let discount = self.read_discount()?;
        let loaded = match extension {
            "nfg" => {
                let Some(discount) = &discount else {
                    return Err(Failure::BadCall("a .nfg game needs --discount".to_owned()));
                };
                let game = read_nfg(&read_text(&self.file)?, discount).map_err(wrong)?;
                return Ok(Loaded { game, today: None });
            }
            "json" => Loaded {
                game: read_dyngame(&read_text(&self.file)?).map_err(wrong)?.game,
                today: None,
            },
            _ => {
                let loaded = case_file::load(&self.file)?;
                let world = self.world.world(&loaded.case)?;
                let game = Game::of_case(&loaded.case, &world)
                    .map_err(|error| Failure::BadInput(format!("{shown}: {error}")))?;
                let table = table_of_game(&game, &loaded.case.title, self.joint_moves).map_err(wrong)?;
                Loaded {
                    game: table,
                    today: Some(TableState::at(game.today().index())),
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

fn number(value: &Coordinate) -> Value {
    match value {
        Coordinate::Exact(value) => json!(value.to_string()),
        Coordinate::Near(value) => json!(value),
    }
}

fn as_json(loaded: &Loaded, answer: &SetAnswer, limits: &SetLimits, seconds: u64) -> Value {
    let game = &loaded.game;
    let (mut states, mut threats, mut vertices) = (Map::new(), Map::new(), Map::new());
    for (s, set) in answer.states.iter().enumerate() {
        let threat: Value = if set.threat.is_empty() {
            Value::Null
        } else {
            set.threat.iter().map(number).collect()
        };
        let corners: Value = set
            .vertices
            .iter()
            .map(|corner| corner.iter().map(number).collect::<Value>())
            .collect();
        states.insert(
            s.to_string(),
            json!({
                "label": game.label(TableState::at(s)),
                "exists": if set.none { json!(false) } else if set.vertices.is_empty() { Value::Null } else { json!(true) },
                "threat": threat,
                "vertices": corners,
                "outer": set.outer.iter().map(|(u, level)| json!({ "direction": u, "level": level })).collect::<Value>(),
            }),
        );
        threats.insert(s.to_string(), threat);
        vertices.insert(s.to_string(), corners);
    }
    json!({
        "kind": "equilibrium-sets",
        "version": env!("CARGO_PKG_VERSION"),
        "concept": CONCEPT,
        "game": {
            "name": game.name(),
            "hash": content_hash(game),
            "players": game.parties(),
            "discount": game.discount().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "today": loaded.today.map(TableState::index),
        },
        "stop": answer.stop.word(),
        "exact": matches!(answer.stop, Stop::Exact | Stop::Empty),
        "inner_gap": answer.inner_gap,
        "outer_gap": answer.outer_gap,
        "steps": answer.steps,
        "states": states,
        "threat": threats,
        "vertices": vertices,
        "limits": { "steps": limits.steps, "gap": limits.gap, "seconds": seconds },
        "notes": answer.notes,
    })
}

const CONCEPT: &str = "subgame-perfect equilibria in pure strategies with perfect monitoring and a public lottery \
each period; payoffs are per-period averages";

fn as_text(loaded: &Loaded, answer: &SetAnswer) -> String {
    let game = &loaded.game;
    let mut lines = Vec::new();
    let none = answer.states.iter().filter(|set| set.none).count();
    lines.push(match answer.stop {
        Stop::Exact => {
            "All equilibrium payoffs, exactly: every corner is proved and nothing lies outside.".to_owned()
        }
        Stop::Empty => "No equilibrium in pure strategies, proved.".to_owned(),
        _ => format!(
            "Equilibrium payoffs up to {:.1e} outside and {} inside (proved); {}.",
            answer.outer_gap,
            answer
                .inner_gap
                .map_or("an unknown gap".to_owned(), |gap| format!("{gap:.1e}")),
            answer.stop.word()
        ),
    });
    if none > 0 && answer.stop != Stop::Empty {
        lines.push(format!(
            "{none} of {} states have no equilibrium in pure strategies.",
            answer.states.len()
        ));
    }
    let shown: Vec<usize> = match loaded.today {
        Some(today) => vec![today.index()],
        None => (0..answer.states.len().min(20)).collect(),
    };
    for s in &shown {
        let set = &answer.states[*s];
        let corner = |corner: &Vec<Coordinate>| {
            let list: Vec<String> = corner.iter().map(show).collect();
            format!("({})", list.join(", "))
        };
        let name = if loaded.today.is_some() {
            "Today".to_owned()
        } else {
            format!("State {}", game.label(TableState::at(*s)))
        };
        let corners: Vec<String> = set.vertices.iter().map(corner).collect();
        lines.push(format!(
            "{name}: worst {}; corners {}",
            corner(&set.threat),
            corners.join(" ")
        ));
    }
    if shown.len() < answer.states.len() {
        lines.push(format!(
            "{} more states are shown with --json.",
            answer.states.len() - shown.len()
        ));
    }
    lines.extend(answer.notes.iter().cloned());
    lines.push(format!("Concept: {CONCEPT}."));
    lines.push(format!("Game {}.", content_hash(game)));
    lines.join("\n")
}

fn show(value: &Coordinate) -> String {
    match value {
        Coordinate::Exact(exact) if exact.to_string().len() <= 16 => exact.to_string(),
        other => format!("{:.10}", other.to_float()),
    }
}
