//! Names in a case that a reader takes for each other: they differ by case, blanks or confusable letters only, or are the
//! same words for two parties.

use super::Case;
use detente_reading::foreign::{look_alikes, spelled};

impl Case {
    /// A sentence for each two parties, issues, levels of one issue or types of one party whose names look alike.
    #[must_use]
    pub fn names_that_look_alike(&self) -> Vec<String> {
        let mut told = Vec::new();
        let mut tell = |kind: &str, names: Vec<(usize, &str)>| {
            for (first, second) in look_alikes(names) {
                told.push(format!("{kind} {} and {}", spelled(first), spelled(second)));
            }
        };
        let of_parties = self.parties.iter().enumerate();
        let names = of_parties.flat_map(|(owner, party)| {
            [&party.id, &party.name, &party.short].map(|name| (owner, name.as_str()))
        });
        tell("parties", names.collect());
        let of_issues = self.issues.iter().enumerate();
        let names = of_issues.clone().map(|(owner, issue)| (owner, issue.id.as_str()));
        tell("issues", names.collect());
        let names = of_issues.map(|(owner, issue)| (owner, issue.name.as_str()));
        tell("issues", names.collect());
        for issue in &self.issues {
            let levels = issue.levels.iter().enumerate();
            tell(
                "levels",
                levels.map(|(owner, level)| (owner, level.as_str())).collect(),
            );
        }
        for party in &self.parties {
            let of_types = party.types.iter().enumerate();
            let names = of_types.flat_map(|(owner, of)| [(owner, of.id.as_str()), (owner, of.name.as_str())]);
            tell("types", names.collect());
        }
        told
    }
}
