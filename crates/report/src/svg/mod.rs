//! Drawings as SVG: text stays text, shapes and words carry the meaning, colour only helps.
//!
//! A drawing is markup for a page whose style sheet contains [`STYLE`]; [`standalone`] makes a file of it.
//! The same input gives the same bytes.

mod band;
mod ladder;
mod lettering;
mod lines;
mod region;
mod scale;
mod strip;

use maud::{Markup, PreEscaped, html};

use crate::view::Chart;

pub use ladder::ladder;
pub use lettering::Face;
pub use lines::lines;
pub use region::region;
pub use strip::strip;

/// The style rules of every drawing.
pub const STYLE: &str = include_str!("drawing.css");

/// The drawing of any kind of chart. `id` must be unique on the page.
pub fn chart(chart: &Chart, id: &str, sentence: &str) -> Markup {
    match chart {
        Chart::Region(view) => region(view, id, sentence),
        Chart::Lines(view) => lines(view, id, sentence),
        Chart::Ladder(view) => ladder(view, id),
    }
}

/// A drawing as a file of its own.
pub fn standalone(drawing: &Markup) -> String {
    let style = format!("<style>{STYLE}</style>");
    let text = &drawing.0;
    let inside = text.find('>').map_or(0, |end| end + 1);
    format!("{}{style}{}\n", &text[..inside], &text[inside..])
}

/// The outer element with its name and description for those who do not see it.
fn drawing(id: &str, width: f64, height: f64, title: &str, description: &str, inside: Markup) -> Markup {
    let view_box = format!("0 0 {} {}", px(width), px(height));
    let (title_id, description_id) = (format!("{id}-title"), format!("{id}-description"));
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class="dt" role="img" viewBox=(view_box)
            width=(px(width)) height=(px(height))
            aria-labelledby={ (title_id) " " (description_id) } {
            title id=(title_id) { (title) }
            desc id=(description_id) { (description) }
            (inside)
        }
    }
}

/// A coordinate with at most one decimal, so that bytes do not depend on the last bits of a float.
fn px(value: f64) -> String {
    let tenths = (value * 10.0).round() as i64;
    if tenths % 10 == 0 {
        (tenths / 10).to_string()
    } else {
        format!("{}.{}", sign(tenths), tenths.abs() % 10)
    }
}

fn sign(tenths: i64) -> String {
    if tenths < 0 {
        format!("-{}", tenths.abs() / 10)
    } else {
        (tenths / 10).to_string()
    }
}

/// Where lines of text are set from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Lines of text whose block begins at `top`.
fn text_block(x: f64, top: f64, anchor: Anchor, face: Face, class: &str, lines: &[String]) -> Markup {
    if lines.is_empty() {
        return PreEscaped(String::new());
    }
    let weight = if face.bold { "600" } else { "400" };
    html! {
        text class=(class) text-anchor=(anchor.word()) font-size=(px(face.size)) font-weight=(weight) {
            @for (place, line) in lines.iter().enumerate() {
                tspan x=(px(x)) y=(px(top + face.line() * place as f64 + face.size)) { (line) }
            }
        }
    }
}

/// The height of a block of lines.
fn block_height(face: Face, lines: usize) -> f64 {
    face.line() * lines as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_signed() {
        for (value, expected) in [
            (1.0, "1"),
            (1.25, "1.3"),
            (-0.5, "-0.5"),
            (-12.04, "-12"),
            (0.04, "0"),
            (-0.04, "0"),
        ] {
            assert_eq!(px(value), expected);
        }
    }

    #[test]
    fn a_standalone_drawing_brings_its_style() {
        let file = standalone(&drawing("d", 10.0, 10.0, "T", "D", html! { path d="M0 0"; }));
        assert!(file.starts_with("<svg xmlns=") && file.contains("<style>") && file.ends_with("</svg>\n"));
    }
}
