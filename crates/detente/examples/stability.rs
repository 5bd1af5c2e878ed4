//! Which states are stable from rankings alone? `cargo run --example stability -- CONFLICT.json`

use detente::conflict::{Limits, read};
use detente::stability::{Concept, judge};
use detente::watch::Unwatched;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or("cases/literature/conflicts/elmira_1991.json".into());
    let reading = read(&std::fs::read(path)?, Limits::default());
    let model = reading.model.ok_or("the file does not describe a conflict")?;
    let judged = judge(&model, &Concept::ALL, &Unwatched).map_err(|error| format!("{error:?}"))?;
    for concept in Concept::ALL {
        let stable = judged.equilibria(concept).ok_or("not judged")?;
        let names: Vec<String> = stable.iter().map(|state| model.states().id(state)).collect();
        println!("{}: {}", concept.name(), names.join(", "));
    }
    Ok(())
}
