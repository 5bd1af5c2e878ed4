//! Parties with their types, and the issues they control.

use super::{Builder, Grounds, each, owned, speed};
use crate::document::{IssueSection, PartySection};
use crate::judgement::Number;
use crate::reader::Text;
use crate::{Domain, Enforcer, Issue, NATURE, Party, PartyType, Speed};
use detente_base::ids::PartyId;
use detente_reading::diagnostic::Diagnostics;

impl Builder<'_> {
    pub(super) fn party(
        &mut self,
        id: &Text,
        section: &PartySection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Party> {
        let name = &section.name.value;
        let discount = self.judge(
            &section.discount,
            format!("discount.{}", id.value),
            format!("{name}: discount factor per period"),
            Domain::Discount,
            &Grounds::NONE,
            diagnostics,
        );
        let types = each(&section.types, |type_id, of| {
            let type_name = of.name.as_ref().unwrap_or(type_id).value.clone();
            let prior = self.judge(
                &of.prior,
                format!("prior.{}.{}", id.value, type_id.value),
                format!("chance that {name} is a {type_name}"),
                Domain::Share,
                &Grounds::NONE,
                diagnostics,
            );
            let discount = of.discount.as_ref().map(|number| {
                self.judge(
                    number,
                    format!("discount.{}.{}", id.value, type_id.value),
                    format!("{name} ({type_name}): discount factor per period"),
                    Domain::Discount,
                    &Grounds::NONE,
                    diagnostics,
                )
            });
            Some(PartyType {
                id: type_id.value.clone(),
                name: type_name,
                prior,
                discount,
                about: owned(&of.about),
            })
        });
        Some(Party {
            id: id.value.clone(),
            name: name.clone(),
            short: section
                .short
                .as_ref()
                .map_or_else(|| id.value.clone(), |short| short.value.clone()),
            discount,
            pace: section.pace.as_ref().map(|pace| pace.value),
            types,
            about: owned(&section.about),
        })
    }

    pub(super) fn issue(
        &mut self,
        id: &Text,
        section: &IssueSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Issue> {
        let this = self.names.issue(id, diagnostics)?;
        let party = self.owner(id, section, diagnostics);
        let today = self.names.level(this, &section.today, diagnostics);
        let remains = section
            .remains
            .as_ref()
            .and_then(|level| self.names.level(this, level, diagnostics));
        let mut needs = vec![None; section.levels.len()];
        for (level, condition) in &section.needs.items {
            let level = self.names.level(this, level, diagnostics);
            let condition = self.names.condition(condition, diagnostics);
            if let Some(level) = level {
                needs[level.index()] = condition;
            }
        }
        let sources = self.names.sources(&section.source.0, diagnostics);
        let mut share = |field: &Option<Number>, key: &str, words: &str| {
            field.as_ref().map(|number| {
                let grounds = Grounds {
                    because: None,
                    sources: sources.clone(),
                };
                self.judge(
                    number,
                    format!("{key}.{}", id.value),
                    format!("{}: {words}", section.name.value),
                    Domain::Share,
                    &grounds,
                    diagnostics,
                )
            })
        };
        let noticed = share(
            &section.noticed,
            "noticed",
            "chance per period that a breach is noticed",
        );
        let false_alarm = share(
            &section.false_alarm,
            "false_alarm",
            "chance per period of a false alarm",
        );
        let persists = share(&section.persists, "persists", "share that stays after unwinding");
        let backfill = share(&section.backfill, "backfill", "fraction that others make good");
        let enforcers = self.enforcers(id, section, diagnostics);
        Some(Issue {
            id: id.value.clone(),
            name: section.name.value.clone(),
            party: party?,
            levels: section.levels.iter().map(|level| level.value.clone()).collect(),
            today: today?,
            speed: match party? {
                Some(_) => speed(section.moves.as_ref(), section.levels.len()),
                None => Speed { up: 0, down: 0 },
            },
            needs,
            noticed,
            lag: section.lag.as_ref().map_or(1, |lag| lag.value),
            false_alarm,
            restored: section.restored.as_ref().map_or(0, |delay| delay.value),
            remains,
            persists,
            enforcers,
            backfill,
            about: owned(&section.about),
            sources,
        })
    }

    /// Who controls an issue: a party, or `None` for nature; the outer `None` where that is unknown. What only a party
    /// can do with an issue is refused where nature has it.
    fn owner(
        &self,
        id: &Text,
        section: &IssueSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<PartyId>> {
        if section.party.value != NATURE {
            return self.names.party(&section.party, diagnostics).map(Some);
        }
        let bound = [
            ("moves", section.moves.is_some()),
            ("needs", !section.needs.items.is_empty()),
            ("noticed", section.noticed.is_some()),
            ("lag", section.lag.is_some()),
            ("false_alarm", section.false_alarm.is_some()),
            ("restored", section.restored.is_some()),
            ("remains", section.remains.is_some()),
            ("persists", section.persists.is_some()),
            ("enforcers", !section.enforcers.items.is_empty()),
            ("backfill", section.backfill.is_some()),
        ];
        for (field, _) in bound.iter().filter(|(_, written)| *written) {
            diagnostics.report(
                "nature",
                section.party.span.clone(),
                format!("`{field}` binds a party, and nature has `{}`", id.value),
                "not a party",
                Some(format!(
                    "leave `{field}` out; only [[chances]] move an issue of nature"
                )),
            );
        }
        Some(None)
    }

    fn enforcers(
        &mut self,
        id: &Text,
        section: &IssueSection,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Enforcer> {
        let mut enforcers = Vec::new();
        for (name, enforcer) in &section.enforcers.items {
            let Some(party) = self.names.party(name, diagnostics) else {
                continue;
            };
            let grounds = Grounds {
                because: None,
                sources: self.names.sources(&section.source.0, diagnostics),
            };
            let mut judge = |number: &Number, key: &str, words: &str, domain: Domain| {
                let key = format!("enforcers.{}.{}.{key}", id.value, name.value);
                let label = format!("{}, {}: {words}", section.name.value, name.value);
                self.judge(number, key, label, domain, &grounds, diagnostics)
            };
            enforcers.push(Enforcer {
                party,
                share: judge(
                    &enforcer.share,
                    "share",
                    "share of the return it carries",
                    Domain::Share,
                ),
                cost: enforcer
                    .cost
                    .as_ref()
                    .map(|cost| judge(cost, "cost", "cost of enforcing", Domain::Any)),
                benefit: enforcer
                    .benefit
                    .as_ref()
                    .map(|benefit| judge(benefit, "benefit", "worth of a restored deal", Domain::Any)),
                periods: enforcer.periods.as_ref().map_or(4, |periods| periods.value),
            });
        }
        enforcers
    }
}
