//! Shares of worlds with their Wilson intervals (Wilson 1927), 95 %.
//!
//! Of n worlds k: centre `(p + z²/2n)/(1 + z²/n)`, half width `z·√(p(1−p)/n + z²/4n²)/(1 + z²/n)`, p = k/n. With undecided
//! worlds the share of possible ones lies between the low end for those proved possible and the high end for those and
//! the undecided together.

/// The quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The Wilson interval of a share.
#[must_use]
pub fn wilson(count: u64, of: u64) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (of as f64, count as f64 / of as f64);
    let scale = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// How many worlds had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Proved possible.
    pub possible: u64,
    /// Proved impossible.
    pub impossible: u64,
    /// Neither.
    pub undecided: u64,
}

impl Counts {
    /// All worlds.
    #[must_use]
    pub fn all(self) -> u64 {
        self.possible + self.impossible + self.undecided
    }

    /// Between what the share of worlds lies in which a deal is possible.
    #[must_use]
    pub fn share_possible(self) -> (f64, f64) {
        let all = self.all();
        let high = wilson(self.possible + self.undecided, all).1;
        (wilson(self.possible, all).0, high)
    }

    /// Between what the share of worlds lies in which it is impossible.
    #[must_use]
    pub fn share_impossible(self) -> (f64, f64) {
        let all = self.all();
        (
            wilson(self.impossible, all).0,
            wilson(self.impossible + self.undecided, all).1,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked numbers of the uncertainty notes of November 2026, section 2.
    #[test]
    fn intervals_are_those_worked_by_hand() {
        for (count, of, low, high) in [
            (62, 100, 0.522_098, 0.709_024),
            (0, 100, 0.0, 0.036_993),
            (400, 400, 0.990_488, 1.0),
            (17, 24, 0.508_323, 0.850_854),
            (13, 16, 0.569_911, 0.934_084),
            (990, 1000, 0.981_691, 0.994_559),
        ] {
            let found = wilson(count, of);
            assert!(
                (found.0 - low).abs() < 5e-7 && (found.1 - high).abs() < 5e-7,
                "{count}/{of}: {found:?}"
            );
        }
    }

    #[test]
    fn half_widths_need_so_many_worlds() {
        for (half, worlds) in [(0.1, 93), (0.05, 381), (0.03, 1_064), (0.01, 9_600)] {
            let enough = |of: u64| {
                let (low, high) = wilson(of / 2, of);
                (high - low) / 2.0 <= half
            };
            assert_eq!((10..40_000).find(|of| enough(*of)), Some(worlds), "{half}");
        }
    }

    #[test]
    fn undecided_worlds_widen_the_interval() {
        let counts = Counts {
            possible: 13,
            impossible: 0,
            undecided: 3,
        };
        assert_eq!(counts.share_possible(), (wilson(13, 16).0, 1.0));
        assert_eq!(counts.share_impossible().0, 0.0);
        assert_eq!(counts.share_impossible().1, wilson(3, 16).1);
    }
}
