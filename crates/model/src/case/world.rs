//! A world: the case with a variant, other values of judgements, time passed, and a choice of types.
//! A proof names the world it speaks of, and anybody can rebuild it from the case file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Case, Speed};
use crate::ids::{JudgementId, PartyId, TypeId};
use crate::number::{Exact, format_exact, parse_exact};

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

/// Why a world cannot be made from a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldError(pub String);

impl std::fmt::Display for WorldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WorldError {}

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
}

impl Case {
    /// The case as it stands in a world.
    ///
    /// # Errors
    /// A [`WorldError`] when the world names a variant, judgement, party or type that the case does not have,
    /// or a value outside a judgement's domain.
    pub fn in_world(&self, world: &World) -> Result<Case, WorldError> {
        let mut case = self.clone();
        case.let_time_pass(world.periods_later);
        for name in &world.variants {
            case.apply_variant(name)?;
        }
        for (key, text) in &world.judgements {
            let id = case
                .judgement_by_key(key)
                .ok_or_else(|| WorldError(format!("unknown judgement `{key}`")))?;
            let value = parse_exact(text)
                .map_err(|error| WorldError(format!("judgement `{key}`: `{text}`: {error}")))?;
            case.set(id, value)?;
        }
        for (party, name) in &world.types {
            let known = case.parties.iter().find(|candidate| &candidate.id == party);
            if !known.is_some_and(|party| party.types.iter().any(|candidate| &candidate.id == name)) {
                return Err(WorldError(format!("unknown type `{name}` of party `{party}`")));
            }
        }
        Ok(case)
    }

    fn set(&mut self, id: JudgementId, value: Exact) -> Result<(), WorldError> {
        let judgement = &mut self.judgements[id.index()];
        if !judgement.domain.contains(&value) {
            let shown = format_exact(&value);
            return Err(WorldError(format!(
                "{}: {shown} makes no sense for it",
                judgement.label
            )));
        }
        judgement.likely = value;
        Ok(())
    }

    fn let_time_pass(&mut self, periods: u32) {
        for judgement in &mut self.judgements {
            if let Some(rate) = &judgement.grows {
                let factor = Exact::ONE + rate.clone();
                for _ in 0..periods {
                    judgement.likely *= factor.clone();
                }
                if periods > 0 {
                    // Growth multiplies digits; a millionth is finer than any judgement.
                    let millionths = Exact::from(1_000_000u32);
                    judgement.likely =
                        Exact::from((judgement.likely.clone() * millionths.clone()).round()) / millionths;
                }
            }
        }
    }

    fn apply_variant(&mut self, name: &str) -> Result<(), WorldError> {
        let variant = self
            .variants
            .iter()
            .find(|variant| variant.id == name)
            .cloned()
            .ok_or_else(|| WorldError(format!("unknown variant `{name}`")))?;
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
            self.set(id, value)?;
        }
        Ok(())
    }
}
