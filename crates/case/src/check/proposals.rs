//! Plans somebody proposes, variants of the case, and assertions to decide.

use super::{Builder, owned, speed, today};
use crate::document::{ClaimSection, DealSection, Document, VariantSection};
use crate::judgement::PlainNumber;
use crate::reader::{Entries, Text};
use crate::schedule::Forbidden;
use crate::{Case, Claim, ClaimKind, Deal, Step, Variant, validate};
use detente_base::ids::{JudgementId, Level, PartyId};
use detente_base::number::Exact;
use detente_reading::diagnostic::{Diagnostics, did_you_mean};

impl Builder<'_> {
    pub(super) fn deal(
        &mut self,
        id: &Text,
        section: &DealSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Deal> {
        let proposer = section
            .proposer
            .as_ref()
            .and_then(|party| self.names.party(party, diagnostics));
        let mut steps = Vec::new();
        let mut latest = 0;
        for step in &section.steps {
            if step.at.value < latest {
                diagnostics.report(
                    "unordered-steps",
                    step.at.span.clone(),
                    "the steps of a deal must be in the order of their dates",
                    format!("an earlier step is at {latest}"),
                    Some("write the steps from the earliest to the latest".into()),
                );
            }
            latest = latest.max(step.at.value);
            let set = self.names.levels(&step.set, diagnostics);
            self.report_set_by_nobody(&step.set, "a plan cannot set it", diagnostics);
            steps.push(Step {
                at: step.at.value,
                set,
                about: owned(&step.about),
            });
        }
        self.report_set_by_nobody(&section.snapback, "no answer to a breach moves it", diagnostics);
        let mut snapback: Vec<Level> = self
            .document
            .issues
            .items
            .iter()
            .map(|(_, issue)| today(issue))
            .collect();
        for (issue, level) in self.names.levels(&section.snapback, diagnostics) {
            snapback[issue.index()] = level;
        }
        let periods = section
            .periods
            .as_ref()
            .map_or(latest.saturating_add(1), |periods| periods.value);
        if let Some(stated) = &section.periods
            && stated.value <= latest
            && !steps.is_empty()
        {
            diagnostics.report(
                "deal-too-short",
                stated.span.clone(),
                "the deal ends before its last step",
                format!("its last step is at {latest}"),
                Some(format!("write periods = {} or more", latest.saturating_add(1))),
            );
        }
        let sources = self.names.sources(&section.source.0, diagnostics);
        let (name, about) = (section.name.value.clone(), owned(&section.about));
        Some(Deal {
            id: id.value.clone(),
            name,
            proposer,
            steps,
            snapback,
            periods,
            pardons: section.pardons.as_ref().map_or(0, |pardons| pardons.value),
            about,
            sources,
        })
    }

    /// Reports levels of nature's issues where only a party's moves may stand.
    fn report_set_by_nobody(&self, set: &Entries<Text>, why: &str, diagnostics: &mut Diagnostics) {
        for (name, _) in &set.items {
            if self.names.is_called_natures(&name.value) {
                self.report_natures(name, why, diagnostics);
            }
        }
    }

    pub(super) fn variant(
        &mut self,
        id: &Text,
        section: &VariantSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Variant> {
        let mut moves = Vec::new();
        for (issue, movement) in &section.moves.items {
            let name = issue;
            if let Some(issue) = self.names.issue(issue, diagnostics) {
                if self.names.is_natures(issue) {
                    self.report_natures(name, "`moves` binds a party", diagnostics);
                }
                let levels = self.names.issue_section(issue).levels.len();
                moves.push((issue, speed(Some(movement), levels)));
            }
        }
        let mut judgements = Vec::new();
        for (party, number) in &section.discount.items {
            if let Some(party) = self.names.party(party, diagnostics) {
                let key = format!("discount.{}", self.document.parties.items[party.index()].0.value);
                self.set_judgement(
                    &key,
                    number,
                    &party_span(party, self.document),
                    &mut judgements,
                    diagnostics,
                );
            }
        }
        for (key, number) in &section.judgements.items {
            self.set_judgement(&key.value, number, key, &mut judgements, diagnostics);
        }
        Some(Variant {
            id: id.value.clone(),
            name: section.name.value.clone(),
            moves,
            fixed: self.names.levels(&section.fixed, diagnostics),
            today: self.names.levels(&section.today, diagnostics),
            judgements,
        })
    }

    fn set_judgement(
        &self,
        key: &str,
        number: &PlainNumber,
        place: &Text,
        into: &mut Vec<(JudgementId, Exact)>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(position) = self.judgements.iter().position(|judgement| judgement.key == key) else {
            // It may be one out of a section that was complained of.
            if self.incomplete {
                return;
            }
            diagnostics.report(
                "unknown-name",
                place.span.clone(),
                format!("unknown judgement `{}`", crate::reader::shorten(key)),
                "no judgement has this key",
                did_you_mean(
                    key,
                    self.judgements.iter().map(|judgement| judgement.key.as_str()),
                )
                .or_else(|| Some("`detente check CASE --judgements` lists the keys of a clean case".into())),
            );
            return;
        };
        if !self.judgements[position].domain.contains(&number.value) {
            diagnostics.report(
                "out-of-range",
                number.span.clone(),
                "this value makes no sense for the judgement",
                "outside",
                Some("chances lie between 0 and 1, discount factors below 1".into()),
            );
        }
        into.push((JudgementId::at(position), number.value.clone()));
    }

    pub(super) fn claim(
        &mut self,
        id: &Text,
        section: &ClaimSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Claim> {
        let kind = ClaimKind::ALL
            .iter()
            .find(|(name, _)| *name == section.kind.value)
            .map(|(_, kind)| *kind);
        if kind.is_none() {
            diagnostics.report(
                "unknown-claim-kind",
                section.kind.span.clone(),
                "unknown kind of claim",
                "not a kind",
                did_you_mean(&section.kind.value, ClaimKind::ALL.iter().map(|(name, _)| *name)).or_else(
                    || {
                        Some(format!(
                            "kinds: {}",
                            ClaimKind::ALL.map(|(name, _)| name).join(", ")
                        ))
                    },
                ),
            );
        }
        let variants = section.variants.0.iter();
        let claim = Claim {
            id: id.value.clone(),
            text: section.text.value.clone(),
            paragraph: owned(&section.paragraph),
            kind: kind?,
            target: self.optional(&section.target, diagnostics),
            against: self.optional(&section.against, diagnostics),
            set: {
                self.report_set_by_nobody(&section.set, "no party can set it", diagnostics);
                self.names.levels(&section.set, diagnostics)
            },
            variants: variants
                .filter_map(|name| self.names.variant(name, diagnostics))
                .collect(),
            parties: section
                .parties
                .0
                .iter()
                .filter_map(|name| self.names.party(name, diagnostics))
                .collect(),
            deals: section
                .deals
                .0
                .iter()
                .filter_map(|name| self.names.deal(name, diagnostics))
                .collect(),
            about_nothing: section
                .about_nothing
                .as_ref()
                .map_or(Exact::ZERO, |number| number.value.clone()),
            sources: self.names.sources(&section.source.0, diagnostics),
        };
        validate::report_parts_of_claim(&claim, section, diagnostics);
        Some(claim)
    }
}

/// Reports the steps of plans that the rules of the case forbid, each with the earliest date by which it can be done.
pub(crate) fn report_forbidden_steps(document: &Document, case: &Case, diagnostics: &mut Diagnostics) {
    for (deal, (_, section)) in case.deals.iter().zip(&document.deals.items) {
        // Steps out of order are reported as such; their dates mean nothing yet.
        if !deal.steps.is_sorted_by_key(|step| step.at) {
            continue;
        }
        // Levels of nature's issues are complained of where they are read.
        let forbidden = case.forbidden_steps(deal).into_iter();
        for step in forbidden.filter(|step| step.why != Forbidden::Nature) {
            let issue = case.issue(step.issue);
            let levels = &section.steps[step.step].set.items;
            let Some((name, _)) = levels.iter().find(|(name, _)| name.value == issue.id) else {
                continue;
            };
            diagnostics.report(
                "impossible-step",
                name.span.clone(),
                case.forbidden_step(&step),
                "the rules of the case forbid this step",
                Some(case.earliest_in_words(&step)),
            );
        }
    }
}

fn party_span(party: PartyId, document: &Document) -> Text {
    document.parties.items[party.index()].0.clone()
}
