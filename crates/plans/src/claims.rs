//! Assertions that the plan engine decides: what an offer teaches, and whether there are small areas of agreement.
//!
//! Each answer is yes, no or that the case does not say enough, with the reason in at most two sentences and the
//! figures it rests on. What a decision depends on is asked by the crate `analysis`.

use detente_case::{Case, Claim, Deal};
use serde::Serialize;

use super::areas;
use super::assess::{self, Regret};
use super::bridge;
use super::model::PartyIndex;
use super::quiet::{self, Quiet};
use super::test::{self, PlanTest, ROUNDING};
use detente_base::watch::Watch;

/// The answer to one assertion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decided {
    /// Yes, no, or not decidable from what the case says.
    pub holds: Option<bool>,
    /// Why, in at most two sentences.
    pub reason: String,
    /// Figures with their names.
    pub figures: Vec<(String, f64)>,
}

fn undecidable(reason: &str) -> Decided {
    Decided {
        holds: None,
        reason: reason.to_owned(),
        figures: Vec::new(),
    }
}

fn tested(case: &Case, deal: &Deal) -> Result<PlanTest, String> {
    let bridged = bridge::bridge(case, deal).map_err(|faults| faults.join("; "))?;
    test::test(&bridged.model, &bridged.plan).map_err(|faults| faults.join("; "))
}

/// The deals a claim speaks of, all of the case where it names none.
fn deals<'a>(case: &'a Case, claim: &Claim) -> Vec<&'a Deal> {
    match claim.deals.is_empty() {
        true => case.deals.iter().collect(),
        false => claim
            .deals
            .iter()
            .filter_map(|deal| case.deals.get(*deal))
            .collect(),
    }
}

/// A plan of a claim with what the types of the parties it speaks of do.
struct Offered {
    test: PlanTest,
    /// By party of the claim that answers and may be of several types: whether its types part, and the highest belief
    /// in the hoped-for one on a quiet history.
    learned: Vec<(bool, f64)>,
}

fn offered(case: &Case, claim: &Claim, deal: &Deal) -> Option<Offered> {
    let bridged = bridge::bridge(case, deal).ok()?;
    let (model, plan) = (&bridged.model, &bridged.plan);
    let test = test::test(model, plan).ok()?;
    let named = |party: PartyIndex| {
        let parties = &claim.parties;
        parties.is_empty() || parties.iter().any(|of| of.index() == party.0)
    };
    let mut by_party: Vec<Vec<Quiet>> = Vec::new();
    for quiet in quiet::quiet(model, plan)
        .into_iter()
        .filter(|quiet| named(quiet.party))
    {
        match by_party.last_mut() {
            Some(types) if types[0].party == quiet.party => types.push(quiet),
            _ => by_party.push(vec![quiet]),
        }
    }
    let learned = |types: &Vec<Quiet>| {
        let parted = types.iter().any(|of| of.behaviour != types[0].behaviour);
        let weight =
            |of: &Quiet, date: usize| model.parties[of.party.0].types[of.kind.0].prior * of.before[date];
        let belief = |date: usize| {
            let all: f64 = types.iter().map(|of| weight(of, date)).sum();
            (all > 0.0).then(|| weight(&types[0], date) / all)
        };
        (parted, (0..=plan.dates()).filter_map(belief).fold(0.0, f64::max))
    };
    Some(Offered {
        test,
        learned: by_party.iter().map(learned).collect(),
    })
}

/// The plan worth most to its proposer. Values of different proposers are not compared: of several proposers the one of
/// the first plan counts.
fn most_valuable(found: Vec<&Offered>) -> Option<&Offered> {
    let first = found.first()?;
    let (proposer, kind) = (&first.test.proposer, &first.test.proposer_type);
    let own = found
        .iter()
        .filter(|other| other.test.proposer == *proposer && other.test.proposer_type == *kind);
    own.max_by(|a, b| a.test.value.total_cmp(&b.test.value)).copied()
}

/// What offers reveal about types and from which belief they pay; yes iff making some offer that pays is the only
/// way to learn: no plan that pays at every belief is kept by all types alike. Only types of the parties that the claim
/// names count, and of all parties where it names none.
pub fn types(case: &Case, claim: &Claim) -> Decided {
    let results: Vec<Offered> = deals(case, claim)
        .into_iter()
        .filter_map(|deal| offered(case, claim, deal))
        .filter(|offered| !offered.learned.is_empty())
        .collect();
    if results.is_empty() {
        return undecidable(match claim.parties.is_empty() {
            true => "No party that answers a proposed plan has more than one type.",
            false => "No party that the claim names answers one of the plans and has more than one type.",
        });
    }
    let parts = |offered: &&Offered| offered.learned.iter().any(|(parted, _)| *parted);
    let paying = |offered: &&Offered| offered.test.value > 0.0 && offered.test.holds;
    let pooling = results
        .iter()
        .filter(|offered| !parts(offered) && offered.test.holds);
    let best = most_valuable(results.iter().filter(parts).filter(paying).collect());
    let pooling = most_valuable(pooling.collect());
    let mut figures = Vec::new();
    let offer = match best {
        Some(Offered { test: best, learned }) => {
            let learned = learned.iter().map(|(_, belief)| *belief).fold(0.0, f64::max);
            let seq = best.p_seq.unwrap_or(1.0);
            figures.push((
                format!("belief from which \"{}\" pays", best.plan),
                best.p_star.unwrap_or(1.0),
            ));
            figures.push((format!("belief from which \"{}\" is carried on", best.plan), seq));
            format!(
                "\"{}\" parts the types (belief up to {learned:.3} on a quiet history) and pays from a belief of {seq:.3} on.",
                best.plan
            )
        }
        None => "No offer that parts the types pays at the stated prior.".to_owned(),
    };
    let caveat = match pooling {
        Some(Offered { test: pooling, .. }) => {
            figures.push((format!("value of \"{}\"", pooling.plan), pooling.value));
            format!(
                "But \"{}\" is kept by every type, so ignorance need not block it and it teaches nothing: only an \
                 offer that some type would refuse or break tells them apart.",
                pooling.plan
            )
        }
        None => "A step that all types answer alike would teach nothing, so learning needs such an offer."
            .to_owned(),
    };
    Decided {
        holds: Some(best.is_some()),
        reason: format!("{offer} {caveat}"),
        figures,
    }
}

/// Whether there are small exchanges that enforce themselves, and whether offering regrets less than not offering. Where
/// the claim names parties, only exchanges among them count, and only offers that one of them proposes.
pub fn small_areas(case: &Case, claim: &Claim, watch: &dyn Watch) -> Decided {
    let limits = areas::Limits {
        issues: 2,
        ..areas::Limits::default()
    };
    let found = areas::areas_among(case, limits, &claim.parties, watch);
    let among = |result: &PlanTest| {
        let named = claim
            .parties
            .iter()
            .any(|party| case.party(*party).name == result.proposer);
        claim.parties.is_empty() || named
    };
    let results: Vec<PlanTest> = deals(case, claim)
        .into_iter()
        .filter_map(|deal| tested(case, deal).ok())
        .filter(among)
        .collect();
    // Each proposer is asked by itself whether it regrets an offer less than making none.
    let regrets = assess::regret(&results);
    let idle_and_best = |regret: &Regret| {
        let least = regret.rows.iter().map(|row| row.largest);
        let idle = regret.rows.first().map_or(0.0, |row| row.largest);
        (idle, least.fold(f64::INFINITY, f64::min))
    };
    let offering = regrets.iter().find(|regret| {
        let (idle, best) = idle_and_best(regret);
        best < idle - ROUNDING
    });
    let (idle, best) = offering.or(regrets.first()).map_or((0.0, 0.0), idle_and_best);
    let areas = found.areas.len();
    let first = match found.areas.first() {
        Some(area) => format!(
            "{areas} minimal exchanges of two issues enforce themselves and are better than no deal for both sides, first {}.",
            area.moves.join(" against ")
        ),
        None => {
            "No exchange of two issues enforces itself and is better than no deal for both sides.".to_owned()
        }
    };
    let second = match offering {
        Some(regret) => format!(
            "To {} offering nothing risks a regret of {idle:.3}, \"{}\" at most {best:.3}.",
            regret.proposer, regret.minimax
        ),
        None => "Of the proposed plans none makes its proposer regret less than offering nothing.".to_owned(),
    };
    let holds = match (found.complete, areas > 0) {
        (false, false) => None,
        (_, some) => Some(some && offering.is_some()),
    };
    Decided {
        holds,
        reason: format!("{first} {second}"),
        figures: vec![
            ("small exchanges".into(), areas as f64),
            ("largest regret of offering nothing".into(), idle),
            ("smallest largest regret of an offer".into(), best),
        ],
    }
}
