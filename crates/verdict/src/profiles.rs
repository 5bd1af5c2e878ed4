//! The verdict for every profile of types: one type for every party that has several, each with its prior, the product
//! of the chances of its types. A party's types are independent of another's, as the case file can say nothing else.
//!
//! A deal is *type-proof* when it is self-enforcing in the game of every profile: no type of any party gains by
//! breaking it at any point, whoever the others are (ex post equilibrium; Bergemann and Morris 2005, *Econometrica* 73).
//! One profile without any deal excludes it. What a deal found for one profile is worth in another is asked of the exact
//! checker, so nothing is claimed that it did not confirm.

use std::collections::BTreeMap;

use detente_base::number::Exact;
use detente_base::watch::Watch;
use detente_case::{Case, World};
use detente_proof::{Claim, Proof, Shown, verify};

use crate::verdict::{Answer, Limits, Question, Subject, Unanswerable, Verdict, solve};

/// The most profiles that are asked; the most probable come first.
pub const MOST_PROFILES: usize = 16;

/// One profile of types.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The world in which every party with types is of the one the profile names.
    pub world: World,
    /// The type of every party that has types, by their names in the file.
    pub types: BTreeMap<String, String>,
    /// The chance of the profile, given the types that the world asked about names.
    pub prior: Exact,
}

/// The profiles of a case in a world, the most probable first: types that the world names are taken as given.
#[must_use]
pub fn profiles(case: &Case, world: &World) -> Vec<Profile> {
    let start = Profile {
        world: world.clone(),
        types: BTreeMap::new(),
        prior: Exact::ONE,
    };
    let mut profiles = vec![start];
    for party in &case.parties {
        if party.types.is_empty() {
            continue;
        }
        let named = world.types.get(&party.id);
        let possible: Vec<_> = party
            .types
            .iter()
            .filter(|of| named.is_none_or(|name| *name == of.id))
            .collect();
        profiles = profiles
            .iter()
            .flat_map(|profile| {
                possible.iter().map(|of| {
                    let mut one = profile.clone();
                    one.world.types.insert(party.id.clone(), of.id.clone());
                    one.types.insert(party.id.clone(), of.id.clone());
                    if named.is_none() {
                        one.prior *= case.value(of.prior);
                    }
                    one
                })
            })
            .collect();
    }
    // A stable sort: equal chances stay in the order of the case.
    profiles.sort_by(|a, b| b.prior.cmp(&a.prior));
    profiles
}

/// Asks the question in the worlds of some profiles, in their order; ends early when the watch says stop.
///
/// # Errors
/// [`Unanswerable`] when a profile makes no game or one beyond the memory limit.
pub fn answers(
    subject: Subject<'_>,
    profiles: &[Profile],
    question: &Question,
    limits: &Limits,
    watch: &dyn Watch,
) -> Result<Vec<Answer>, Unanswerable> {
    let asked = profiles.iter().take_while(|_| !watch.should_stop());
    asked
        .map(|profile| solve(subject, &profile.world, question, limits, watch))
        .collect()
}

/// Whether one deal is self-enforcing whatever the parties are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeProof {
    /// The deal found for this profile is self-enforcing in every profile.
    Possible(usize),
    /// This profile has no deal at all.
    Impossible(usize),
    /// None of the deals found is self-enforcing in every profile; another may be.
    Undecided,
}

/// Looks for a deal that is self-enforcing in every profile among those found.
///
/// `found` holds the verdict of every profile, `None` where it was not asked.
#[must_use]
pub fn type_proof(subject: Subject<'_>, profiles: &[Profile], found: &[Option<&Verdict>]) -> TypeProof {
    let excluded = |verdict: &Option<&Verdict>| matches!(verdict, Some(Verdict::Impossible { .. }));
    if let Some(row) = found.iter().position(excluded) {
        return TypeProof::Impossible(row);
    }
    let kept_by_all = |proof: &Proof, of: usize| {
        let others = profiles.iter().enumerate().filter(|(other, _)| *other != of);
        others
            .map(|(_, profile)| profile)
            .all(|profile| holds_in(subject, proof, &profile.world))
    };
    let row = found.iter().enumerate().position(|(row, verdict)| match verdict {
        Some(Verdict::Possible { proof, .. }) => kept_by_all(proof, row),
        _ => false,
    });
    row.map_or(TypeProof::Undecided, TypeProof::Possible)
}

/// Whether the exact checker accepts the deal of a proof in another world.
fn holds_in(subject: Subject<'_>, proof: &Proof, world: &World) -> bool {
    let Claim::Possible { .. } = &proof.claim else {
        return false;
    };
    let there = Proof::seal(
        subject.text,
        world.clone(),
        proof.claim.clone(),
        proof.body.clone(),
    );
    verify(&there.to_bytes()).is_ok_and(|verified| matches!(verified.shown, Shown::SelfEnforcing(_)))
}
