//! What an analyst wrote wrong: all of it at once, each with its place, the reason and a hint.
//!
//! A [`Diagnostic`] is data; drawing it with the line it speaks of is the caller's business.

use std::ops::Range;

/// A stretch of the source text, in bytes.
pub type Span = Range<usize>;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A short stable name of the kind of trouble, such as `unknown-name`.
    pub code: &'static str,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What the place says, shown beside it.
    pub label: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How many diagnostics are kept; more are only counted, so that no file can make the list grow without end.
pub const MOST_KEPT: usize = 100;
/// How long a message, a label or a hint may get, in characters.
const LONGEST_SENTENCE: usize = 300;

/// What is wrong: the first [`MOST_KEPT`] by place, and how many there are in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    total: usize,
    /// Once the list has been full, what starts here or later is not kept.
    kept_before: Option<usize>,
    /// Stretches out of which something could not be read.
    torn: Vec<Span>,
    /// Whether whole sections could not be read.
    sections_lost: bool,
}

impl Diagnostics {
    /// Adds one, with the label beside the place.
    pub fn report(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
        hint: Option<String>,
    ) {
        self.report_with(code, span, || (message.into(), label.into(), hint));
    }

    /// The same, with message, label and hint made only if they will be kept.
    pub fn report_with(
        &mut self,
        code: &'static str,
        span: Span,
        words: impl FnOnce() -> (String, String, Option<String>),
    ) {
        self.total += 1;
        if self.kept_before.is_some_and(|end| span.start >= end) {
            return;
        }
        let (message, label, hint) = words();
        self.list.push(Diagnostic {
            code,
            message: bounded(message),
            span,
            label: bounded(label),
            hint: hint.map(bounded),
        });
        if self.list.len() >= 2 * MOST_KEPT {
            self.sort();
            if self.list.len() > MOST_KEPT {
                self.list.truncate(MOST_KEPT);
                self.kept_before = self.list.last().map(|last| last.span.start);
            }
        }
    }

    /// Counts more of them, which are not kept.
    pub fn count_more(&mut self, more: usize) {
        self.total += more;
    }

    /// Remembers what could not be read and was reported, so that its absence is no news: stretches, in order, out
    /// of which something was set aside, and whether whole sections were.
    pub fn set_aside(&mut self, torn: Vec<Span>, sections_lost: bool) {
        self.torn = torn;
        self.torn.sort_by_key(|stretch| stretch.start);
        self.sections_lost = sections_lost;
    }

    /// Whether something that stands in the stretch of this place was set aside.
    #[must_use]
    pub fn is_torn(&self, place: usize) -> bool {
        let after = self.torn.partition_point(|stretch| stretch.start <= place);
        after
            .checked_sub(1)
            .is_some_and(|last| self.torn[last].contains(&place))
    }

    /// Whether whole sections were set aside, with names that may be mentioned elsewhere.
    #[must_use]
    pub fn sections_lost(&self) -> bool {
        self.sections_lost
    }

    /// Whether nothing was wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Whether nothing was wrong but errors of some kinds.
    #[must_use]
    pub fn are_only(&self, codes: &[&str]) -> bool {
        let all_kept = self.list.len() == self.total;
        all_kept
            && self
                .list
                .iter()
                .all(|diagnostic| codes.contains(&diagnostic.code))
    }

    /// How many there are, also those that were not kept.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// The same, sorted by place.
    #[must_use]
    pub fn into_sorted(mut self) -> Self {
        self.sort();
        self.list.truncate(MOST_KEPT);
        self
    }

    fn sort(&mut self) {
        self.list
            .sort_by(|a, b| (a.span.start, a.span.end, a.code).cmp(&(b.span.start, b.span.end, b.code)));
        let before = self.list.len();
        self.list.dedup();
        self.total -= before - self.list.len();
    }
}

/// The diagnostics that were kept.
impl std::fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let errors = if self.total == 1 { "error" } else { "errors" };
        write!(f, "{} {errors}", self.total)?;
        for diagnostic in &self.list {
            write!(f, "\nat byte {}: {}", diagnostic.span.start, diagnostic.message)?;
            if let Some(hint) = &diagnostic.hint {
                write!(f, "; {hint}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

impl std::ops::Deref for Diagnostics {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.list
    }
}

fn bounded(mut text: String) -> String {
    if let Some((cut, _)) = text.char_indices().nth(LONGEST_SENTENCE) {
        text.truncate(cut);
        text.push('…');
    }
    text
}

/// How many known names a mistyped one is compared with.
const MOST_COMPARED: usize = 10_000;

/// The known names nearest to a mistyped one, at most three, nearest first.
#[must_use]
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    // Long texts are no slips of the finger, and comparing them is quadratic.
    if wrong.len() > 80 {
        return Vec::new();
    }
    let lower = wrong.to_lowercase();
    let most = |name: &str| 1 + wrong.len().min(name.len()) / 3;
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .take(MOST_COMPARED)
        .filter(|name| name.len() <= 80 && name.len().abs_diff(wrong.len()) <= 4 * most(name))
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= most(name))
        .collect();
    scored.sort();
    scored.dedup();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// A hint that names the nearest known names, or lists them all when there are few.
#[must_use]
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let near = nearest(wrong, known.clone());
    if !near.is_empty() {
        return Some(format!("did you mean {}?", one_of(&near)));
    }
    let all: Vec<&str> = known.into_iter().take(13).collect();
    match all.len() {
        0 => None,
        1..=12 => Some(format!("known here: {}", all.join(", "))),
        _ => None,
    }
}

/// The end of a sentence about an unknown name: ": did you mean …?", ": known here: …" where there are few, or else the
/// three known names that are least unlike it. Empty where nothing is known.
#[must_use]
pub fn nearest_names<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(hint) = did_you_mean(wrong, known.iter().copied()) {
        return format!(": {hint}");
    }
    let start: String = wrong.chars().take(80).collect();
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .take(MOST_COMPARED)
        .map(|name| (strsim::damerau_levenshtein(&start, name), name))
        .collect();
    scored.sort();
    let least = scored.into_iter().take(3).map(|(_, name)| format!("`{name}`"));
    let least: Vec<String> = least.collect();
    match least.is_empty() {
        true => String::new(),
        false => format!(": the nearest known are {}", least.join(", ")),
    }
}

fn one_of(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|name| format!("`{name}`")).collect();
            format!("{} or `{last}`", rest.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_by_place_are_kept_and_all_are_counted() {
        let mut diagnostics = Diagnostics::default();
        for start in (0..1_000usize).rev() {
            diagnostics.report("test", start..start + 1, "wrong", "here", None);
        }
        let sorted = diagnostics.into_sorted();
        assert_eq!((sorted.total(), sorted.len()), (1_000, MOST_KEPT));
        assert!(
            sorted
                .iter()
                .enumerate()
                .all(|(place, one)| one.span.start == place)
        );
    }

    #[test]
    fn the_nearest_names_come_first_and_few_names_are_listed() {
        let known = ["tests", "relief", "test_site"];
        assert_eq!(did_you_mean("test", known), Some("did you mean `tests`?".into()));
        assert_eq!(
            did_you_mean("zzz", known),
            Some("known here: tests, relief, test_site".into())
        );
        assert_eq!(nearest(&"x".repeat(100), known), Vec::<&str>::new());
    }
}
