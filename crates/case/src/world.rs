//! A world: the case with a variant, other values of judgements, time passed, and a choice of types.
//! A proof names the world it speaks of, and anybody can rebuild it from the case file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Case, Speed, Variant};
use detente_base::ids::{JudgementId, PartyId, TypeId};
use detente_base::number::{Exact, format_exact, parse_exact};
use detente_reading::diagnostic::nearest_names;

/// What differs from the case as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct World {
    /// Variants that are applied, in order, by their names in the file.
    pub variants: Vec<String>,
    /// Judgements with another value: key to exact number.
    pub judgements: BTreeMap<String, String>,
    /// Periods that have passed without a deal: judgements that grow have grown so often.
    pub periods_later: u32,
    /// The type each party with types is taken to be; the first one written where none is named.
    pub types: BTreeMap<String, String>,
}

/// Why a world cannot be made from a case: every reason, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldError(pub String);

impl std::fmt::Display for WorldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WorldError {}

/// A judgement that has another value in a world than in the case as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub judgement: JudgementId,
    /// Its value in the world.
    pub value: Exact,
    /// What moved it.
    pub by: MovedBy,
}

/// What gives a judgement another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MovedBy {
    /// The world sets it.
    Set,
    /// A variant sets it: the variant's name in the file.
    Variant(String),
    /// It has drifted while time passed.
    Time,
}

impl World {
    /// This world with one more variant.
    #[must_use]
    pub fn with_variant(&self, variant: &str) -> Self {
        let mut world = self.clone();
        world.variants.push(variant.to_owned());
        world
    }

    /// This world with another value of a judgement.
    #[must_use]
    pub fn with_judgement(&self, case: &Case, id: JudgementId, value: &Exact) -> Self {
        let mut world = self.clone();
        world
            .judgements
            .insert(case.judgement(id).key.clone(), format_exact(value));
        world
    }

    /// The type this world takes a party to be; `None` for a party without types.
    #[must_use]
    pub fn type_of(&self, case: &Case, party: PartyId) -> Option<TypeId> {
        let party = case.party(party);
        let named = self
            .types
            .get(&party.id)
            .and_then(|name| party.types.iter().position(|candidate| &candidate.id == name));
        (!party.types.is_empty()).then(|| TypeId::at(named.unwrap_or(0)))
    }

    /// This world with nothing left to be filled in: the type of every party that has types is named, and every number is
    /// written in one way.
    #[must_use]
    pub fn explicit(&self, case: &Case) -> Self {
        let mut world = self.clone();
        for id in case.party_ids() {
            if let Some(of) = self.type_of(case, id) {
                let party = case.party(id);
                let named = &party.types[of.index()].id;
                world
                    .types
                    .entry(party.id.clone())
                    .or_insert_with(|| named.clone());
            }
        }
        for text in world.judgements.values_mut() {
            if let Ok(value) = parse_exact(text) {
                *text = format_exact(&value);
            }
        }
        world
    }
}

impl Case {
    /// The case as it stands in a world.
    ///
    /// # Errors
    /// A [`WorldError`] with every reason: a variant, judgement, party or type that the case does not have, or a value
    /// that makes no sense for its judgement.
    pub fn in_world(&self, world: &World) -> Result<Case, WorldError> {
        let mut case = self.clone();
        let mut faults = Vec::new();
        case.let_time_pass(world.periods_later, &mut faults);
        for name in &world.variants {
            case.apply_variant(name, &mut faults);
        }
        for (key, text) in &world.judgements {
            case.set_by_key(key, text, &mut faults);
        }
        for (party, name) in &world.types {
            faults.extend(self.unknown_type(party, name));
        }
        if faults.is_empty() {
            Ok(case)
        } else {
            Err(WorldError(faults.join("; ")))
        }
    }

    /// The judgements that a world gives another value than this case, which is the one as written, in the order of the
    /// case.
    ///
    /// # Errors
    /// As [`Self::in_world`].
    pub fn moved(&self, world: &World) -> Result<Vec<Moved>, WorldError> {
        let there = self.in_world(world)?;
        let by = |id: JudgementId| {
            if world.judgements.contains_key(&self.judgement(id).key) {
                return MovedBy::Set;
            }
            let sets = |variant: &&Variant| variant.judgements.iter().any(|(set, _)| *set == id);
            let last = world.variants.iter().rev().find_map(|name| {
                let named = self.variants.iter().find(|variant| &variant.id == name);
                named.filter(sets)
            });
            last.map_or(MovedBy::Time, |variant| MovedBy::Variant(variant.id.clone()))
        };
        let moved = self.judgement_ids().filter_map(|id| {
            let value = there.value(id);
            (value != self.value(id)).then(|| Moved {
                judgement: id,
                value: value.clone(),
                by: by(id),
            })
        });
        Ok(moved.collect())
    }

    /// Whether two worlds make the same case of this one: the same variants, dates and types, and the same value of every
    /// judgement, however it is written.
    ///
    /// # Errors
    /// As [`Self::in_world`].
    pub fn same_world(&self, one: &World, other: &World) -> Result<bool, WorldError> {
        let (first, second) = (self.in_world(one)?, self.in_world(other)?);
        let values = |case: &Case| -> Vec<Exact> {
            let all = case.judgements.iter();
            all.map(|judgement| judgement.likely.clone()).collect()
        };
        Ok(one.variants == other.variants
            && one.periods_later == other.periods_later
            && one.explicit(self).types == other.explicit(self).types
            && values(&first) == values(&second))
    }

    fn set_by_key(&mut self, key: &str, text: &str, faults: &mut Vec<String>) {
        let Some(id) = self.judgement_by_key(key) else {
            let keys = self.judgements.iter().map(|judgement| judgement.key.as_str());
            let hint = nearest_names(key, keys);
            faults.push(format!(
                "unknown judgement `{key}`{hint}; `detente check CASE --judgements` lists all keys"
            ));
            return;
        };
        match parse_exact(text) {
            Ok(value) => faults.extend(self.set(id, value).err()),
            Err(error) => faults.push(format!("judgement `{key}`: `{text}`: {error}")),
        }
    }

    /// What is wrong with naming a party's type, with the nearest names there are.
    fn unknown_type(&self, party: &str, name: &str) -> Option<String> {
        let Some(of) = self.parties.iter().find(|candidate| candidate.id == party) else {
            let typed = self.parties.iter().filter(|party| !party.types.is_empty());
            let known = typed.map(|party| party.id.as_str());
            let hint = match self.parties.iter().all(|party| party.types.is_empty()) {
                true => ": no party of this case has types".to_owned(),
                false => nearest_names(party, known),
            };
            return Some(format!("unknown party `{party}`{hint}"));
        };
        let known: Vec<&str> = of.types.iter().map(|candidate| candidate.id.as_str()).collect();
        if known.is_empty() {
            return Some(format!(
                "unknown type `{name}` of party `{party}`, which has no types in this case"
            ));
        }
        (!known.contains(&name)).then(|| {
            format!(
                "unknown type `{name}` of party `{party}`{}",
                nearest_names(name, known)
            )
        })
    }

    fn set(&mut self, id: JudgementId, value: Exact) -> Result<(), String> {
        let judgement = &mut self.judgements[id.index()];
        if !judgement.domain.contains(&value) {
            let shown = format_exact(&value);
            return Err(format!("{}: {shown} makes no sense for it", judgement.label));
        }
        judgement.likely = value;
        Ok(())
    }

    fn let_time_pass(&mut self, periods: u32, faults: &mut Vec<String>) {
        // Growth multiplies digits; a millionth is finer than any judgement.
        let millionths = Exact::from(1_000_000u32);
        for judgement in &mut self.judgements {
            let Some(rate) = judgement.grows.clone().filter(|_| periods > 0) else {
                continue;
            };
            let factor = Exact::ONE + rate;
            for _ in 0..periods {
                judgement.likely *= factor.clone();
            }
            let rounded = (judgement.likely.clone() * millionths.clone()).round();
            judgement.likely = Exact::from(rounded) / millionths.clone();
            if !judgement.domain.contains(&judgement.likely) {
                let grown = format_exact(&judgement.likely);
                faults.push(format!(
                    "{}: after {periods} periods it has grown to {grown}, which makes no sense for it",
                    judgement.label
                ));
            }
        }
    }

    fn apply_variant(&mut self, name: &str, faults: &mut Vec<String>) {
        let Some(variant) = self.variants.iter().find(|variant| variant.id == name).cloned() else {
            let known = self.variants.iter().map(|variant| variant.id.as_str());
            let hint = match self.variants.is_empty() {
                true => ": this case has no variants".to_owned(),
                false => nearest_names(name, known),
            };
            faults.push(format!("unknown variant `{name}`{hint}"));
            return;
        };
        for (issue, speed) in variant.moves {
            self.issues[issue.index()].speed = speed;
        }
        for (issue, level) in variant.today {
            self.issues[issue.index()].today = level;
        }
        for (issue, level) in variant.fixed.iter().copied() {
            let issue = &mut self.issues[issue.index()];
            issue.today = level;
            issue.speed = Speed { up: 0, down: 0 };
        }
        // Chance cannot move an issue that is held at one level permanently.
        let held: Vec<_> = variant.fixed.iter().map(|(issue, _)| *issue).collect();
        self.chances.retain(|chance| !held.contains(&chance.issue));
        for (id, value) in variant.judgements {
            faults.extend(self.set(id, value).err());
        }
    }
}
