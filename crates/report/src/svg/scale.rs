//! From values to places: round ticks and the distance between them.

/// A value axis laid on a stretch of the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    step: f64,
}

impl Scale {
    /// An axis that covers all finite `values`, from place `from` to place `to`, with round ends.
    pub fn covering(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if low == high {
            (low, high) = (low - 0.5, high + 0.5);
        }
        let step = round_step((high - low) / 4.0);
        Self {
            low: (low / step).floor() * step,
            high: (high / step).ceil() * step,
            from,
            to,
            step,
        }
    }

    /// The place of a value.
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round values along the axis with their labels.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        (0..=count)
            .map(|place| {
                let value = self.low + self.step * place as f64;
                let shown = format!("{value:.decimals$}");
                let shown = if shown
                    .trim_start_matches('-')
                    .chars()
                    .all(|c| c == '0' || c == '.')
                {
                    "0".to_string()
                } else {
                    shown.replace('-', "\u{2212}")
                };
                (value, shown)
            })
            .collect()
    }
}

/// The least of 1, 2, 2.5, 5, 10 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * 0.999_999)
        .unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        for (values, expected) in [
            (vec![0.0, 1.0], vec!["0", "0.5", "1.0"]),
            (
                vec![-4.4, 2.55],
                vec!["\u{2212}6", "\u{2212}4", "\u{2212}2", "0", "2", "4"],
            ),
            (vec![], vec!["0", "0.5", "1.0"]),
            (vec![3.0], vec!["2.5", "3.0", "3.5"]),
            (vec![f64::NAN, 0.0, 100.0], vec!["0", "50", "100"]),
        ] {
            let scale = Scale::covering(values.clone(), 0.0, 100.0);
            let shown: Vec<String> = scale.ticks().into_iter().map(|(_, shown)| shown).collect();
            assert_eq!(shown, expected, "{values:?}");
        }
    }

    #[test]
    fn ends_fall_on_ends() {
        let scale = Scale::covering([0.0, 10.0], 20.0, 120.0);
        assert_eq!((scale.at(0.0), scale.at(10.0)), (20.0, 120.0));
    }
}
