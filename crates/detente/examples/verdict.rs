//! Is a deal possible, what are its steps, and does its proof hold? `cargo run --example verdict -- CASE.toml`

use detente::{Case, Question, Verdict};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or("cases/korea-toy/case.toml".into());
    let case = Case::read(&std::fs::read_to_string(path)?)?;
    match case.solve(&Question::default())? {
        Verdict::Possible(deal) => {
            for (number, step) in deal.steps().iter().enumerate() {
                for change in &step.changes {
                    let who = change.party.as_deref().unwrap_or("nature");
                    println!(
                        "step {}: {who} moves {} from {} to {}",
                        number + 1,
                        change.issue,
                        change.from,
                        change.to
                    );
                }
            }
            let verified = deal.proof().verify()?;
            println!("possible: {}", verified.concept());
        }
        Verdict::Impossible(proof) => println!("impossible: {}", proof.verify()?.concept()),
        Verdict::Undecided { why } => println!("undecided: {why}"),
    }
    Ok(())
}
