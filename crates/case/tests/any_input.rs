//! No text panics, every complaint has its place, reason and hint, and one broken line is one complaint.

use detente_case::condition::parse;
use detente_case::{Case, check};
use proptest::prelude::*;

const CASES: [&str; 5] = [
    include_str!("../../../cases/korea-toy/case.toml"),
    include_str!("../../../cases/ceasefire/case.toml"),
    include_str!("../../../cases/tariff-truce/case.toml"),
    include_str!("../../../cases/river/case.toml"),
    include_str!("../../../cases/korea-2020/case.toml"),
];

/// Pieces that mean something in a case file, and some that mean nothing anywhere.
const PIECES: [&str; 40] = [
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "'",
    "'''",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "\r",
    "\0",
    "\t",
    "\\",
    "\\u12",
    "“",
    "\u{feff}",
    "\u{202e}",
    "é",
    "-",
    "inf",
    "nan",
    "1e999",
    "1/0",
    "0x1F",
    "true",
    "2020-01-03",
    "[issues.x]",
    "[[values]]",
    "needs",
    "today",
    "levels",
    "not ",
    " implies ",
    "(",
];

/// One change: at a place, take out so many bytes and put in a piece so many times.
#[derive(Debug, Clone)]
struct Change {
    at: prop::sample::Index,
    take: usize,
    piece: prop::sample::Index,
    times: usize,
}

fn change() -> impl Strategy<Value = Change> {
    let times = prop_oneof![8 => 0..3usize, 1 => 50..200usize];
    (
        any::<prop::sample::Index>(),
        prop_oneof![5 => 0..4usize, 2 => 4..400usize],
        any::<prop::sample::Index>(),
        times,
    )
        .prop_map(|(at, take, piece, times)| Change {
            at,
            take,
            piece,
            times,
        })
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut text = text.to_owned();
    for change in changes {
        let boundary = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at += 1;
            }
            at
        };
        let start = boundary(change.at.index(text.len() + 1));
        let end = boundary((start + change.take).min(text.len()));
        let piece = PIECES[change.piece.index(PIECES.len())].repeat(change.times);
        text.replace_range(start..end, &piece);
    }
    text
}

/// Checks the text; what is complained of must be fit to be shown.
fn checked(text: &str) -> Result<Case, TestCaseError> {
    let diagnostics = match check(text) {
        Ok(case) => return Ok(case),
        Err(diagnostics) => diagnostics,
    };
    prop_assert!(!diagnostics.is_empty() && diagnostics.total() >= diagnostics.len());
    for one in diagnostics.iter() {
        prop_assert!(text.get(one.span.clone()).is_some(), "no place: {:?}", one);
        prop_assert!(!one.message.is_empty() && !one.label.is_empty(), "{:?}", one);
        prop_assert!(
            one.hint.as_ref().is_some_and(|hint| !hint.is_empty()),
            "{:?}",
            one
        );
    }
    Err(TestCaseError::reject("not a case"))
}

fn only_failures(result: Result<Case, TestCaseError>) -> Result<(), TestCaseError> {
    match result {
        Err(error @ TestCaseError::Fail(_)) => Err(error),
        _ => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_panics(text in "\\PC{0,200}|(?s).{0,200}") {
        only_failures(checked(&text))?;
    }

    #[test]
    fn no_mixture_of_pieces_panics(pieces in prop::collection::vec(any::<prop::sample::Index>(), 0..60)) {
        let text: String = pieces.iter().map(|piece| PIECES[piece.index(PIECES.len())]).collect();
        only_failures(checked(&text))?;
    }

    #[test]
    fn no_change_of_a_bundled_case_panics(
        which in 0..CASES.len(),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        only_failures(checked(&changed(CASES[which], &changes)))?;
    }

    #[test]
    fn no_condition_panics(text in "([a-z=<>!() .\\-]|not |and |or |implies |iff |tests|paused|\\PC){0,60}") {
        if let Err(error) = parse(&text) {
            prop_assert!(text.get(error.stretch(&text)).is_some(), "{error:?}");
            prop_assert!(!error.advice(&text).is_empty());
        }
        let case = check(CASES[0]).expect("the bundled case checks clean");
        let _ = case.target(&text);
    }
}

/// Lines that are no TOML, whatever stands around them.
const BROKEN: [&str; 13] = [
    "hello there",
    "= 3",
    "x = [1, 2",
    "x = { a = 1",
    "x = \"\"\"abc",
    "x = 1 2",
    "x =",
    "é = 1",
    "x = “abc”",
    "x y = 1",
    "x = 1.2.3",
    "x = \"\\q\"",
    "\0",
];

/// Every such line before every section of every case.
#[test]
fn a_line_that_is_no_toml_is_one_complaint() {
    std::thread::scope(|scope| {
        for line in BROKEN {
            scope.spawn(move || CASES.map(|text| one_complaint_wherever_it_stands(text, line)));
        }
    });
}

fn one_complaint_wherever_it_stands(text: &str, line: &str) {
    for at in text.match_indices("\n[").map(|(at, _)| at + 1) {
        let broken = format!("{}{line}\n{}", &text[..at], &text[at..]);
        let diagnostics = check(&broken).expect_err("not TOML");
        assert_eq!(diagnostics.total(), 1, "{line:?} at {at}: {diagnostics:#?}");
        let place = diagnostics[0].span.start;
        assert!(
            (at..=at + line.len()).contains(&place),
            "{line:?} at {at}: {diagnostics:#?}"
        );
    }
}
