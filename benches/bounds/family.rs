//! The synthetic family: five parties that each restrain themselves in a few issues at a cost and gain from the
//! restraint of the others, written as case text so that it takes the same road as every case.

use detente_case::{Case, check};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The number of levels of each issue, by party.
pub type Shape = &'static [&'static [usize]];

/// The members of the family with what they are called: the number of states.
pub const SHAPES: [(&str, Shape); 7] = [
    ("32", &[&[2], &[2], &[2], &[2], &[2]]),
    ("243", &[&[3], &[3], &[3], &[3], &[3]]),
    ("1024", &[&[2, 2], &[4], &[2, 2], &[4], &[2, 2]]),
    ("3125", &[&[5], &[5], &[5], &[5], &[5]]),
    ("10000", &[&[2, 5], &[2, 5], &[5], &[5], &[2, 2]]),
    ("100000", &[&[2, 5], &[2, 5], &[2, 5], &[2, 5], &[2, 5]]),
    ("1000000", &[&[2, 2, 5], &[2, 2, 5], &[2, 5], &[2, 5], &[5, 5]]),
];

/// The shape with a name.
pub fn shape(name: &str) -> Shape {
    let found = SHAPES.iter().find(|(known, _)| *known == name);
    found.expect("a size of the family").1
}

/// The case with a shape; the same seed gives the same case.
pub fn case(shape: Shape, seed: u64) -> Case {
    let text = text(shape, seed);
    check(&text).unwrap_or_else(|problems| panic!("the family is no sound case: {problems:?}"))
}

/// The case text. Issues with more than two levels move one level a period; the highest level of the first issue of
/// every party but the last needs the next party to have left the lowest level of its own first issue.
fn text(shape: Shape, seed: u64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut text = String::from(
        "[case]\ntitle = \"Synthetic\"\nquestion = \"Who restrains itself?\"\nperiod = \"a period\"\n\
         today = \"now\"\ntarget = \"p0i0 = l1\"\n\n",
    );
    for party in 0..shape.len() {
        let discount = random.random_range(30..60);
        text += &format!("[parties.p{party}]\nname = \"Party {party}\"\ndiscount = 0.{discount}\n\n");
    }
    for (party, issues) in shape.iter().enumerate() {
        for (number, levels) in issues.iter().enumerate() {
            let names: Vec<String> = (0..*levels).map(|level| format!("\"l{level}\"")).collect();
            text += &format!(
                "[issues.p{party}i{number}]\nparty = \"p{party}\"\nname = \"issue {number} of {party}\"\n\
                 levels = [{}]\ntoday = \"l0\"\n",
                names.join(", ")
            );
            if *levels > 2 {
                text += "moves = \"step\"\n";
            }
            if number == 0 && party + 1 < shape.len() {
                let (top, next) = (levels - 1, party + 1);
                text += &format!("needs = {{ l{top} = \"p{next}i0 != l0\" }}\n");
            }
            text += "\n";
        }
    }
    for (owner, issues) in shape.iter().enumerate() {
        for (number, levels) in issues.iter().enumerate() {
            for party in 0..shape.len() {
                // A level costs its owner more than it brings any other party, less than it brings all of them.
                let most = if party == owner {
                    -random.random_range(80..160)
                } else {
                    random.random_range(10..70)
                };
                let worth = (0..*levels).map(|level| {
                    format!(
                        "l{level} = {}",
                        hundredths(most * level as i64 / (*levels as i64 - 1))
                    )
                });
                text += &format!(
                    "[[values]]\nparty = \"p{party}\"\nissue = \"p{owner}i{number}\"\nlevels = {{ {} }}\n\
                     about = \"restraint\"\n\n",
                    worth.collect::<Vec<_>>().join(", ")
                );
            }
        }
    }
    for party in 0..shape.len() {
        let other = (party + 2) % shape.len();
        let worth = hundredths(-random.random_range(20..120));
        text += &format!(
            "[[values]]\nparty = \"p{party}\"\nwhen = \"p{party}i0 != l0 and p{other}i0 = l0\"\nworth = {worth}\n\
             about = \"restraint alone\"\n\n"
        );
    }
    text
}

fn hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", number.abs() / 100, number.abs() % 100)
}
