//! What a party may do with a plan: keep it, leave at a date, or stop keeping a set of its obligations.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::model::{IssueIndex, PlanModel};

/// A set of issues, as a checked list in the order of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct IssueSet(u64);

impl IssueSet {
    /// The set of the given issues; issues from the 64th on cannot be named and are left out.
    pub fn of(issues: impl IntoIterator<Item = IssueIndex>) -> Self {
        Self(
            issues
                .into_iter()
                .filter(|issue| issue.0 < 64)
                .fold(0, |set, issue| set | 1 << issue.0),
        )
    }

    /// Whether an issue is in the set.
    pub fn contains(self, issue: IssueIndex) -> bool {
        issue.0 < 64 && self.0 >> issue.0 & 1 == 1
    }

    /// Both sets together.
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every issue of `other` is here.
    pub fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is no issue.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The issues in the order of the model.
    pub fn iter(self) -> impl Iterator<Item = IssueIndex> {
        let rest = |set: u64| (set != 0).then_some(set);
        std::iter::successors(rest(self.0), move |set| rest(set & (set - 1)))
            .map(|set| IssueIndex(set.trailing_zeros() as usize))
    }

    /// Every non-empty subset, in the order of a binary counter over the issues.
    pub fn subsets(self) -> Vec<IssueSet> {
        // Counting through the bits of the set alone: the next subset is the difference with the set, masked.
        let next = |subset: &u64| Some(subset.wrapping_sub(self.0) & self.0).filter(|next| *next != 0);
        std::iter::successors(next(&0), next).map(Self).collect()
    }
}

/// A pure plan of behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Behaviour {
    /// Keeps every step for ever.
    Comply,
    /// Leaves openly instead of making the step of a date.
    Quit {
        /// The date.
        date: usize,
    },
    /// From a date on keeps a set of its obligations only as far as they cannot be undone.
    Breach {
        /// The date.
        date: usize,
        /// The obligations.
        issues: IssueSet,
    },
}

impl Behaviour {
    /// The date of departure, if any.
    pub fn date(self) -> Option<usize> {
        match self {
            Self::Comply => None,
            Self::Quit { date } | Self::Breach { date, .. } => Some(date),
        }
    }

    /// The issues that are breached.
    pub fn breached(self) -> IssueSet {
        match self {
            Self::Breach { issues, .. } => issues,
            _ => IssueSet::default(),
        }
    }

    /// The short form of the vectors: `comply`, `quit@2`, `cheat@3[moratorium+freeze]`.
    pub fn label(self, model: &PlanModel) -> String {
        match self {
            Self::Comply => "comply".to_owned(),
            Self::Quit { date } => format!("quit@{date}"),
            Self::Breach { date, issues } => format!("cheat@{date}[{}]", names(issues, model).join("+")),
        }
    }

    /// Reads the short form.
    pub fn parse(text: &str, model: &PlanModel) -> Result<Self, String> {
        let wrong = || {
            format!("`{text}` is not a behaviour: write `comply`, `quit@2` or `cheat@3[moratorium+freeze]`")
        };
        if text == "comply" || text.starts_with("comply@") {
            return Ok(Self::Comply);
        }
        if let Some(date) = text.strip_prefix("quit@") {
            return date.parse().map(|date| Self::Quit { date }).map_err(|_| wrong());
        }
        let rest = text.strip_prefix("cheat@").ok_or_else(wrong)?;
        let (date, names) = rest
            .strip_suffix(']')
            .and_then(|rest| rest.split_once('['))
            .ok_or_else(wrong)?;
        let mut issues = Vec::new();
        for name in names.split('+') {
            let place = model.issues.iter().position(|issue| issue.name == name);
            issues.push(IssueIndex(
                place.ok_or_else(|| format!("`{name}` is not an issue of the model"))?,
            ));
        }
        Ok(Self::Breach {
            date: date.parse().map_err(|_| wrong())?,
            issues: IssueSet::of(issues),
        })
    }
}

/// The names of a set of issues.
pub fn names(issues: IssueSet, model: &PlanModel) -> Vec<&str> {
    issues
        .iter()
        .filter_map(|issue| model.issues.get(issue.0))
        .map(|issue| issue.name.as_str())
        .collect()
}

/// A behaviour with the names a reader knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NamedBehaviour {
    /// `comply`, `quit` or `breach`.
    pub kind: &'static str,
    /// The date of departure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<usize>,
    /// The obligations that are breached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<String>,
}

impl NamedBehaviour {
    /// Names a behaviour.
    pub fn of(behaviour: Behaviour, model: &PlanModel) -> Self {
        let kind = match behaviour {
            Behaviour::Comply => "comply",
            Behaviour::Quit { .. } => "quit",
            Behaviour::Breach { .. } => "breach",
        };
        Self {
            kind,
            date: behaviour.date(),
            issues: names(behaviour.breached(), model)
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
    }

    /// The behaviour as words that follow a subject: `keeps every step`, `leaves at date 2`.
    pub fn words(&self) -> String {
        match self.date {
            None => "keeps every step".to_owned(),
            Some(date) if self.kind == "quit" => format!("leaves at date {date}"),
            Some(date) => format!("breaches {} from date {date}", join_words(&self.issues)),
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn join_words(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl Serialize for IssueSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|issue| issue.0))
    }
}
