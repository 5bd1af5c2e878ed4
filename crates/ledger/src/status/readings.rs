//! Combinations of readings: one option for each passage that is read in more than one way.

use crate::text::agreement::Reading;
use crate::text::document::Node;

/// The most combinations of readings that are followed.
pub const MOST_READINGS: usize = 256;

/// One option for each reading.
#[derive(Debug, Clone, Default)]
pub(crate) struct Combination {
    /// The options that were left open, in words.
    pub name: String,
    /// The fields that the options set.
    pub changes: Vec<(String, Node)>,
}

/// Every combination of options; `chosen` names, for each reading, the option that is not open. None when there are too
/// many of them.
pub(crate) fn combinations(readings: &[Reading], chosen: &[Option<&str>]) -> Option<Vec<Combination>> {
    let options_of = |place: usize, reading: &'_ Reading| -> Vec<usize> {
        let chosen = chosen.get(place).copied().flatten();
        let all = reading.options.iter().enumerate();
        let fits = all.filter(|(_, option)| chosen.is_none_or(|chosen| option.id == chosen));
        fits.map(|(place, _)| place).collect()
    };
    let mut all = vec![Combination::default()];
    for (place, reading) in readings.iter().enumerate() {
        let options = options_of(place, reading);
        let open = chosen.get(place).copied().flatten().is_none();
        if all.len().checked_mul(options.len().max(1))? > MOST_READINGS {
            return None;
        }
        let mut next = Vec::with_capacity(all.len() * options.len().max(1));
        // The first reading changes fastest, as the branches have always been listed.
        for option in &options {
            for before in &all {
                let mut own = before.clone();
                let option = &reading.options[*option];
                if open {
                    let comma = if own.name.is_empty() { "" } else { ", " };
                    own.name
                        .push_str(&format!("{comma}{} = {}", reading.id, option.id));
                }
                own.changes.extend(option.set.iter().cloned());
                next.push(own);
            }
        }
        if !options.is_empty() {
            all = next;
        }
    }
    Some(all)
}
