//! What parties get and pay, how the game may end, and what chance may change.

use super::{Builder, Grounds, owned};
use crate::document::{ChanceSection, CostSection, EndingSection, ValueSection};
use crate::judgement::Number;
use crate::reader::Text;
use crate::{Basis, Chance, Cost, Direction, Domain, Ending, Worth};
use detente_base::ids::{IssueId, JudgementId};
use detente_reading::diagnostic::{Diagnostics, did_you_mean};

impl<'d> Builder<'d> {
    pub(super) fn worth(
        &mut self,
        section: &'d ValueSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Worth> {
        let party = self.names.party(&section.party, diagnostics);
        let of_type = match (&section.r#type, party) {
            (Some(name), Some(party)) => Some(self.names.party_type(party, name, diagnostics)?),
            _ => None,
        };
        let owner = match (&section.r#type, &section.party) {
            (Some(of_type), party) => format!("{}.{}", party.value, of_type.value),
            (None, party) => party.value.clone(),
        };
        let who = party.map_or_else(String::new, |party| {
            let (_, section) = &self.document.parties.items[party.index()];
            let of = of_type.map(|of| {
                let (id, of) = &section.types.items[of.index()];
                format!(" ({})", of.name.as_ref().unwrap_or(id).value)
            });
            format!("{}{}", section.name.value, of.unwrap_or_default())
        });
        let sources = self.names.sources(&section.source.0, diagnostics);
        let grounds = Grounds {
            because: section.because.as_ref(),
            sources,
        };
        let basis = match (&section.when, &section.worth, &section.issue) {
            (Some(when), Some(worth), None) if section.levels.items.is_empty() => {
                let condition = self.names.condition(when, diagnostics);
                let words = when.value.split_whitespace().collect::<Vec<_>>().join(" ");
                let label = section
                    .about
                    .as_ref()
                    .map_or(words.clone(), |about| about.value.clone());
                let key = format!("worth.{owner}.[{words}]");
                let id = self.judge(
                    worth,
                    key,
                    format!("{who}: {label}"),
                    Domain::Any,
                    &grounds,
                    diagnostics,
                );
                Basis::When(condition?, id)
            }
            (None, None, Some(issue)) => {
                let issue = self.names.issue(issue, diagnostics)?;
                let levels = self.worth_by_level(section, issue, &owner, &who, &grounds, diagnostics);
                Basis::Levels(issue, levels)
            }
            // A part that could not be read has been reported; that it lacks here is no second mistake.
            _ if section.flawed || section.levels.unreadable => return None,
            _ => {
                diagnostics.report(
                    "ambiguous-value",
                    section.span.clone(),
                    "a value has either `when` with `worth`, or `issue` with `levels`",
                    "neither one nor the other",
                    Some("for example: when = \"tests = banned\", worth = 1.5".into()),
                );
                return None;
            }
        };
        Some(Worth {
            party: party?,
            of_type,
            basis,
            about: owned(&section.about),
        })
    }

    fn worth_by_level(
        &mut self,
        section: &ValueSection,
        issue: IssueId,
        owner: &str,
        who: &str,
        grounds: &Grounds<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Option<JudgementId>> {
        let of = self.names.issue_section(issue);
        let mut levels = vec![None; of.levels.len()];
        for (name, number) in &section.levels.items {
            let Some(level) = self.names.level(issue, name, diagnostics) else {
                continue;
            };
            let issue_id = &self.document.issues.items[issue.index()].0.value;
            levels[level.index()] = Some(self.judge(
                number,
                format!("worth.{owner}.{issue_id}.{}", name.value),
                format!("{who}: {} at {}", of.name.value, crate::level_name(&name.value)),
                Domain::Any,
                grounds,
                diagnostics,
            ));
        }
        levels
    }

    pub(super) fn cost(&mut self, section: &CostSection, diagnostics: &mut Diagnostics) -> Option<Cost> {
        let party = self.names.party(&section.party, diagnostics);
        let issue = self.names.issue(&section.issue, diagnostics);
        if issue.is_some_and(|issue| self.names.is_natures(issue)) {
            self.report_natures(
                &section.issue,
                "moving it costs nothing: no party moves it",
                diagnostics,
            );
        }
        let to = match (&section.to, issue) {
            (Some(level), Some(issue)) => Some(self.names.level(issue, level, diagnostics)?),
            _ => None,
        };
        let direction = match &section.direction {
            None => None,
            Some(word) => Some(direction(word, diagnostics)?),
        };
        let of = issue.map_or("", |issue| self.names.issue_section(issue).name.as_str());
        let suffix = section
            .to
            .as_ref()
            .or(section.direction.as_ref())
            .map_or("any", Text::as_str)
            .to_owned();
        let label = format!(
            "one-off cost to {} of moving {of} ({suffix})",
            section.party.value
        );
        let key = format!("cost.{}.{}.{suffix}", section.party.value, section.issue.value);
        let cost = self.judge(
            &section.cost,
            key,
            label,
            Domain::Any,
            &Grounds::NONE,
            diagnostics,
        );
        Some(Cost {
            party: party?,
            issue: issue?,
            to,
            direction,
            cost,
            about: owned(&section.about),
        })
    }

    /// Reports a party's move of an issue that nature has.
    pub(super) fn report_natures(&self, issue: &Text, why: &str, diagnostics: &mut Diagnostics) {
        diagnostics.report(
            "nature",
            issue.span.clone(),
            format!("nature has `{}`; {why}", issue.value),
            "no party controls it",
            Some("only [[chances]] move an issue of nature; give it a party if one decides on it".into()),
        );
    }

    pub(super) fn ending(
        &mut self,
        section: &EndingSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Ending> {
        let when = self.always_or(&section.when, diagnostics);
        let name = &section.name.value;
        let chance = self.chance_of(name, &section.chance, diagnostics);
        let mut worth = vec![None; self.document.parties.items.len()];
        for (party_name, number) in &section.worth.items {
            let Some(party) = self.names.party(party_name, diagnostics) else {
                continue;
            };
            let party_words = &self.document.parties.items[party.index()].1.name.value;
            worth[party.index()] = Some(self.judge(
                number,
                format!("ending.{}.[{name}]", party_name.value),
                format!("{party_words}: a period after {name}"),
                Domain::Any,
                &Grounds::NONE,
                diagnostics,
            ));
        }
        Some(Ending {
            name: name.clone(),
            when: when?,
            chance,
            worth,
        })
    }

    /// The chance per period that something named happens.
    fn chance_of(&mut self, name: &str, number: &Number, diagnostics: &mut Diagnostics) -> JudgementId {
        self.judge(
            number,
            format!("chance.[{name}]"),
            format!("chance per period of: {name}"),
            Domain::Share,
            &Grounds::NONE,
            diagnostics,
        )
    }

    pub(super) fn chance(
        &mut self,
        section: &ChanceSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Chance> {
        let when = self.always_or(&section.when, diagnostics);
        let issue = self.names.issue(&section.issue, diagnostics)?;
        let to = self.names.level(issue, &section.to, diagnostics);
        let name = &section.name.value;
        let chance = self.chance_of(name, &section.chance, diagnostics);
        Some(Chance {
            name: name.clone(),
            when: when?,
            issue,
            to: to?,
            chance,
        })
    }
}

fn direction(word: &Text, diagnostics: &mut Diagnostics) -> Option<Direction> {
    match word.value.as_str() {
        "up" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        other => {
            diagnostics.report(
                "unknown-direction",
                word.span.clone(),
                "a direction is \"up\" or \"down\"",
                "neither",
                did_you_mean(other, ["up", "down"]),
            );
            None
        }
    }
}
