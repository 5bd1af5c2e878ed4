//! What is asked of an open page. Each script returns a list of complaints.

use super::browser::Browser;
use super::pixels::Place;

/// Headings in order, landmarks, language, one title.
pub const STRUCTURE: &str = include_str!("structure.js");
/// Captions, scopes and rows of full length.
pub const TABLES: &str = include_str!("tables.js");
/// Every reference inside the page leads somewhere, and every name is used once.
pub const NAMES: &str = include_str!("names.js");
/// Nothing is wider than the screen and no text is too small to read.
pub const FITS: &str = include_str!("fits.js");
/// Text in drawings stays inside its card and its drawing, and does not lie on other text.
pub const DRAWINGS: &str = include_str!("drawings.js");

/// Where the first match of a selector is on the screen.
pub async fn place(browser: &Browser, selector: &str) -> Place {
    let script = format!(
        "const box = document.querySelector({selector:?}).getBoundingClientRect();
         return [box.left, box.top, box.width, box.height].map(Math.round);"
    );
    let found: Vec<usize> = serde_json::from_value(browser.ask(&script).await).expect("four numbers");
    Place {
        left: found[0],
        top: found[1],
        width: found[2],
        height: found[3],
    }
}
