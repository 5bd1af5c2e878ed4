//! One question asked and put into words: what `solve`, `why` and `report` share.

use std::path::Path;

use detente_model::game::Game;
use detente_report::view::Report;
use detente_report::words::{self, Findings};
use detente_solve::bounds::Stop;
use detente_solve::verdict::{self, Ground, Subject, Unanswerable, Verdict};
use detente_solve::why;

use crate::asking::QuestionArguments;
use crate::case_file::{self, Loaded};
use crate::failure::Failure;
use crate::files::write_whole;
use crate::progress::Terminal;

/// What was found.
pub struct Found {
    /// The case.
    pub loaded: Loaded,
    /// Everything to show.
    pub report: Report,
    stopped: Option<String>,
}

impl Found {
    /// Exit 3 with a word on stderr when the work was stopped at a limit.
    pub fn ended(self) -> Result<(), Failure> {
        self.stopped.map_or(Ok(()), |why| Err(Failure::Stopped(why)))
    }
}

/// Asks the question.
pub fn find(arguments: &QuestionArguments, verb: &str, proof_file: Option<&Path>) -> Result<Found, Failure> {
    let loaded = case_file::load(&arguments.case)?;
    let world = arguments.world.world(&loaded.case)?;
    let case = loaded
        .case
        .in_world(&world)
        .map_err(|error| Failure::BadCall(error.to_string()))?;
    let question = arguments.question(&loaded.case)?;
    let limits = arguments.limits();
    let watch = Terminal::start(Some(arguments.seconds));
    let game = Game::of_case(&loaded.case, &world)
        .map_err(|error| Failure::BadInput(format!("{}: {error}", loaded.path.display())))?;
    let ground = Ground::new(&game, &limits, arguments.seed, &watch).map_err(unanswerable)?;
    let subject = Subject {
        text: &loaded.text,
        case: &loaded.case,
    };
    let answer = verdict::answer(subject, &world, &ground, &question, &limits, &watch);
    let temptations = match (&answer.verdict, &ground.family) {
        (Verdict::Possible { deal, .. }, Some(family)) => {
            why::temptations(&case, &world, &ground.arena, family, &deal.path)
        }
        (_, Some(family)) => {
            let wanted = game.truth(&question.target.condition);
            why::nearest_miss(&case, &world, &ground.arena, family, &wanted)
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    };
    if let Some(file) = proof_file {
        write_proof(&answer.verdict, file)?;
    }
    let shown = proof_file.map(|file| file.display().to_string());
    let report = words::report(&Findings {
        case: &case,
        world: &world,
        game: &game,
        question: &question,
        answer: &answer,
        temptations: &temptations,
        limits: &limits,
        seed: arguments.seed,
        version: env!("CARGO_PKG_VERSION"),
        command: &arguments.command(verb),
        proof_file: shown.as_deref(),
    });
    let stopped = match answer.bounds {
        Some((_, Stop::Interrupted)) => Some("stopped early; what is shown is partial".to_owned()),
        Some((_, Stop::StageLimit)) => {
            Some("a limit was reached; the answer is undecided, not “no deal”".to_owned())
        }
        _ => None,
    };
    Ok(Found {
        report,
        stopped,
        loaded,
    })
}

fn unanswerable(error: Unanswerable) -> Failure {
    match error {
        Unanswerable::Memory(..) => Failure::Stopped(error.to_string()),
        Unanswerable::Game(error) => Failure::BadInput(error.to_string()),
    }
}

fn write_proof(verdict: &Verdict, file: &Path) -> Result<(), Failure> {
    match verdict {
        Verdict::Possible { proof, .. } | Verdict::Impossible { proof } => {
            write_whole(file, &proof.to_bytes())
        }
        Verdict::Undecided { .. } => {
            eprintln!("No proof was written: nothing was proved.");
            Ok(())
        }
    }
}
