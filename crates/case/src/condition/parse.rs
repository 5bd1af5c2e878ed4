//! The parser of conditions: text to syntax with places, names still as written.

use std::ops::Range;

use winnow::combinator::{alt, cut_err, delimited, preceded, repeat};
use winnow::error::{ContextError, ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location};
use winnow::token::{literal, take_while};

use super::Comparison;

/// The longest condition, in bytes, that is read.
pub const LONGEST_CONDITION: usize = 4_000;
/// How deep parentheses and `not` may nest.
const DEEPEST: usize = 64;

/// A parsed condition with places relative to its text; names are not resolved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Syntax {
    /// `true` or `false`.
    Constant(bool),
    /// `issue = level`, with the places of both names.
    Compare {
        /// The issue as written, and where.
        issue: (String, Range<usize>),
        /// The comparison.
        comparison: Comparison,
        /// The level as written, and where.
        level: (String, Range<usize>),
    },
    /// `not x`.
    Not(Box<Syntax>),
    /// `x and y and …`.
    All(Vec<Syntax>),
    /// `x or y or …`.
    Any(Vec<Syntax>),
    /// `x implies y`.
    Implies(Box<Syntax>, Box<Syntax>),
    /// `x iff y`.
    Iff(Box<Syntax>, Box<Syntax>),
}

/// Where and why a condition cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionError {
    /// The byte from which on nothing makes sense.
    pub at: usize,
    /// Why.
    pub reason: &'static str,
}

impl ConditionError {
    /// The stretch of the text to point at: the word or sign at which reading stopped.
    #[must_use]
    pub fn stretch(&self, text: &str) -> Range<usize> {
        let rest = text.get(self.at..).unwrap_or("");
        let word = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let length = if word > 0 {
            word
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
        self.at..self.at + length
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self, text: &str) -> &'static str {
        let rest = text.get(self.at..).unwrap_or("");
        let word = text.get(self.stretch(text)).unwrap_or("");
        let opened = text.matches('(').count();
        let closed = text.matches(')').count();
        match word.to_lowercase().as_str() {
            "&" => "write `and` instead of `&&`",
            "|" => "write `or` instead of `||`",
            "!" => "write `not` instead of `!`, or `!=` between an issue and a level",
            "=" if text.get(..self.at).is_some_and(|before| before.ends_with('=')) => {
                "write one `=` instead of `==`"
            }
            "=" if rest.starts_with("=<") || rest.starts_with("=>") => "write `<=` or `>=`",
            "and" | "or" | "not" | "implies" | "iff"
                if !matches!(word, "and" | "or" | "not" | "implies" | "iff") =>
            {
                "write `and`, `or`, `not`, `implies` and `iff` in small letters"
            }
            ")" if closed > opened => "this `)` closes nothing: leave it out",
            "" if opened > closed => "close the parenthesis with `)`",
            _ => "conditions look like `tests = banned and not relief >= partial`",
        }
    }
}

type Input<'i> = LocatingSlice<&'i str>;
type Parsed<T> = Result<T, ErrMode<ContextError>>;

/// Parses a condition.
///
/// ```
/// use detente_case::condition::parse;
/// assert!(parse("tests = banned and not relief >= partial").is_ok());
/// assert!(parse("tests = ").is_err());
/// ```
///
/// # Errors
/// A [`ConditionError`] with the place at which reading stopped.
pub fn parse(text: &str) -> Result<Syntax, ConditionError> {
    if text.len() > LONGEST_CONDITION {
        return Err(ConditionError {
            at: 0,
            reason: "the condition is longer than 4000 bytes",
        });
    }
    if deepest_nesting(text) > DEEPEST {
        return Err(ConditionError {
            at: 0,
            reason: "the condition nests more than 64 deep",
        });
    }
    let mut input = LocatingSlice::new(text);
    let parsed = iff(&mut input);
    let _ = blank(&mut input);
    let at = input.current_token_start();
    match parsed {
        Ok(syntax) if at == text.len() => Ok(syntax),
        Ok(_) => Err(ConditionError {
            at,
            reason: "expected `and`, `or`, `implies`, `iff` or the end",
        }),
        Err(_) => Err(ConditionError {
            at,
            reason: "expected a comparison such as `tests = banned`",
        }),
    }
}

/// An upper bound of how deep the parser would recurse: open parentheses, `not`s and `implies`es in a row.
fn deepest_nesting(text: &str) -> usize {
    let mut open = 0usize;
    let mut deepest = 0usize;
    for character in text.chars() {
        match character {
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    let words = text.split(|c: char| !is_name(c));
    let chained = words.filter(|word| matches!(*word, "not" | "implies")).count();
    deepest + chained
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

fn blank(input: &mut Input<'_>) -> Parsed<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

fn name<'i>(input: &mut Input<'i>) -> Parsed<(&'i str, Range<usize>)> {
    preceded(blank, take_while(1.., is_name).with_span()).parse_next(input)
}

fn keyword<'i>(word: &'static str) -> impl Parser<Input<'i>, (), ErrMode<ContextError>> {
    name.verify(move |(found, _): &(&str, _)| *found == word).void()
}

fn iff(input: &mut Input<'_>) -> Parsed<Syntax> {
    let first = implies(input)?;
    let rest: Vec<Syntax> = repeat(0.., preceded(keyword("iff"), cut_err(implies))).parse_next(input)?;
    Ok(rest
        .into_iter()
        .fold(first, |left, right| Syntax::Iff(Box::new(left), Box::new(right))))
}

fn implies(input: &mut Input<'_>) -> Parsed<Syntax> {
    let left = any(input)?;
    let right: Vec<Syntax> =
        repeat(0..=1, preceded(keyword("implies"), cut_err(implies))).parse_next(input)?;
    Ok(match right.into_iter().next() {
        Some(right) => Syntax::Implies(Box::new(left), Box::new(right)),
        None => left,
    })
}

fn any(input: &mut Input<'_>) -> Parsed<Syntax> {
    let first = all(input)?;
    let mut parts = vec![first];
    let rest: Vec<Syntax> = repeat(0.., preceded(keyword("or"), cut_err(all))).parse_next(input)?;
    parts.extend(rest);
    Ok(one_or(parts, Syntax::Any))
}

fn all(input: &mut Input<'_>) -> Parsed<Syntax> {
    let first = negation(input)?;
    let mut parts = vec![first];
    let rest: Vec<Syntax> = repeat(0.., preceded(keyword("and"), cut_err(negation))).parse_next(input)?;
    parts.extend(rest);
    Ok(one_or(parts, Syntax::All))
}

fn one_or(mut parts: Vec<Syntax>, many: fn(Vec<Syntax>) -> Syntax) -> Syntax {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

fn negation(input: &mut Input<'_>) -> Parsed<Syntax> {
    alt((
        preceded(keyword("not"), cut_err(negation)).map(|inner| Syntax::Not(Box::new(inner))),
        delimited(
            (blank, literal("(")),
            cut_err(iff),
            cut_err((blank, literal(")"))),
        ),
        comparison,
        keyword("true").value(Syntax::Constant(true)),
        keyword("false").value(Syntax::Constant(false)),
    ))
    .parse_next(input)
}

fn comparison(input: &mut Input<'_>) -> Parsed<Syntax> {
    let (issue, issue_span) = name(input)?;
    if matches!(issue, "and" | "or" | "not" | "implies" | "iff") {
        return Err(ErrMode::from_input(input));
    }
    let sign = preceded(blank, alt(("!=", "<=", ">=", "=", "<", ">"))).parse_next(input)?;
    let (level, level_span) = cut_err(name).parse_next(input)?;
    let comparison = match sign {
        "=" => Comparison::Equal,
        "!=" => Comparison::Different,
        "<" => Comparison::Below,
        "<=" => Comparison::AtMost,
        ">" => Comparison::Above,
        _ => Comparison::AtLeast,
    };
    Ok(Syntax::Compare {
        issue: (issue.to_owned(), issue_span),
        comparison,
        level: (level.to_owned(), level_span),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compare(issue: &str, comparison: Comparison, level: &str, at: usize) -> Syntax {
        let sign = at + issue.len() + comparison.sign().len() + 2;
        Syntax::Compare {
            issue: (issue.into(), at..at + issue.len()),
            comparison,
            level: (level.into(), sign..sign + level.len()),
        }
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        let parsed = parse("a = x or b = y and not c >= z").unwrap();
        let expected = Syntax::Any(vec![
            compare("a", Comparison::Equal, "x", 0),
            Syntax::All(vec![
                compare("b", Comparison::Equal, "y", 9),
                Syntax::Not(Box::new(compare("c", Comparison::AtLeast, "z", 23))),
            ]),
        ]);
        assert_eq!(parsed, expected);
    }

    #[test]
    fn implies_leans_to_the_right() {
        let Syntax::Implies(_, right) = parse("a=1 implies b=1 implies c=1").unwrap() else {
            panic!()
        };
        assert!(matches!(*right, Syntax::Implies(..)));
    }

    #[test]
    fn stops_where_sense_ends() {
        assert_eq!(parse("tests = banned banned").unwrap_err().at, 15);
        assert!(parse(&"(".repeat(5_000)).is_err());
        assert!(parse(&"not ".repeat(900)).is_err());
        assert!(parse("").is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z=<>!() notandorif\\u{0}-\\u{ff}]{0,80}") {
            let _ = parse(&text);
        }
    }
}
