//! The case file as it is written: sections and fields with their places, before names are resolved.
//! The JSON Schema of the file is generated from these types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use toml::de::DeValue;

use super::judgement::{Names, Number, PlainNumber};
use super::rankings::{InfeasibleSection, MergedSection, PreferenceSection};
use super::reader::{Entries, Located, Read, Text, Value, expected, section};
use detente_reading::diagnostic::Diagnostics;

section! {
    /// A case: a conflict, what each party controls and wants, and what is to be decided.
    pub struct Document as "the case file" {
        /// What the case is about.
        case: Option<CaseSection>,
        /// The sources that judgements name.
        sources: Entries<SourceSection>,
        /// Who decides.
        parties: Entries<PartySection>,
        /// What they control.
        issues: Entries<IssueSection>,
        /// What each party gets a period.
        values: Vec<ValueSection>,
        /// One-off costs of moves.
        costs: Vec<CostSection>,
        /// Ways in which the game may end for good.
        endings: Vec<EndingSection>,
        /// Random changes of levels.
        chances: Vec<ChanceSection>,
        /// Proposed plans, to be tested as they stand.
        deals: Entries<DealSection>,
        /// Named changes of the case, for claims and comparisons.
        variants: Entries<VariantSection>,
        /// Assertions to decide.
        claims: Entries<ClaimSection>,
        /// Preferences by rank, for `detente stability`; a party without one has its values ranked.
        preferences: Entries<PreferenceSection>,
        /// Combinations that cannot be, for `detente stability`.
        infeasible: Vec<InfeasibleSection>,
        /// States that count as one, for `detente stability`.
        merged: Vec<MergedSection>,
    }
}

section! {
    /// What the case is about.
    pub struct CaseSection as "[case]" {
        /// A short title.
        title: Text,
        /// The question in the analyst's words.
        question: Option<Text>,
        /// How long a period is: the time in which a breach is noticed and answered.
        period: Text,
        /// The date of today's state.
        today: Option<Text>,
        /// A paragraph on the case and its limits.
        about: Option<Text>,
        /// Who wrote the case.
        by: Option<Text>,
        /// The condition that a deal should reach, used when no target is given.
        target: Option<Text>,
        /// Sources of the case as a whole.
        source: Names,
    }
}

section! {
    /// A source: who said it, where and when.
    pub struct SourceSection as "a source" {
        /// Title.
        title: Text,
        /// Who wrote it.
        by: Option<Text>,
        /// Where it is found.
        place: Option<Text>,
        /// When it was published.
        date: Option<Text>,
        /// What to know about it.
        note: Option<Text>,
    }
}

section! {
    /// A party: somebody who decides.
    pub struct PartySection as "a party" {
        /// Full name, used in every sentence.
        name: Text,
        /// Short name for tables and figures.
        short: Option<Text>,
        /// Discount factor a period: what the next period is worth against this one, from 0 up to below 1.
        discount: Number,
        /// At most so many of its issues change in one period.
        pace: Option<Located<u32>>,
        /// What it may secretly be.
        types: Entries<TypeSection>,
        /// A sentence on the party.
        about: Option<Text>,
    }
}

section! {
    /// A type: what a party may secretly be.
    pub struct TypeSection as "a type" {
        /// Name in words.
        name: Option<Text>,
        /// The chance that the party is of this type.
        prior: Number,
        /// Its own discount factor, if it differs from the party's.
        discount: Option<Number>,
        /// A sentence on the type.
        about: Option<Text>,
    }
}

section! {
    /// An issue: something one party controls, with ordered levels.
    pub struct IssueSection as "an issue" {
        /// The party that controls it, or "nature" for an issue that only chances move.
        party: Text,
        /// Name in words.
        name: Text,
        /// Levels from least to most.
        levels: Vec<Text>,
        /// The level today.
        today: Text,
        /// How its party moves it: "free", "step", "forward", or { up = 1, down = 2 } levels per period. Default: "free".
        moves: Option<Movement>,
        /// Conditions that must hold, before the move, for a move to a level.
        needs: Entries<Text>,
        /// Chance a period that a breach on it is noticed.
        noticed: Option<Number>,
        /// Periods until a breach can first be noticed.
        lag: Option<Located<u32>>,
        /// Chance a period that a breach is reported where there is none.
        false_alarm: Option<Number>,
        /// Periods that pass before it is back where the snapback sends it.
        restored: Option<Located<u32>>,
        /// The level below which undoing cannot go once it was reached.
        remains: Option<Text>,
        /// Share of its effect that stays after a deal has been unwound.
        persists: Option<Number>,
        /// Third parties without whom it does not come back after a breach, with the share each carries.
        enforcers: Entries<EnforcerSection>,
        /// Fraction of what is missing that those who do not enforce make good, from 0 to 1.
        backfill: Option<Number>,
        /// What keeps the levels apart; a sentence on the issue.
        about: Option<Text>,
        /// Sources.
        source: Names,
    }
}

section! {
    /// A third party that carries a share of the return of an issue after a breach.
    pub struct EnforcerSection as "an enforcer" {
        /// Share of the return that it carries, from 0 to 1.
        share: Number,
        /// What enforcing costs it a period.
        cost: Option<Number>,
        /// What a restored deal is worth to it a period, beside what its values say.
        benefit: Option<Number>,
        /// Periods for which it must enforce. Default: 4.
        periods: Option<Located<u32>>,
    }
}

/// How an issue moves.
#[derive(Debug, Clone)]
pub enum Movement {
    /// From any level to any other.
    Free,
    /// One level a period, either way.
    Step,
    /// Only upwards, any number of levels: irreversible.
    Forward,
    /// So many levels per period up and down.
    Speeds {
        /// Levels a period upwards.
        up: u32,
        /// Levels a period downwards.
        down: u32,
    },
}

section! {
    /// Separate speeds upwards and downwards.
    pub struct SpeedSection as "speeds" {
        /// Levels a period upwards.
        up: Located<u32>,
        /// Levels a period downwards; 0 makes the issue irreversible.
        down: Located<u32>,
    }
}

impl Read for Movement {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) => match text.as_ref() {
                "free" => Some(Self::Free),
                "step" => Some(Self::Step),
                "forward" => Some(Self::Forward),
                other => {
                    diagnostics.report(
                        "unknown-movement",
                        value.span(),
                        "unknown movement rule",
                        "not a way to move",
                        detente_reading::diagnostic::did_you_mean(other, ["free", "step", "forward"]).or(
                            Some("write \"free\", \"step\", \"forward\" or { up = 1, down = 2 }".into()),
                        ),
                    );
                    None
                }
            },
            DeValue::Table(_) => {
                let speeds = SpeedSection::read(value, diagnostics)?;
                Some(Self::Speeds {
                    up: speeds.up.value,
                    down: speeds.down.value,
                })
            }
            _ => {
                expected(
                    "a movement rule: \"free\", \"step\", \"forward\" or { up, down }",
                    "moves = \"step\", or moves = { up = 1, down = 2 } in levels per period",
                    value,
                    diagnostics,
                );
                None
            }
        }
    }
}

impl JsonSchema for Movement {
    fn schema_name() -> Cow<'static, str> {
        "Movement".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let speeds = generator.subschema_for::<SpeedSection>();
        schemars::json_schema!({
            "description": "How the issue moves.",
            "anyOf": [{ "enum": ["free", "step", "forward"] }, speeds]
        })
    }
}

section! {
    /// What a party gets a period, on its own scale: under a condition, or by the level of an issue.
    pub struct ValueSection as "a value" {
        /// Whose value.
        party: Text,
        /// Only if the party is of this type.
        r#type: Option<Text>,
        /// The condition under which it is got.
        when: Option<Text>,
        /// How much, when the condition holds.
        worth: Option<Number>,
        /// The issue whose level decides, instead of a condition.
        issue: Option<Text>,
        /// How much at each level of the issue; a level left out is worth 0.
        levels: Entries<Number>,
        /// What this value stands for, in words.
        about: Option<Text>,
        /// Why, for every number of this value that has no reason of its own.
        because: Option<Text>,
        /// Sources, likewise.
        source: Names,
    }
}

section! {
    /// A one-off cost of moving an issue.
    pub struct CostSection as "a cost" {
        /// Who pays.
        party: Text,
        /// The issue that moves.
        issue: Text,
        /// Only for moves to this level.
        to: Option<Text>,
        /// Only for moves "up" or "down".
        #[schemars(extend("enum" = ["up", "down"]))]
        direction: Option<Text>,
        /// How much, on the payer's scale, in the period of the move.
        cost: Number,
        /// What this cost stands for.
        about: Option<Text>,
    }
}

section! {
    /// A way the game may end for good, such as war or the collapse of a deal.
    pub struct EndingSection as "an ending" {
        /// Name in words.
        name: Text,
        /// The condition under which it can happen; always, if left out.
        when: Option<Text>,
        /// Chance a period.
        chance: Number,
        /// What each party gets a period for ever after.
        worth: Entries<Number>,
    }
}

section! {
    /// A random change of a level, whatever the issue's `moves` and `needs` say: they bind its party alone.
    pub struct ChanceSection as "a chance" {
        /// Name in words.
        name: Text,
        /// The condition under which it can happen; always, if left out.
        when: Option<Text>,
        /// The issue that changes.
        issue: Text,
        /// The level it changes to.
        to: Text,
        /// Chance a period.
        chance: Number,
    }
}

section! {
    /// A plan: a deal somebody proposes, with dated steps and its own snapback.
    pub struct DealSection as "a deal" {
        /// Name in words.
        name: Text,
        /// The party that proposes it.
        proposer: Option<Text>,
        /// The steps in order of date.
        steps: Vec<StepSection>,
        /// Where each issue goes after a breach; issues not named go back to today.
        snapback: Entries<Text>,
        /// How many periods the plan runs.
        periods: Option<Located<u32>>,
        /// How many alarms, true or false, are forgiven before the plan comes apart; none when left out.
        pardons: Option<Located<u32>>,
        /// What the plan is.
        about: Option<Text>,
        /// Sources.
        source: Names,
    }
}

section! {
    /// One dated step of a plan.
    pub struct StepSection as "a step" {
        /// The period in which it is done, counted from 0.
        at: Located<u32>,
        /// Issues and the levels they move to.
        set: Entries<Text>,
        /// What the step is, in words.
        about: Option<Text>,
    }
}

section! {
    /// A named change of the case, to ask what would be if.
    pub struct VariantSection as "a variant" {
        /// What is different, in words.
        name: Text,
        /// Issues that move differently.
        moves: Entries<Movement>,
        /// Issues held at one level for ever.
        fixed: Entries<Text>,
        /// Issues that stand elsewhere today.
        today: Entries<Text>,
        /// Parties with another discount factor.
        discount: Entries<PlainNumber>,
        /// Judgements with another value, by the label that `detente check` prints.
        judgements: Entries<PlainNumber>,
    }
}

section! {
    /// An assertion to decide.
    pub struct ClaimSection as "a claim" {
        /// The assertion, in the words of its source.
        text: Text,
        /// Where it stands in the source.
        paragraph: Option<Text>,
        /// How it is decided: one of the kinds of assertion that can be decided.
        #[schemars(extend("enum" = crate::ClaimKind::names()))]
        kind: Text,
        /// The condition the claim speaks of.
        target: Option<Text>,
        /// The condition it is compared with.
        against: Option<Text>,
        /// Levels set by the gesture or exchange that the claim speaks of.
        set: Entries<Text>,
        /// Variants of the case that the claim compares.
        variants: Names,
        /// Parties that the claim speaks of; all, if left out.
        parties: Names,
        /// Plans that the claim speaks of.
        deals: Names,
        /// What counts as about nothing, on the mover's scale.
        about_nothing: Option<PlainNumber>,
        /// Source.
        source: Names,
    }
}
