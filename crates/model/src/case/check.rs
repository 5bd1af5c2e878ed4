//! From the text of a case file to a checked [`Case`], or to everything that is wrong with it.

use toml::de::DeTable;

use super::document::{
    CaseSection, ChanceSection, ClaimSection, CostSection, DealSection, Document, EndingSection,
    IssueSection, Movement, PartySection, ValueSection, VariantSection,
};
use super::judgement::Number;
use super::rankings::rankings;
use super::reader::{Entries, Fields, Text};
use super::resolve::Names;
use super::{
    Basis, Case, Chance, Claim, ClaimKind, Cost, Deal, Direction, Domain, Ending, Enforcer, Issue, Judgement,
    Party, PartyType, Source, Speed, Step, Target, Variant, Worth,
};
use super::{syntax, validate};
use crate::condition::Condition;
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::hash::ContentHash;
use crate::ids::{IssueId, JudgementId, Level, PartyId, SourceId};
use crate::number::Exact;

/// The most parties a case may have.
pub const MOST_PARTIES: usize = 12;
/// The most issues a case may have.
pub const MOST_ISSUES: usize = 60;
/// The most levels an issue may have.
pub const MOST_LEVELS: usize = 64;
/// The most types a party may have.
pub const MOST_TYPES: usize = 16;
/// The most sources a case may have.
pub const MOST_SOURCES: usize = 10_000;
/// The most states a case may have.
pub const MOST_STATES: u64 = 16_000_000;

/// The longest case file, in bytes.
pub const LONGEST_CASE: usize = 16 * 1024 * 1024;
/// The most periods that a deal, a delay or a lag may take.
pub const MOST_PERIODS: u32 = 10_000;

/// Checks a case file.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text. Nothing panics, whatever the text.
pub fn check(text: &str) -> Result<Case, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    if text.len() > LONGEST_CASE {
        syntax::report_long_file(text, LONGEST_CASE, &mut diagnostics);
        return Err(diagnostics);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        syntax::report(text, &error, &mut diagnostics);
    }
    let document = read_document(table.get_ref(), text, &mut diagnostics);
    let untitled = table.get_ref().get("case").is_none();
    let case = document.and_then(|document| {
        if !validate::within_limits(&document, &mut diagnostics) {
            return None;
        }
        if untitled {
            report_untitled(&document, &mut diagnostics);
        }
        Builder::new(&document, text).build(&mut diagnostics)
    });
    match case {
        Some(case) if diagnostics.is_empty() => Ok(case),
        _ => Err(diagnostics.into_sorted()),
    }
}

/// Reads the document; a section of the wrong kind is reported and left out.
fn read_document(table: &DeTable<'_>, text: &str, diagnostics: &mut Diagnostics) -> Option<Document> {
    let top = syntax::first_statement(text);
    let mut fields = Fields::of_document(table, top, "the case file", Document::FIELDS, diagnostics);
    Document::from_fields(&mut fields, diagnostics)
}

fn report_untitled(document: &Document, diagnostics: &mut Diagnostics) {
    diagnostics.report(
        "missing-section",
        document.span.clone(),
        "a case needs a section [case]",
        "[case] is missing; it usually stands here",
        Some("write [case], title = \"…\" and period = \"…\"; `detente new NAME` writes a template".into()),
    );
}

/// Collects the judgements while the sections are lowered.
struct Builder<'d> {
    document: &'d Document,
    names: Names<'d>,
    text: &'d str,
    judgements: Vec<Judgement>,
}

/// Reasons and sources of a section, for numbers in it that have none of their own.
struct Grounds<'d> {
    because: Option<&'d Text>,
    sources: Vec<SourceId>,
}

impl Grounds<'_> {
    const NONE: Grounds<'static> = Grounds {
        because: None,
        sources: Vec::new(),
    };
}

fn owned(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.value.clone())
}

impl<'d> Builder<'d> {
    fn new(document: &'d Document, text: &'d str) -> Self {
        Self {
            document,
            names: Names::of(document, text),
            text,
            judgements: Vec::new(),
        }
    }

    fn build(mut self, diagnostics: &mut Diagnostics) -> Option<Case> {
        let document = self.document;
        let sources = document.sources.items.iter().map(|(id, section)| Source {
            id: id.value.clone(),
            title: section.title.value.clone(),
            by: owned(&section.by),
            place: owned(&section.place),
            date: owned(&section.date),
            note: owned(&section.note),
        });
        let sources = sources.collect();
        let parties = each(&document.parties, |id, section| {
            self.party(id, section, diagnostics)
        });
        let issues = each(&document.issues, |id, section| {
            self.issue(id, section, diagnostics)
        });
        let worths = document
            .values
            .iter()
            .filter_map(|section| self.worth(section, diagnostics))
            .collect();
        let costs = document
            .costs
            .iter()
            .filter_map(|section| self.cost(section, diagnostics))
            .collect();
        let endings = document
            .endings
            .iter()
            .filter_map(|section| self.ending(section, diagnostics))
            .collect();
        let chances = document
            .chances
            .iter()
            .filter_map(|section| self.chance(section, diagnostics))
            .collect();
        let deals = each(&document.deals, |id, section| self.deal(id, section, diagnostics));
        let claims = each(&document.claims, |id, section| {
            self.claim(id, section, diagnostics)
        });
        validate::make_keys_unique(&mut self.judgements);
        let variants = each(&document.variants, |id, section| {
            self.variant(id, section, diagnostics)
        });
        let head = document.case.as_ref();
        let target = head.and_then(|head| self.optional(&head.target, diagnostics));
        if let Some(head) = head {
            self.names.sources(&head.source.0, diagnostics);
        }
        let text = self.text;
        let rankings = rankings(document, &self.names, diagnostics);
        let case = Case {
            rankings,
            target,
            sources,
            parties,
            issues,
            worths,
            costs,
            endings,
            chances,
            deals,
            variants,
            claims,
            judgements: self.judgements,
            hash: ContentHash::of(text.as_bytes()),
            ..heading(head)
        };
        validate::report_contradictions(document, &case, diagnostics);
        head.map(|_| case)
    }

    /// Files a number as a judgement.
    fn judge(
        &mut self,
        number: &Number,
        key: String,
        label: String,
        domain: Domain,
        grounds: &Grounds<'_>,
        diagnostics: &mut Diagnostics,
    ) -> JudgementId {
        for value in [Some(&number.likely), number.low.as_ref(), number.high.as_ref()]
            .into_iter()
            .flatten()
        {
            if !domain.contains(value) {
                let (message, hint) = match domain {
                    Domain::Discount => (
                        "a discount factor lies from 0 up to below 1",
                        "0.9 is usual for half a year",
                    ),
                    _ => (
                        "a chance or share lies between 0 and 1",
                        "write 0.35 for 35 in a hundred",
                    ),
                };
                diagnostics.report(
                    "out-of-range",
                    number.span.clone(),
                    message,
                    "outside",
                    Some(hint.into()),
                );
                break;
            }
        }
        let mut sources = self.names.sources(&number.source.0, diagnostics);
        if sources.is_empty() {
            sources.clone_from(&grounds.sources);
        }
        let because = number.because.as_ref().or(grounds.because);
        self.judgements.push(Judgement {
            key,
            label,
            likely: number.likely.clone(),
            low: number.low.clone(),
            high: number.high.clone(),
            because: because.map(|text| text.value.clone()),
            sources,
            by: owned(&number.by),
            grows: number.grows.clone(),
            domain,
        });
        JudgementId::at(self.judgements.len() - 1)
    }

    fn optional(&self, condition: &Option<Text>, diagnostics: &mut Diagnostics) -> Option<Target> {
        condition
            .as_ref()
            .and_then(|text| self.names.condition(text, diagnostics))
    }

    fn always_or(&self, condition: &Option<Text>, diagnostics: &mut Diagnostics) -> Option<Target> {
        match condition {
            Some(text) => self.names.condition(text, diagnostics),
            None => Some(Target {
                text: "true".into(),
                condition: Condition::Constant(true),
            }),
        }
    }

    fn party(&mut self, id: &Text, section: &PartySection, diagnostics: &mut Diagnostics) -> Option<Party> {
        let name = &section.name.value;
        let discount = self.judge(
            &section.discount,
            format!("discount.{}", id.value),
            format!("{name}: discount factor a period"),
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
                    format!("{name} ({type_name}): discount factor a period"),
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

    fn issue(&mut self, id: &Text, section: &IssueSection, diagnostics: &mut Diagnostics) -> Option<Issue> {
        let this = self.names.issue(id, diagnostics)?;
        let party = self.names.party(&section.party, diagnostics);
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
            "chance a period that a breach is noticed",
        );
        let false_alarm = share(
            &section.false_alarm,
            "false_alarm",
            "chance a period of a false alarm",
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
            speed: speed(section.moves.as_ref(), section.levels.len()),
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

    fn worth(&mut self, section: &'d ValueSection, diagnostics: &mut Diagnostics) -> Option<Worth> {
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
                format!("{who}: {} at {}", of.name.value, super::level_name(&name.value)),
                Domain::Any,
                grounds,
                diagnostics,
            ));
        }
        levels
    }

    fn cost(&mut self, section: &CostSection, diagnostics: &mut Diagnostics) -> Option<Cost> {
        let party = self.names.party(&section.party, diagnostics);
        let issue = self.names.issue(&section.issue, diagnostics);
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

    fn ending(&mut self, section: &EndingSection, diagnostics: &mut Diagnostics) -> Option<Ending> {
        let when = self.always_or(&section.when, diagnostics);
        let name = &section.name.value;
        let chance = self.judge(
            &section.chance,
            format!("chance.[{name}]"),
            format!("chance a period of: {name}"),
            Domain::Share,
            &Grounds::NONE,
            diagnostics,
        );
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

    fn chance(&mut self, section: &ChanceSection, diagnostics: &mut Diagnostics) -> Option<Chance> {
        let when = self.always_or(&section.when, diagnostics);
        let issue = self.names.issue(&section.issue, diagnostics)?;
        let to = self.names.level(issue, &section.to, diagnostics);
        let name = &section.name.value;
        let chance = self.judge(
            &section.chance,
            format!("chance.[{name}]"),
            format!("chance a period of: {name}"),
            Domain::Share,
            &Grounds::NONE,
            diagnostics,
        );
        Some(Chance {
            name: name.clone(),
            when: when?,
            issue,
            to: to?,
            chance,
        })
    }

    fn deal(&mut self, id: &Text, section: &DealSection, diagnostics: &mut Diagnostics) -> Option<Deal> {
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
                    None,
                );
            }
            latest = latest.max(step.at.value);
            let set = self.names.levels(&step.set, diagnostics);
            steps.push(Step {
                at: step.at.value,
                set,
                about: owned(&step.about),
            });
        }
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
            about,
            sources,
        })
    }

    fn variant(
        &mut self,
        id: &Text,
        section: &VariantSection,
        diagnostics: &mut Diagnostics,
    ) -> Option<Variant> {
        let mut moves = Vec::new();
        for (issue, movement) in &section.moves.items {
            if let Some(issue) = self.names.issue(issue, diagnostics) {
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
        number: &super::judgement::PlainNumber,
        place: &Text,
        into: &mut Vec<(JudgementId, Exact)>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(position) = self.judgements.iter().position(|judgement| judgement.key == key) else {
            diagnostics.report(
                "unknown-name",
                place.span.clone(),
                format!("unknown judgement `{}`", super::reader::shorten(key)),
                "no judgement has this key",
                did_you_mean(
                    key,
                    self.judgements.iter().map(|judgement| judgement.key.as_str()),
                ),
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

    fn claim(&mut self, id: &Text, section: &ClaimSection, diagnostics: &mut Diagnostics) -> Option<Claim> {
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
            set: self.names.levels(&section.set, diagnostics),
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
        validate::report_incomplete_claim(&claim, section, diagnostics);
        Some(claim)
    }
}

fn each<T, U>(entries: &Entries<T>, mut lower: impl FnMut(&Text, &T) -> Option<U>) -> Vec<U> {
    entries
        .items
        .iter()
        .filter_map(|(id, section)| lower(id, section))
        .collect()
}

/// A case with nothing but its heading; all empty when the heading could not be read.
fn heading(head: Option<&CaseSection>) -> Case {
    let text =
        |text: fn(&CaseSection) -> &Text| head.map_or_else(String::new, |head| text(head).value.clone());
    let optional = |text: fn(&CaseSection) -> &Option<Text>| head.and_then(|head| owned(text(head)));
    Case {
        title: text(|head| &head.title),
        question: optional(|head| &head.question),
        period: text(|head| &head.period),
        today: optional(|head| &head.today),
        about: optional(|head| &head.about),
        by: optional(|head| &head.by),
        target: None,
        sources: Vec::new(),
        parties: Vec::new(),
        issues: Vec::new(),
        worths: Vec::new(),
        costs: Vec::new(),
        endings: Vec::new(),
        chances: Vec::new(),
        deals: Vec::new(),
        variants: Vec::new(),
        claims: Vec::new(),
        rankings: Default::default(),
        judgements: Vec::new(),
        hash: ContentHash::of(&[]),
    }
}

fn today(issue: &IssueSection) -> Level {
    let found = issue
        .levels
        .iter()
        .position(|level| level.value == issue.today.value);
    Level::at(found.unwrap_or(0).min(MOST_LEVELS))
}

fn speed(movement: Option<&Movement>, levels: usize) -> Speed {
    let all = u32::try_from(levels.saturating_sub(1)).unwrap_or(u32::MAX);
    match movement {
        None | Some(Movement::Free) => Speed { up: all, down: all },
        Some(Movement::Step) => Speed { up: 1, down: 1 },
        Some(Movement::Forward) => Speed { up: all, down: 0 },
        Some(Movement::Speeds { up, down }) => Speed { up: *up, down: *down },
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

fn party_span(party: PartyId, document: &Document) -> Text {
    document.parties.items[party.index()].0.clone()
}
