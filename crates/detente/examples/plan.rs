//! Which plans of a case are kept, and by whom? `cargo run --example plan -- CASE.toml`

use detente::Case;
use detente::plans::assess::assess_all;
use detente::watch::Unwatched;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or("cases/korea-prototype/case.toml".into());
    let case = Case::read(&std::fs::read_to_string(path)?)?;
    let plans: Vec<_> = case.parts().deals.iter().collect();
    let (tested, untested) = assess_all(case.parts(), &plans, &Default::default(), &Unwatched);
    for plan in &tested {
        let holds = if plan.test.holds { "holds" } else { "does not hold" };
        println!("{}: {holds}", plan.deal);
    }
    println!("{} cannot be tested", untested.len());
    Ok(())
}
