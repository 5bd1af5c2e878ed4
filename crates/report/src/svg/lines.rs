//! Lines and steps over an ordered axis: a belief over time, a frontier, a window.
//!
//! Lines differ by dash pattern and carry their name at the end; colour only helps.

use maud::{Markup, html};

use super::scale::Scale;
use super::{Anchor, Face, block_height, drawing, px, text_block};
use crate::view::{LineChart, Series};

const LEFT: f64 = 52.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 280.0;
const RIGHT: f64 = 470.0;
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 340.0;

/// The lines. `id` must be unique on the page.
pub fn lines(view: &LineChart, id: &str, sentence: &str) -> Markup {
    let places = || view.series.iter().flat_map(|series| &series.points);
    let across = Scale::covering(
        places().map(|p| p.x).chain(view.ticks.iter().map(|(at, _)| *at)),
        LEFT,
        RIGHT,
    );
    let levels = view.levels.iter().map(|(_, amount)| amount.at);
    let up = Scale::covering(places().map(|p| p.y).chain(levels), BOTTOM, TOP);
    let inside = html! {
        (grid(view, &across, &up))
        @for (name, amount) in &view.levels {
            @let y = up.at(amount.at);
            line class="dt-level" x1=(px(LEFT)) y1=(px(y)) x2=(px(RIGHT)) y2=(px(y)) {}
            (text_block(LEFT + 6.0, y - 17.0, Anchor::Start, Face::NOTE, "dt-ink dt-halo",
                &[format!("{name} {}", amount.shown)]))
        }
        @for (place, series) in view.series.iter().enumerate() {
            path class={ "dt-line dt-dash-" (place % 4) " dt-lane-" (place % 6) } d=(path(series, &across, &up)) {}
        }
        (end_names(view, &up))
    };
    let title = format!("{} over {}", view.up, view.across);
    drawing(id, WIDTH, HEIGHT, &title, sentence, inside)
}

fn grid(view: &LineChart, across: &Scale, up: &Scale) -> Markup {
    let ticks = if view.ticks.is_empty() {
        across.ticks()
    } else {
        view.ticks.clone()
    };
    let room = (RIGHT - LEFT) / ticks.len().max(1) as f64 - 6.0;
    html! {
        @for (value, shown) in up.ticks() {
            line class="dt-grid" x1=(px(LEFT)) y1=(px(up.at(value))) x2=(px(RIGHT)) y2=(px(up.at(value))) {}
            (text_block(LEFT - 8.0, up.at(value) - 8.0, Anchor::End, Face::NOTE, "dt-muted", &[shown]))
        }
        @for (value, shown) in ticks {
            @let x = across.at(value);
            line class="dt-axis" x1=(px(x)) y1=(px(BOTTOM)) x2=(px(x)) y2=(px(BOTTOM + 5.0)) {}
            (text_block(x, BOTTOM + 7.0, Anchor::Middle, Face::NOTE, "dt-muted", &Face::NOTE.lines(&shown, room.max(24.0))))
        }
        line class="dt-axis" x1=(px(LEFT)) y1=(px(BOTTOM)) x2=(px(RIGHT)) y2=(px(BOTTOM)) {}
        (text_block(2.0, 2.0, Anchor::Start, Face::NOTE, "dt-ink", &[format!("↑ {}", view.up)]))
        (text_block(RIGHT, HEIGHT - 18.0, Anchor::End, Face::NOTE, "dt-ink", &[format!("{} →", view.across)]))
    }
}

fn path(series: &Series, across: &Scale, up: &Scale) -> String {
    let mut path = String::new();
    for (place, point) in series.points.iter().enumerate() {
        let (x, y) = (px(across.at(point.x)), px(up.at(point.y)));
        path += &match (place, series.steps) {
            (0, _) => format!("M{x} {y}"),
            (_, false) => format!(" L{x} {y}"),
            (_, true) => format!(" H{x} V{y}"),
        };
    }
    path
}

/// The names at the ends of the lines, moved apart where lines end together.
fn end_names(view: &LineChart, up: &Scale) -> Markup {
    let face = Face {
        size: 12.0,
        bold: true,
    };
    let mut names: Vec<(f64, Vec<String>, usize)> = view
        .series
        .iter()
        .enumerate()
        .filter_map(|(place, series)| {
            let last = series.points.last()?;
            Some((
                up.at(last.y) - face.line() / 2.0,
                face.lines(&series.name, WIDTH - RIGHT - 50.0),
                place,
            ))
        })
        .collect();
    names.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    let mut free = 0.0_f64;
    for (top, lines, _) in &mut names {
        *top = top.max(free);
        free = *top + block_height(face, lines.len()) + 2.0;
    }
    html! {
        @for (top, name, place) in &names {
            line class={ "dt-line dt-dash-" (place % 4) " dt-lane-" (place % 6) } x1=(px(RIGHT + 8.0))
                y1=(px(top + face.line() / 2.0 + 1.0)) x2=(px(RIGHT + 34.0)) y2=(px(top + face.line() / 2.0 + 1.0)) {}
            (text_block(RIGHT + 40.0, *top, Anchor::Start, face, "dt-ink", name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Point;

    fn series(steps: bool) -> Series {
        let points = [(0.0, 0.0), (1.0, 1.0)].map(|(x, y)| Point { x, y }).to_vec();
        Series {
            name: "belief".into(),
            steps,
            points,
        }
    }

    #[test]
    fn a_step_stays_until_the_next_point_and_a_line_does_not() {
        let scale = Scale::covering([0.0, 1.0], 0.0, 10.0);
        assert_eq!(path(&series(true), &scale, &scale), "M0 0 H10 V10");
        assert_eq!(path(&series(false), &scale, &scale), "M0 0 L10 10");
    }

    #[test]
    fn names_of_lines_that_end_together_stand_apart() {
        let view = LineChart {
            series: vec![series(false), series(true)],
            ..Default::default()
        };
        let drawn = lines(&view, "l", "s").0;
        let tops: Vec<&str> = drawn
            .split("x=\"510\" y=\"")
            .skip(1)
            .map(|rest| &rest[..rest.find('"').unwrap()])
            .collect();
        assert_eq!(tops.len(), 2);
        assert_ne!(tops[0], tops[1]);
    }
}
