//! Sections added by later kinds of analysis: a sentence, then figures, each with its sentence and its table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Amount, Ladder};

/// A section of its own, with a heading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Section {
    /// The anchor of its heading: lower-case letters, digits and hyphens.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The section's answer in one sentence, read first.
    pub sentence: String,
    /// Figures in order.
    pub figures: Vec<Figure>,
}

/// A drawing with the sentence that says what it shows and the table that says the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Figure {
    /// A short title.
    pub title: String,
    /// What the figure shows, in one sentence.
    pub sentence: String,
    /// The drawing; a figure may be a table only.
    pub chart: Option<Chart>,
    /// The same content as a table.
    pub table: Table,
}

/// The kinds of drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    /// What two parties can get together: a polygon with named points.
    Region(Region),
    /// Lines or steps over one axis.
    Lines(LineChart),
    /// Another deal as a ladder.
    Ladder(Ladder),
}

/// A table whose first column names the row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Table {
    /// What the table holds.
    pub caption: String,
    /// Column headings.
    pub columns: Vec<String>,
    /// Rows; each as long as the headings.
    pub rows: Vec<Vec<String>>,
}

/// The payoffs two parties can reach together. Each axis is one party's own scale.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Region {
    /// The horizontal axis: a party and its scale, in words.
    pub across: String,
    /// The vertical axis: the other party and its scale.
    pub up: String,
    /// Corners in order around the polygon; two make a segment, one a point, none an empty set.
    pub corners: Vec<Point>,
    /// Points with names: no deal, the deal.
    pub markers: Vec<Marker>,
}

/// A place in a drawing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Position on the horizontal axis.
    pub x: f64,
    /// Position on the vertical axis.
    pub y: f64,
}

/// A named place in a drawing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub at: Point,
}

/// Values over an ordered axis: belief over time, a frontier, a window.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LineChart {
    /// The horizontal axis in words, with its unit.
    pub across: String,
    /// The vertical axis in words, with its unit.
    pub up: String,
    /// The lines.
    pub series: Vec<Series>,
    /// Horizontal reference lines with names, for example a break-even prior.
    pub levels: Vec<(String, Amount)>,
    /// Labels for positions of the horizontal axis; without any, the positions are numbered.
    pub ticks: Vec<(f64, String)>,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Series {
    /// Its name, written at its end.
    pub name: String,
    /// Whether the value stays until the next point (a step) instead of changing evenly (a line).
    pub steps: bool,
    /// Points from left to right.
    pub points: Vec<Point>,
}
