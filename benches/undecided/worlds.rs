//! Worlds of a bundled case: every judgement with a range is drawn from it.

use std::collections::BTreeMap;

use detente_base::number::to_float;
use detente_case::{Case, Judgement, World};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How a judgement is drawn between its ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// With a peak at the likely value.
    Triangular,
    /// Anything as often as anything else.
    Uniform,
}

/// The world of a seed.
pub fn drawn(case: &Case, draw: Draw, seed: u64) -> World {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut judgements = BTreeMap::new();
    for judgement in &case.judgements {
        let share: f64 = random.random_range(0.0..1.0);
        if let Some(value) = value(judgement, draw, share) {
            judgements.insert(judgement.key.clone(), value);
        }
    }
    World {
        judgements,
        ..World::default()
    }
}

/// The value of which so large a share of draws lies below, to four places; `None` without a range.
fn value(judgement: &Judgement, draw: Draw, share: f64) -> Option<String> {
    let (low, high) = (judgement.low.as_ref()?, judgement.high.as_ref()?);
    let (low, likely, high) = (to_float(low), to_float(&judgement.likely), to_float(high));
    let range = high - low;
    if range <= 0.0 {
        return None;
    }
    let value = match draw {
        Draw::Uniform => low + share * range,
        Draw::Triangular if share * range < likely - low => low + (share * range * (likely - low)).sqrt(),
        Draw::Triangular => high - ((1.0 - share) * range * (high - likely)).sqrt(),
    };
    Some(format!("{value:.4}"))
}
