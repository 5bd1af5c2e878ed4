//! Who owes what by when? `cargo run --example ledger`

use detente::ledger::event::events_from_text;
use detente::ledger::moment::parse_as_of;
use detente::ledger::status::{Question, Record, status};
use detente::ledger::text::Text;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::Path::new("cases/agreements/initial-actions-2007");
    let source = std::fs::read_to_string(folder.join("agreement.toml"))?;
    let text = Text::read(&source).map_err(|complaints| format!("{} errors", complaints.len()))?;
    let zone = &text.agreement.zone;
    let events = std::fs::read_to_string(folder.join("events.toml"))?;
    let events = events_from_text(&events, zone).map_err(|errors| format!("{} errors", errors.len()))?;
    let at = parse_as_of("2007-04-20", zone).map_err(|error| error.to_string())?;
    let status = status(&text, &Record::new(events), &Question::at(at)).map_err(|error| error.to_string())?;
    println!("{}", status.answer);
    for commitment in &status.commitments {
        println!("{}: {}", commitment.id, commitment.label);
    }
    Ok(())
}
