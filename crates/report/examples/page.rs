//! Renders a report given as JSON: `cargo run -p detente-report --example page -- REPORT.json PAGE.html [COLUMNS]`.
//! Prints the terminal summary and writes the page.

use std::error::Error;

use detente_report::{html, text, view::Report};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (input, output) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("give REPORT.json PAGE.html")?;
    let columns = arguments.next().map_or(Ok(80), |columns| columns.parse())?;
    let report: Report = serde_json::from_str(&std::fs::read_to_string(input)?)?;
    print!("{}", text::summary(&report, columns, text::Style::Plain));
    std::fs::write(output, html::page(&report))?;
    Ok(())
}
