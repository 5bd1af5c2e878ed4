//! A set as JSON, as words and as a drawing.

use detente_game::table::{TableState, content_hash};
use detente_report::svg::{region, standalone};
use detente_report::view::{Marker, Point, Region};
use detente_sets::{Coordinate, SetAnswer, SetLimits, Stop};
use serde_json::{Map, Value, json};

use super::Loaded;
use crate::failure::Failure;

const CONCEPT: &str = "subgame-perfect equilibria in pure strategies with perfect monitoring and a public lottery \
each period; payoffs are per-period averages";

fn number(value: &Coordinate) -> Value {
    match value {
        Coordinate::Exact(value) => json!(value.to_string()),
        // Adding nothing turns a zero with a minus into a plain one.
        Coordinate::Near(value) => json!(value + 0.0),
    }
}

/// The result for programs: exact numbers as strings, others as numbers.
pub fn as_json(loaded: &Loaded, answer: &SetAnswer, limits: &SetLimits, seconds: u64) -> Value {
    let game = &loaded.game;
    let (mut states, mut threats, mut vertices) = (Map::new(), Map::new(), Map::new());
    for (s, set) in answer.states.iter().enumerate() {
        let threat = match set.threat.is_empty() {
            true => Value::Null,
            false => set.threat.iter().map(number).collect(),
        };
        let corners: Value = set
            .vertices
            .iter()
            .map(|corner| corner.iter().map(number).collect::<Value>())
            .collect();
        let exists = match (set.none, set.vertices.is_empty()) {
            (true, _) => json!(false),
            (false, true) => Value::Null,
            (false, false) => json!(true),
        };
        let outer = set.outer.iter().map(|(u, level)| {
            let plain: Vec<f64> = u.iter().map(|part| part + 0.0).collect();
            json!({ "direction": plain, "level": level + 0.0 })
        });
        states.insert(
            s.to_string(),
            json!({
                "label": game.label(TableState::at(s)),
                "exists": exists,
                "threat": threat,
                "vertices": corners,
                "outer": outer.collect::<Value>(),
            }),
        );
        threats.insert(s.to_string(), threat);
        vertices.insert(s.to_string(), corners);
    }
    json!({
        "kind": "equilibrium-sets",
        "version": env!("CARGO_PKG_VERSION"),
        "concept": CONCEPT,
        "game": {
            "name": game.name(),
            "hash": content_hash(game),
            "players": game.parties(),
            "discount": game.discount().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "today": loaded.today.map(TableState::index),
        },
        "world": loaded.world(),
        "stop": answer.stop.word(),
        "exact": matches!(answer.stop, Stop::Exact | Stop::Empty),
        "inner_gap": answer.inner_gap,
        "outer_gap": answer.outer_gap,
        "steps": answer.steps,
        "states": states,
        "threat": threats,
        "vertices": vertices,
        "limits": { "steps": limits.steps, "gap": limits.gap_for(game.parties()), "seconds": seconds },
        "notes": answer.notes,
    })
}

fn headline(answer: &SetAnswer) -> String {
    match answer.stop {
        Stop::Exact => {
            "All equilibrium payoffs, exactly: every corner is proved and nothing lies outside.".to_owned()
        }
        Stop::Empty => "No equilibrium in pure strategies, proved.".to_owned(),
        _ if answer.outer_gap.is_infinite() => format!(
            "Outer bounds on the equilibrium payoffs are proved{}, and no payoff is proved possible; {}.",
            along(answer),
            answer.stop.word()
        ),
        _ => format!(
            "Equilibrium payoffs up to {:.1e} outside and {} inside (proved{}); {}.",
            answer.outer_gap,
            answer
                .inner_gap
                .map_or("an unknown gap".to_owned(), |gap| format!("{gap:.1e}")),
            along(answer),
            answer.stop.word()
        ),
    }
}

/// The result for people.
pub fn as_text(loaded: &Loaded, answer: &SetAnswer) -> String {
    let game = &loaded.game;
    let mut lines = vec![headline(answer)];
    let none = answer.states.iter().filter(|set| set.none).count();
    if none > 0 && answer.stop != Stop::Empty {
        let all = answer.states.len();
        lines.push(format!(
            "{none} of {all} states have no equilibrium in pure strategies."
        ));
    }
    let shown: Vec<usize> = match loaded.today {
        Some(today) => vec![today.index()],
        None => (0..answer.states.len().min(20)).collect(),
    };
    for s in &shown {
        let set = &answer.states[*s];
        let name = match loaded.today {
            Some(_) => format!("Today ({})", loaded.parties.join(", ")),
            None => format!("State {}", game.label(TableState::at(*s))),
        };
        if set.vertices.is_empty() {
            let what = if set.none {
                "no equilibrium in pure strategies"
            } else {
                "no payoff is proved possible"
            };
            lines.push(format!("{name}: {what}"));
            continue;
        }
        let corners: Vec<String> = set.vertices.iter().map(|corner| tuple(corner)).collect();
        lines.push(format!(
            "{name}: worst {}; corners {}",
            tuple(&set.threat),
            corners.join(" ")
        ));
    }
    if shown.len() < answer.states.len() {
        lines.push(format!(
            "{} more states are shown with --json.",
            answer.states.len() - shown.len()
        ));
    }
    lines.extend(answer.notes.iter().cloned());
    lines.push(format!("Concept: {CONCEPT}."));
    lines.push(format!("Game {}.", content_hash(game)));
    lines.join("\n") + "\n"
}

fn tuple(corner: &[Coordinate]) -> String {
    let list: Vec<String> = corner.iter().map(show).collect();
    format!("({})", list.join(", "))
}

fn show(value: &Coordinate) -> String {
    match value {
        Coordinate::Exact(exact) if exact.to_string().len() <= 16 => exact.to_string(),
        other => significant(other.to_float()),
    }
}

/// A number with ten significant digits, without zeros at its end and without a minus before nothing.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let places = 9 - value.abs().log10().floor() as i32;
    if !(0..=15).contains(&places) {
        return format!("{value:.9e}");
    }
    let text = format!("{value:.*}", places.unsigned_abs() as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// The payoffs of a state as an SVG file.
pub fn drawing(loaded: &Loaded, answer: &SetAnswer, state: TableState) -> Result<String, Failure> {
    if loaded.game.parties() != 2 {
        return Err(Failure::BadCall(
            "--svg draws the payoffs of two parties only".to_owned(),
        ));
    }
    let set = &answer.states[state.index()];
    let point = |corner: &[Coordinate]| Point {
        x: corner[0].to_float(),
        y: corner[1].to_float(),
    };
    let mut markers = Vec::new();
    if set.threat.len() == 2 {
        markers.push(Marker {
            name: "worst for both".to_owned(),
            at: point(&set.threat),
        });
    }
    let view = Region {
        across: loaded.parties[0].clone(),
        up: loaded.parties[1].clone(),
        corners: set.vertices.iter().map(|corner| point(corner)).collect(),
        markers,
    };
    let sentence = format!("{} {CONCEPT}.", headline(answer));
    Ok(standalone(&region(&view, "payoffs", &sentence)))
}

/// Along how many directions the outer gap of three and more parties was measured: between them it may be wider.
fn along(answer: &SetAnswer) -> String {
    let parties = answer.states.iter().map(|set| set.threat.len()).max();
    let directions = answer.states.iter().map(|set| set.outer.len()).max();
    match (parties, directions) {
        (Some(3..), Some(count)) => format!(", measured along {count} directions"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn numbers_keep_their_digits_at_every_size() {
        for (value, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (-2.0 / 3.0, "-0.6666666667"),
            (1234.5, "1234.5"),
            (1e12, "1.000000000e12"),
            (4.448_262_013_845_17e-13, "4.448262014e-13"),
            (-3.5e-5, "-0.000035"),
        ] {
            assert_eq!(significant(value), shown);
        }
    }
}
