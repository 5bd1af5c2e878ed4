//! Conditions on states, read by hand: `a = x and not (b < y) implies c >= z`.
//!
//! Loosest first: `iff`, `implies` (to the right), `or`, `and`, `not`, then a comparison of an issue with a level, `true`,
//! `false` or parentheses.

use super::Issue;

/// How deep a condition may nest.
const DEEPEST: usize = 200;

/// A condition over the levels of issues, one number an issue.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Always(bool),
    /// The issue and, as bits, the levels at which it holds.
    Among(usize, u64),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Same(Box<Condition>, Box<Condition>),
}

impl Condition {
    /// Reads a condition about some issues.
    pub(super) fn read(text: &str, issues: &[Issue]) -> Result<Self, String> {
        let mut reader = Reader {
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
            issues,
        };
        let condition = reader.iff()?;
        match reader.tokens.get(reader.at) {
            None => Ok(condition),
            Some(token) => Err(format!("`{text}`: `{token}` is unexpected")),
        }
    }

    /// Whether it holds where the issues have these levels.
    pub(crate) fn holds(&self, levels: &[u8]) -> bool {
        match self {
            Self::Always(value) => *value,
            Self::Among(issue, fits) => fits >> levels[*issue] & 1 == 1,
            Self::Not(inner) => !inner.holds(levels),
            Self::And(left, right) => left.holds(levels) && right.holds(levels),
            Self::Or(left, right) => left.holds(levels) || right.holds(levels),
            Self::Same(left, right) => left.holds(levels) == right.holds(levels),
        }
    }

    /// Whether every issue it speaks of is among some.
    pub(super) fn speaks_only_of(&self, known: &[usize]) -> bool {
        match self {
            Self::Always(_) => true,
            Self::Among(issue, _) => known.contains(issue),
            Self::Not(inner) => inner.speaks_only_of(known),
            Self::And(left, right) | Self::Or(left, right) | Self::Same(left, right) => {
                left.speaks_only_of(known) && right.speaks_only_of(known)
            }
        }
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// Names, signs and parentheses.
fn tokens(text: &str) -> Result<Vec<&str>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_name(first) {
            rest.find(|c: char| !is_name(c)).unwrap_or(rest.len())
        } else if ["!=", "<=", ">="].iter().any(|sign| rest.starts_with(sign)) {
            2
        } else if matches!(first, '=' | '<' | '>' | '(' | ')') {
            1
        } else {
            return Err(format!("`{text}`: `{first}` has no meaning"));
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Reader<'t> {
    tokens: Vec<&'t str>,
    at: usize,
    depth: usize,
    issues: &'t [Issue],
}

impl Reader<'_> {
    /// Whether the next token is this one; goes past it then.
    fn takes(&mut self, token: &str) -> bool {
        let here = self.tokens.get(self.at) == Some(&token);
        self.at += usize::from(here);
        here
    }

    fn iff(&mut self) -> Result<Condition, String> {
        let mut left = self.implies()?;
        while self.takes("iff") {
            left = Condition::Same(Box::new(left), Box::new(self.implies()?));
        }
        Ok(left)
    }

    fn implies(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("a condition nests more than {DEEPEST} deep"));
        }
        let left = self.or()?;
        let condition = if self.takes("implies") {
            let not_left = Condition::Not(Box::new(left));
            Condition::Or(Box::new(not_left), Box::new(self.implies()?))
        } else {
            left
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn or(&mut self) -> Result<Condition, String> {
        let mut left = self.and()?;
        while self.takes("or") {
            left = Condition::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Condition, String> {
        let mut left = self.not()?;
        while self.takes("and") {
            left = Condition::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Condition, String> {
        let mut times = 0;
        while self.takes("not") {
            times += 1;
        }
        let inner = self.atom()?;
        Ok(match times % 2 {
            0 => inner,
            _ => Condition::Not(Box::new(inner)),
        })
    }

    fn atom(&mut self) -> Result<Condition, String> {
        if self.takes("(") {
            let inner = self.iff()?;
            return match self.takes(")") {
                true => Ok(inner),
                false => Err("a parenthesis is not closed".into()),
            };
        }
        if self.takes("true") {
            return Ok(Condition::Always(true));
        }
        if self.takes("false") {
            return Ok(Condition::Always(false));
        }
        let [issue, sign, level] = self.tokens.get(self.at..self.at + 3).unwrap_or(&[]) else {
            return Err("a comparison such as `tests = banned` is missing".into());
        };
        self.at += 3;
        let number = self.issues.iter().position(|known| known.id == *issue);
        let number = number.ok_or_else(|| format!("unknown issue `{issue}` in a condition"))?;
        let levels = &self.issues[number].levels;
        let right = levels.iter().position(|known| known == level);
        let right = right.ok_or_else(|| format!("unknown level `{level}` of `{issue}` in a condition"))?;
        let fits = |left: usize| match *sign {
            "=" => Some(left == right),
            "!=" => Some(left != right),
            "<" => Some(left < right),
            "<=" => Some(left <= right),
            ">" => Some(left > right),
            ">=" => Some(left >= right),
            _ => None,
        };
        let mut bits = 0u64;
        for left in 0..levels.len() {
            let fits = fits(left).ok_or_else(|| format!("`{sign}` compares nothing"))?;
            bits |= u64::from(fits) << left;
        }
        Ok(Condition::Among(number, bits))
    }
}
