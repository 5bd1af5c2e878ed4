//! A tested plan as data: what `plan prove --json` prints, and what its words are made of.

use detente_base::ids::PartyId;
use detente_base::number::{Exact, format_exact, to_float};
use detente_case::level_name;
use detente_offer::enforcers::{Reliance, reliance};
use detente_offer::offer::Offer;
use detente_offer::outlook::{Carried, Outlook, last_step, outlook};
use detente_offer::play::Play;
use detente_offer::reasons::{Feature, reasons};
use detente_offer::standing::{Standing, Unwilling, standing};
use detente_offer::test_offer::{Departure, OfferTest, Reaction, TypeTest, test_offer};
use schemars::JsonSchema;
use serde::Serialize;

/// A tested plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanView {
    /// Its short name in the case.
    pub deal: String,
    /// Its name.
    pub plan: String,
    /// Who proposes it.
    pub proposer: Option<String>,
    /// Whether some types of every party keep it, go into it and carry it on.
    pub holds: bool,
    /// Whether all types of every party keep it.
    pub type_proof: bool,
    /// The chance that every party is of a type that keeps it.
    pub kept: f64,
    /// Parties of which no type keeps it.
    pub broken_by: Vec<String>,
    /// Who keeps it and would yet not go into it or not carry it on.
    pub unwilling: Vec<UnwillingView>,
    /// What every type of every party does.
    pub types: Vec<TypeView>,
    /// What is believed at each date if no alarm was raised.
    pub beliefs: Vec<BeliefView>,
    /// Whether types of several parties depart, so that they are not yet best responses to each other.
    pub several_depart: bool,
    /// What carries the last step of each party.
    pub last_steps: Vec<LastStepView>,
    /// What it owes to third parties that enforce the snapback.
    pub enforcers: Vec<EnforcerView>,
}

/// What one type does. All values are averages per period on its own scale.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TypeView {
    /// The party.
    pub party: String,
    /// The type; the party's name where it has one only.
    #[serde(rename = "type")]
    pub of: String,
    /// Its prior.
    pub prior: f64,
    /// Whether a step of the plan is the party's; else it is a third party, which the plan does not bind.
    pub bound: bool,
    /// `keeps`, `refuses`, `breaches` or `leaves`.
    pub reaction: &'static str,
    /// The date at which it first does what the plan forbids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<u32>,
    /// What it does then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breaches: Vec<MoveView>,
    /// What it does beyond the plan that nobody minds, or, as a third party, at all: the date and the moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub further: Option<FurtherView>,
    /// What its best response gives if all others follow.
    pub value: Number,
    /// What keeping the plan gives if all others follow.
    pub keeping: Number,
    /// What no deal gives: everybody stays as today.
    pub no_deal: Number,
    /// By how much its best response beats keeping.
    pub gain: Number,
    /// The features of which one alone, relaxed, makes it keep the plan.
    pub would_keep: Vec<&'static str>,
    /// What the plan is worth to it over what the others may be; nothing for a third party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prospect: Option<ProspectView>,
    /// By date: whether it carries on. Only for types that keep the plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carries_on: Vec<CarryView>,
}

/// A number, and exactly.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Number {
    /// The nearest double.
    pub about: f64,
    /// Exactly.
    pub exact: String,
}

/// A move instead of what the plan asks for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoveView {
    /// The issue.
    pub issue: String,
    /// The level that the plan asks for.
    pub asked: String,
    /// The level that is chosen.
    pub chosen: String,
}

/// What a type does beyond the plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FurtherView {
    /// From which date on.
    pub date: u32,
    /// The moves.
    pub moves: Vec<MoveView>,
}

/// What a plan is worth to a type.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProspectView {
    /// Per period, at today's beliefs about the others, each of whose types does what it does.
    pub value: f64,
    /// If all others are of types that keep the plan.
    pub if_kept: Option<f64>,
    /// If some other is not.
    pub if_not: Option<f64>,
    /// The least chance that the others keep it at which it is worth no deal; nothing if no chance is enough.
    pub break_even: Option<f64>,
    /// The least it comes to while it follows, if another party leaves.
    pub worst: Option<WorstView>,
}

/// Where a party that follows is most exposed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorstView {
    /// What it then gets per period from there on.
    pub value: f64,
    /// Who leaves.
    pub left_by: String,
    /// When.
    pub date: u32,
}

/// Whether a type carries on at a date.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CarryView {
    /// The date.
    pub date: u32,
    /// What carrying on gives.
    pub carry_on: f64,
    /// What leaving gives; at date 0 no deal.
    pub leave: f64,
    /// What its best breach then gives, if it has one.
    pub breach: Option<f64>,
    /// The least chance today that the others keep the plan at which it carries on; nothing if no chance is enough.
    pub needs: Option<f64>,
}

/// What is believed of a party at a date.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BeliefView {
    /// Of whom.
    pub party: String,
    /// Before the moves of this date.
    pub date: u32,
    /// By type; nothing where no history without an alarm leads there.
    pub types: Option<Vec<(String, f64)>>,
}

/// Somebody who keeps the plan if the others do, and yet does better otherwise.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnwillingView {
    /// The party.
    pub party: String,
    /// The type.
    #[serde(rename = "type")]
    pub of: String,
    /// The date at which it would rather stop; nothing if it prefers no deal from the start.
    pub date: Option<u32>,
    /// By how much per period.
    pub by: f64,
}

/// What carries the last step of a party.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LastStepView {
    /// The party.
    pub party: String,
    /// The date of its last step.
    pub date: u32,
    /// `own benefit`, `snapback` or `nothing`.
    pub carried_by: &'static str,
    /// What the snapback would take back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<String>,
}

/// What a plan owes to a third party that enforces the return of an issue.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EnforcerView {
    /// Who.
    pub enforcer: String,
    /// The issue.
    pub issue: String,
    /// The types that keep the plan only with its help.
    pub lost_without: Vec<String>,
}

fn number(value: &Exact) -> Number {
    Number {
        about: to_float(value),
        exact: format_exact(value),
    }
}

/// A plan after its test, with what its proof is made of.
pub struct Tested {
    /// What is shown.
    pub view: PlanView,
    /// The test.
    pub test: OfferTest,
    /// Beliefs and values.
    pub outlook: Outlook,
}

/// Tests a plan of a case.
///
/// # Errors
/// Sentences on why it cannot be tested: steps that the rules forbid, or a limit.
pub fn tested(play: &Play, deal: &detente_case::Deal) -> Result<Tested, Vec<String>> {
    let offer = Offer::of_deal(&play.case, deal)?;
    let one = |error: String| vec![error];
    let test = test_offer(play, &offer).map_err(one)?;
    let outlook = outlook(play, &test).map_err(one)?;
    let enforcers = reliance(play, &test).map_err(one)?;
    let standing = standing(play, &test, &outlook);
    let writer = Writer { play, test: &test };
    let view = writer.plan(&outlook, &standing, &enforcers).map_err(one)?;
    Ok(Tested { view, test, outlook })
}

struct Writer<'a> {
    play: &'a Play,
    test: &'a OfferTest,
}

impl Writer<'_> {
    fn party(&self, party: PartyId) -> String {
        self.play.case.party(party).name.clone()
    }

    fn of(&self, party: PartyId, kind: usize) -> String {
        self.play.kinds(party)[kind].name.clone()
    }

    fn issue(&self, issue: detente_base::ids::IssueId) -> String {
        self.play.case.issue(issue).name.clone()
    }

    /// A party and, where it has several, its type.
    fn both(&self, party: PartyId, kind: usize) -> String {
        match self.play.case.party(party).types.is_empty() {
            true => self.party(party),
            false => format!("{} ({})", self.party(party), self.of(party, kind)),
        }
    }

    fn plan(
        &self,
        outlook: &Outlook,
        standing: &Standing,
        enforcers: &[Reliance],
    ) -> Result<PlanView, String> {
        let offer = &self.test.offer;
        let types: Result<Vec<TypeView>, String> = self
            .test
            .types
            .iter()
            .map(|of| self.of_type(of, outlook))
            .collect();
        let beliefs = outlook.beliefs.iter().map(|belief| BeliefView {
            party: self.party(belief.party),
            date: belief.date,
            types: belief.types.as_ref().map(|types| {
                let types = types.iter().enumerate();
                types
                    .map(|(kind, share)| (self.of(belief.party, kind), to_float(share)))
                    .collect()
            }),
        });
        Ok(PlanView {
            deal: offer.id.clone(),
            plan: offer.name.clone(),
            proposer: offer.proposer.map(|party| self.party(party)),
            holds: standing.holds(),
            type_proof: standing.is_type_proof(),
            kept: to_float(&standing.kept),
            broken_by: standing
                .broken_by
                .iter()
                .map(|party| self.party(*party))
                .collect(),
            unwilling: standing.unwilling.iter().map(|one| self.unwilling(one)).collect(),
            types: types?,
            beliefs: beliefs.collect(),
            several_depart: outlook.several_depart,
            last_steps: self.last_steps(),
            enforcers: enforcers
                .iter()
                .map(|one| EnforcerView {
                    enforcer: self.party(one.enforcer),
                    issue: self.issue(one.issue),
                    lost_without: one
                        .lost
                        .iter()
                        .map(|(party, kind)| self.both(*party, *kind))
                        .collect(),
                })
                .collect(),
        })
    }

    fn unwilling(&self, unwilling: &Unwilling) -> UnwillingView {
        let (party, kind, date, by) = match unwilling {
            Unwilling::Prefers { party, kind, by } => (*party, *kind, None, by),
            Unwilling::Stops {
                party,
                kind,
                date,
                by,
            } => (*party, *kind, Some(*date), by),
        };
        UnwillingView {
            party: self.party(party),
            of: self.of(party, kind),
            date,
            by: to_float(by),
        }
    }

    fn last_steps(&self) -> Vec<LastStepView> {
        let parties = self.play.game().parties();
        let step = |party: PartyId| {
            let (date, carried) = last_step(self.play, &self.test.offer, party, 0)?;
            let (carried_by, issues) = match carried {
                Carried::OwnBenefit => ("own benefit", Vec::new()),
                Carried::Snapback(issues) => ("snapback", issues),
                Carried::Nothing => ("nothing", Vec::new()),
            };
            Some(LastStepView {
                party: self.party(party),
                date,
                carried_by,
                issues: issues.into_iter().map(|issue| self.issue(issue)).collect(),
            })
        };
        parties.filter_map(step).collect()
    }

    fn moves(&self, departure: &Departure) -> Vec<MoveView> {
        let moves = departure.instead.iter();
        moves
            .map(|(issue, asked, chosen)| {
                let levels = &self.play.case.issue(*issue).levels;
                MoveView {
                    issue: self.issue(*issue),
                    asked: level_name(&levels[asked.index()]),
                    chosen: level_name(&levels[chosen.index()]),
                }
            })
            .collect()
    }

    fn of_type(&self, of: &TypeTest, outlook: &Outlook) -> Result<TypeView, String> {
        let (reaction, departure) = match &of.reaction {
            Reaction::Keeps => ("keeps", None),
            Reaction::Refuses => ("refuses", None),
            Reaction::Departs(departure) if departure.leaves => ("leaves", Some(departure)),
            Reaction::Departs(departure) => ("breaches", Some(departure)),
        };
        let would_keep = match departure {
            Some(_) => reasons(self.play, &self.test.offer, of.party, of.kind)?,
            None => Vec::new(),
        };
        let same = |party: PartyId, kind: usize| party == of.party && kind == of.kind;
        let prospect = outlook.prospects.iter().find(|one| same(one.party, one.kind));
        let carries_on = outlook.willingness.iter().filter(|one| same(one.party, one.kind));
        let float = |value: &Option<Exact>| value.as_ref().map(to_float);
        Ok(TypeView {
            party: self.party(of.party),
            of: self.of(of.party, of.kind),
            prior: to_float(&self.play.kinds(of.party)[of.kind].prior),
            bound: of.bound,
            reaction,
            date: departure.map(|departure| departure.date),
            breaches: departure
                .map(|departure| self.moves(departure))
                .unwrap_or_default(),
            further: of.further.as_ref().map(|further| FurtherView {
                date: further.date,
                moves: self.moves(further),
            }),
            value: number(&of.value),
            keeping: number(&of.keeping),
            no_deal: number(&of.no_deal),
            gain: number(&of.gain()),
            would_keep: would_keep.into_iter().map(feature).collect(),
            prospect: prospect.map(|one| ProspectView {
                value: to_float(&one.value),
                if_kept: float(&one.if_kept),
                if_not: float(&one.if_not),
                break_even: float(&one.break_even),
                worst: one.worst.as_ref().map(|(value, party, date)| WorstView {
                    value: to_float(value),
                    left_by: self.party(*party),
                    date: *date,
                }),
            }),
            carries_on: carries_on
                .map(|one| CarryView {
                    date: one.date,
                    carry_on: to_float(&one.carry_on),
                    leave: to_float(&one.leave),
                    breach: float(&one.breach),
                    needs: float(&one.needs),
                })
                .collect(),
        })
    }
}

fn feature(feature: Feature) -> &'static str {
    match feature {
        Feature::Pardons => "without pardons",
        Feature::Notice => "if its breaches were noticed for certain",
        Feature::Lag => "if its breaches were noticed in the period in which they are made",
        Feature::FalseAlarms => "without false alarms",
        Feature::SpeedOfSnapback => "if the snapback came at once",
        Feature::WhatPersists => "if the snapback undid everything",
    }
}
