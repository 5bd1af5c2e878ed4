//! What two parties can get together, as a polygon with named points.
//!
//! Each axis is one party's own scale. A point, a segment and the empty set are ordinary answers and are drawn
//! as such.

use maud::{Markup, html};

use super::scale::Scale;
use super::{Anchor, Face, block_height, drawing, px, text_block};
use crate::view::{Marker, Point, Region};

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 58.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 340.0;
const RIGHT: f64 = 440.0;

/// The region of two parties. `id` must be unique on the page.
pub fn region(view: &Region, id: &str, sentence: &str) -> Markup {
    let places: Vec<Point> = view
        .corners
        .iter()
        .copied()
        .chain(view.markers.iter().map(|m| m.at))
        .collect();
    let across = Scale::covering(places.iter().map(|p| p.x), LEFT, RIGHT);
    let up = Scale::covering(places.iter().map(|p| p.y), BOTTOM, TOP);
    let inside = html! {
        (axes(&across, &up, &view.across, &view.up))
        (shape(view, &across, &up))
        (names(&view.markers, &across, &up))
    };
    drawing(
        id,
        WIDTH,
        HEIGHT,
        "Payoffs the two parties can reach together",
        sentence,
        inside,
    )
}

/// Both axes with ticks and names.
pub(super) fn axes(across: &Scale, up: &Scale, across_name: &str, up_name: &str) -> Markup {
    html! {
        (frame_ticks(across, up))
        (axis_names(across_name, up_name))
    }
}

fn frame_ticks(across: &Scale, up: &Scale) -> Markup {
    html! {
        @for (value, shown) in up.ticks() {
            line class="dt-grid" x1=(px(LEFT)) y1=(px(up.at(value))) x2=(px(RIGHT)) y2=(px(up.at(value))) {}
            (text_block(LEFT - 8.0, up.at(value) - 8.0, Anchor::End, Face::NOTE, "dt-muted", &[shown]))
        }
        @for (value, shown) in across.ticks() {
            line class="dt-grid" x1=(px(across.at(value))) y1=(px(TOP)) x2=(px(across.at(value))) y2=(px(BOTTOM)) {}
            (text_block(across.at(value), BOTTOM + 6.0, Anchor::Middle, Face::NOTE, "dt-muted", &[shown]))
        }
    }
}

/// The names of the axes: above the upright one, below the flat one, never turned on their side.
pub(super) fn axis_names(across_name: &str, up_name: &str) -> Markup {
    let up_lines = Face::NOTE.lines(&format!("↑ {up_name}"), WIDTH - 8.0);
    let across_lines = Face::NOTE.lines(&format!("{across_name} →"), WIDTH - 8.0);
    html! {
        (text_block(2.0, 2.0, Anchor::Start, Face::NOTE, "dt-ink", &up_lines))
        (text_block(RIGHT, BOTTOM + 26.0, Anchor::End, Face::NOTE, "dt-ink", &across_lines))
    }
}

fn shape(view: &Region, across: &Scale, up: &Scale) -> Markup {
    let places: Vec<String> = view
        .corners
        .iter()
        .map(|p| format!("{},{}", px(across.at(p.x)), px(up.at(p.y))))
        .collect();
    let empty = Face::BODY.lines(
        "Nothing is self-enforcing here: the set is empty.",
        RIGHT - LEFT - 40.0,
    );
    html! {
        @match view.corners.as_slice() {
            [] => (text_block((LEFT + RIGHT) / 2.0, (TOP + BOTTOM) / 2.0, Anchor::Middle, Face::BODY, "dt-ink", &empty)),
            [only] => circle class="dt-area" cx=(px(across.at(only.x))) cy=(px(up.at(only.y))) r="5" {},
            _ => polygon class="dt-area" points=(places.join(" ")) {},
        }
    }
}

/// Each marker with its name beside it; names that would collide are moved down.
fn names(markers: &[Marker], across: &Scale, up: &Scale) -> Markup {
    let face = Face {
        size: 12.0,
        bold: true,
    };
    let mut taken: Vec<(f64, f64, f64, f64)> = Vec::new();
    let mut drawn = Vec::new();
    for marker in markers {
        let (x, y) = (across.at(marker.at.x), up.at(marker.at.y));
        let width = face.width(&marker.name);
        let to_the_left = x + 12.0 + width > RIGHT;
        let left = if to_the_left { x - 12.0 - width } else { x + 12.0 };
        let mut top = y - block_height(face, 1) / 2.0;
        while taken
            .iter()
            .any(|&(l, t, w, h)| left < l + w && l < left + width && top < t + h && t < top + h)
        {
            top += 4.0;
        }
        taken.push((left, top, width, block_height(face, 1)));
        drawn.push((x, y, left, top, std::slice::from_ref(&marker.name)));
    }
    html! {
        @for (place, (x, y, left, top, name)) in drawn.iter().enumerate() {
            @if place == 0 {
                circle class="dt-open" cx=(px(*x)) cy=(px(*y)) r="6" {}
            } @else {
                path class="dt-solid" d=(format!("M{} {} l7 7 l-7 7 l-7 -7 z", px(*x), px(*y - 7.0))) {}
            }
            (text_block(*left, *top, Anchor::Start, face, "dt-ink dt-halo", name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corner(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn polygons_segments_points_and_nothing_are_all_drawn() {
        for (corners, expected) in [
            (vec![], "the set is empty"),
            (vec![corner(1.0, 1.0)], "<circle class=\"dt-area\""),
            (
                vec![corner(0.0, 0.0), corner(1.0, 1.0)],
                "<polygon class=\"dt-area\"",
            ),
            (
                vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(0.0, 1.0)],
                "<polygon class=\"dt-area\"",
            ),
        ] {
            let drawn = region(
                &Region {
                    corners,
                    ..Default::default()
                },
                "r",
                "s",
            )
            .0;
            assert!(drawn.contains(expected), "{drawn}");
        }
    }

    #[test]
    fn names_at_one_place_do_not_collide() {
        let marker = |name: &str| Marker {
            name: name.into(),
            at: corner(1.0, 1.0),
        };
        let view = Region {
            markers: vec![marker("no deal"), marker("the deal")],
            ..Default::default()
        };
        let drawn = region(&view, "r", "s").0;
        let places: Vec<&str> = drawn.split("dt-halo").skip(1).collect();
        let y = |text: &str| {
            text.split("y=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .map(str::to_string)
        };
        assert_eq!(places.len(), 2);
        assert_ne!(y(places[0]), y(places[1]));
    }
}
