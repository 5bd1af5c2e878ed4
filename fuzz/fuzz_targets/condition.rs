//! No text panics the parser of conditions; it points inside the text; the names it found stand where it says.
#![no_main]

use detente_case::condition::{Syntax, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match parse(text) {
        Ok(syntax) => names_stand_where_it_says(&syntax, text),
        Err(error) => assert!(text.is_char_boundary(error.at), "{error:?}"),
    }
});

fn names_stand_where_it_says(syntax: &Syntax, text: &str) {
    match syntax {
        Syntax::Constant(_) => {}
        Syntax::Compare { issue, level, .. } => {
            assert_eq!(text.get(issue.1.clone()), Some(issue.0.as_str()));
            assert_eq!(text.get(level.1.clone()), Some(level.0.as_str()));
        }
        Syntax::Not(inner) => names_stand_where_it_says(inner, text),
        Syntax::All(parts) | Syntax::Any(parts) => {
            parts.iter().for_each(|part| names_stand_where_it_says(part, text));
        }
        Syntax::Implies(left, right) | Syntax::Iff(left, right) => {
            names_stand_where_it_says(left, text);
            names_stand_where_it_says(right, text);
        }
    }
}
