//! Why a type does not keep an offer: the one feature which, relaxed alone, makes it keep.

use detente_base::ids::PartyId;
use detente_base::number::Exact;

use crate::exact::Payoffs;
use crate::offer::Offer;
use crate::play::Play;
use crate::problem::Problem;
use crate::respond::{Allowed, about_gain, respond};

/// A feature of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Alarms are forgiven.
    Pardons,
    /// Breaches of the type's own issues are seen by chance only.
    Notice,
    /// They are seen late.
    Lag,
    /// There are alarms without a breach.
    FalseAlarms,
    /// The snapback starts late.
    SpeedOfSnapback,
    /// Part of what was given stays given.
    WhatPersists,
}

/// All features.
pub const FEATURES: [Feature; 6] = [
    Feature::Pardons,
    Feature::Notice,
    Feature::Lag,
    Feature::FalseAlarms,
    Feature::SpeedOfSnapback,
    Feature::WhatPersists,
];

/// An offer with one feature relaxed; nothing where that changes nothing.
#[must_use]
pub fn relaxed(play: &Play, offer: &Offer, party: PartyId, feature: Feature) -> Option<Offer> {
    let mut other = offer.clone();
    for (place, terms) in other.terms.iter_mut().enumerate() {
        let own = play.case.issues[place].party == Some(party);
        match feature {
            Feature::Notice if own => terms.noticed = Exact::ONE,
            Feature::Lag if own => terms.lag = 1,
            Feature::FalseAlarms => terms.false_alarm = Exact::ZERO,
            Feature::SpeedOfSnapback => terms.restored = 0,
            Feature::WhatPersists => terms.persists = Exact::ZERO,
            _ => {}
        }
    }
    if feature == Feature::Pardons {
        other.pardons = 0;
    }
    (other.terms != offer.terms || other.pardons != offer.pardons).then_some(other)
}

/// The features which, relaxed one at a time, make a type keep an offer.
///
/// # Errors
/// A sentence that names the limit that was reached.
pub fn reasons(play: &Play, offer: &Offer, party: PartyId, kind: usize) -> Result<Vec<Feature>, String> {
    let mut found = Vec::new();
    for feature in FEATURES {
        let Some(other) = relaxed(play, offer, party, feature) else {
            continue;
        };
        let problem = Problem::of_offer(play, &other, party).map_err(|error| error.0)?;
        let payoffs = Payoffs::of_type(play, &problem, kind);
        if about_gain(&problem, &payoffs) > 1e-7 {
            continue;
        }
        let response = respond(&problem, &payoffs, Allowed::All)?;
        if response.first_breach(&problem).is_none() {
            found.push(feature);
        }
    }
    Ok(found)
}
