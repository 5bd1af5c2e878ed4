//! States in the analyst's words.

use super::{GraphModel, IssueId, PartyId, StateId};

impl GraphModel {
    /// An issue in words; with its owner where another issue has the same words.
    #[must_use]
    pub fn issue_words(&self, issue: IssueId) -> String {
        let one = &self.issues()[issue.index()];
        let same = self
            .issues()
            .iter()
            .filter(|other| other.name == one.name)
            .count();
        match one.owners.first() {
            Some(owner) if same > 1 => format!("{} ({})", one.name, self.party(*owner).name),
            _ => one.name.clone(),
        }
    }

    /// A state in words: its name if it has one, else what is taken in it.
    #[must_use]
    pub fn words(&self, state: StateId) -> String {
        if let Some(name) = self.states().name(state) {
            return name.to_owned();
        }
        if self.issues().is_empty() {
            return self.states().id(state);
        }
        let mut taken = Vec::new();
        for (place, (issue, level)) in self.issues().iter().zip(self.states().vector(state)).enumerate() {
            let words = || self.issue_words(IssueId::at(place));
            match (issue.is_yes_or_no(), level) {
                (true, 0) => {}
                (true, _) => taken.push(words()),
                (false, level) => {
                    taken.push(format!("{}: {}", words(), issue.levels[usize::from(*level)]));
                }
            }
        }
        match taken.is_empty() {
            true => "no option taken".to_owned(),
            false => taken.join(" + "),
        }
    }

    /// The short name of a state followed by its words: `s5 (Delay the appeal + Insist)`.
    #[must_use]
    pub fn label(&self, state: StateId) -> String {
        format!("{} ({})", self.states().id(state), self.words(state))
    }

    /// What changes between two states when a party moves, in words. Between merged states it is the change
    /// between the two vectors that differ least in what the party controls.
    #[must_use]
    pub fn change(&self, party: PartyId, from: StateId, to: StateId) -> String {
        let own = |issue: usize| self.issues()[issue].owners.contains(&party);
        let cost = |a: &[u8], b: &[u8]| -> usize {
            let changed = (0..a.len()).filter(|issue| a[*issue] != b[*issue]);
            changed.map(|issue| if own(issue) { 1 } else { 1000 }).sum()
        };
        let (before, after) = (self.states().members(from), self.states().members(to));
        let pairs = before.iter().flat_map(|a| after.iter().map(move |b| (*a, *b)));
        let Some((a, b)) = pairs.min_by_key(|(a, b)| cost(a, b)) else {
            return String::new();
        };
        let mut changes = Vec::new();
        for (place, (issue, (before, after))) in self.issues().iter().zip(a.iter().zip(b)).enumerate() {
            if before == after {
                continue;
            }
            let words = self.issue_words(IssueId::at(place));
            let named = |level: u8| &issue.levels[usize::from(level)];
            changes.push(match (issue.is_yes_or_no(), after) {
                (true, 0) => format!("drops \"{words}\""),
                (true, _) => format!("takes \"{words}\""),
                (false, _) => format!("moves \"{words}\" from {} to {}", named(*before), named(*after)),
            });
        }
        match changes.is_empty() {
            true => format!("moves to {}", self.states().id(to)),
            false => changes.join(" and "),
        }
    }
}
