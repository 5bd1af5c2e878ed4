//! Rankings against numbers, for `detente stability CASE --compare` and for the page of `detente report`.

use std::path::Path;

use detente_analysis::compare::{CompareLimits, NotCompared, Sides, compare};
use detente_base::watch::Watch;
use detente_case::{Case, World};
use detente_conflict::{Limits, from_case};
use detente_game::Game;
use detente_report::stability::{Comparison, comparison, comparison_section};
use detente_report::view::Section;
use detente_stability::{Concept, judge};
use detente_verdict::verdict::{self, Ground, Subject};

use crate::asking::WorldArguments;
use crate::case_file;
use crate::failure::Failure;

/// The comparison of a case file.
pub fn of_file(path: &Path, world: &WorldArguments, watch: &dyn Watch) -> Result<Comparison, Failure> {
    if !path.is_dir() && path.extension().is_none_or(|end| end != "toml") {
        let shown = path.display();
        return Err(Failure::BadCall(format!(
            "--compare needs a case with numbers; {shown} has rankings only"
        )));
    }
    let loaded = case_file::load(path)?;
    let world = world.world(&loaded.case)?;
    let game = Game::of_case(&loaded.case, &world)
        .map_err(|error| Failure::BadInput(format!("{}: {error}", loaded.path.display())))?;
    let most = CompareLimits::default().states;
    if game.states() > most {
        return Err(Failure::Stopped(
            NotCompared::TooLarge(game.states(), most).to_string(),
        ));
    }
    let limits = verdict::Limits::default();
    let ground = Ground::new(&game, &limits, watch).map_err(|error| Failure::Stopped(error.to_string()))?;
    let subject = Subject {
        text: &loaded.text,
        case: &loaded.case,
    };
    of_ground(subject, &world, &ground, &limits, watch)
        .map_err(|why| Failure::BadInput(format!("{}: not compared: {why}", loaded.path.display())))
}

/// Up to so many states a report compares unasked; beyond, that would take minutes (`detente stability --compare`).
const MOST_UNASKED: usize = 512;

/// The section of the page, where it is asked for or the case is small enough to be compared unasked.
pub fn section(
    subject: Subject<'_>,
    world: &World,
    ground: &Ground<'_>,
    limits: &verdict::Limits,
    asked: bool,
    watch: &dyn Watch,
) -> Option<Section> {
    let wanted = asked || ground.arena.states <= MOST_UNASKED;
    let compared = wanted.then(|| of_ground(subject, world, ground, limits, watch))?;
    compared.ok().map(|compared| comparison_section(&compared))
}

fn of_ground(
    subject: Subject<'_>,
    world: &World,
    ground: &Ground<'_>,
    limits: &verdict::Limits,
    watch: &dyn Watch,
) -> Result<Comparison, String> {
    let (model, _) = from_case(subject.case, world, Limits::default()).map_err(|problems| {
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    let answer = judge(&model, &Concept::ALL, watch).map_err(|trouble| trouble.to_string())?;
    let sides = Sides {
        subject,
        world,
        model: &model,
        answer: &answer,
        ground,
        limits,
    };
    let most = CompareLimits::for_states(ground.arena.states);
    let compared = compare(&sides, most, watch).map_err(|why| why.to_string())?;
    let case: Case = subject.case.in_world(world).map_err(|error| error.to_string())?;
    Ok(comparison(&model, &case, &compared, most))
}
