//! Drawing worlds: one value for every judgement that has a range, inside it.
//!
//! World j of a seed is a pure function of (case, seed, j): a stream of ChaCha of its own. A value is `low + (high − low)·r`
//! with r a whole number of millionths, so that every world can be written down and solved exactly. *Triangular* has its
//! peak at the likely value (inverse: `√(r·c)` below c, `1 − √((1−r)(1−c))` above, c the place of the likely value);
//! *uniform* does not know it. A range with one end runs from there to the likely value.

use detente_base::ids::JudgementId;
use detente_base::number::{Exact, format_exact, to_float};
use detente_case::{Case, World};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How values lie inside their ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// Most about the likely value, least at the ends.
    Triangular,
    /// The same everywhere.
    Uniform,
}

impl Distribution {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Triangular => "triangular",
            Self::Uniform => "uniform",
        }
    }
}

/// Parts of a range.
const PARTS: u64 = 1_000_000;

/// One judgement that is drawn.
#[derive(Debug, Clone)]
struct Drawn {
    id: JudgementId,
    key: String,
    low: Exact,
    width: Exact,
    /// The place of the likely value.
    peak: f64,
}

/// Everything that worlds of a case are drawn from.
#[derive(Debug, Clone)]
pub struct Sampler {
    drawn: Vec<Drawn>,
    base: World,
    seed: u64,
    distribution: Distribution,
}

/// A world that was drawn.
#[derive(Debug, Clone)]
pub struct Draw {
    /// The world.
    pub world: World,
    /// The value of every judgement that is drawn, in the order of [`Sampler::judgements`].
    pub values: Vec<Exact>,
}

impl Sampler {
    /// Draws the judgements named, as far as they have a range, around a world of the case; `case` stands in that world.
    ///
    /// # Errors
    /// A sentence when the worlds would not differ, or when a value lies outside its own range there.
    pub fn new(
        case: &Case,
        base: &World,
        judgements: &[JudgementId],
        seed: u64,
        distribution: Distribution,
    ) -> Result<Self, String> {
        let mut drawn = Vec::new();
        let mut outside = Vec::new();
        for id in judgements {
            let judgement = case.judgement(*id);
            let likely = &judgement.likely;
            let low = judgement.low.as_ref().unwrap_or(likely);
            let high = judgement.high.as_ref().unwrap_or(likely);
            if likely < low || likely > high {
                outside.push(judgement.key.as_str());
            }
            if low < high {
                let width = high - low;
                drawn.push(Drawn {
                    id: *id,
                    key: judgement.key.clone(),
                    peak: to_float(&((likely - low) / &width)).clamp(0.0, 1.0),
                    low: low.clone(),
                    width,
                });
            }
        }
        if !outside.is_empty() {
            return Err(format!(
                "outside its own range in this world, so that nothing can be drawn around it: {}",
                outside.join(", ")
            ));
        }
        if drawn.is_empty() {
            return Err(
                "no judgement that enters the game has a range, so all worlds would be the same; give the numbers that are \
                 uncertain a low and a high end"
                    .into(),
            );
        }
        Ok(Self {
            drawn,
            base: base.clone(),
            seed,
            distribution,
        })
    }

    /// The judgements that are drawn.
    pub fn judgements(&self) -> impl ExactSizeIterator<Item = JudgementId> {
        self.drawn.iter().map(|drawn| drawn.id)
    }

    /// The world with this number.
    #[must_use]
    pub fn draw(&self, number: u64) -> Draw {
        let mut source = ChaCha8Rng::seed_from_u64(self.seed);
        source.set_stream(number);
        let mut world = self.base.clone();
        let mut values = Vec::with_capacity(self.drawn.len());
        for drawn in &self.drawn {
            // 2^64 is so much more than the parts that none is favoured by as much as a trillionth.
            let even = source.next_u64() % (PARTS + 1);
            let part = match self.distribution {
                Distribution::Uniform => even,
                Distribution::Triangular => triangular(even as f64 / PARTS as f64, drawn.peak),
            };
            let share = Exact::from(part) / Exact::from(PARTS);
            let value = &drawn.low + &drawn.width * share;
            world.judgements.insert(drawn.key.clone(), format_exact(&value));
            values.push(value);
        }
        Draw { world, values }
    }
}

/// The part of the range below which a share of the triangle lies.
fn triangular(share: f64, peak: f64) -> u64 {
    let place = match share < peak {
        true => (share * peak).sqrt(),
        false => 1.0 - ((1.0 - share) * (1.0 - peak)).sqrt(),
    };
    (place.clamp(0.0, 1.0) * PARTS as f64).round() as u64
}
