//! The lanes of a ladder and the bands across all of them: where things stand before, after and on a breach.

use maud::{Markup, html};

use super::{Anchor, Face, block_height, px, text_block};

/// Room on the left for the names of the periods.
pub(super) const GUTTER: f64 = 112.0;
/// Room between a border and its text.
pub(super) const PADDING: f64 = 9.0;
const RIGHT: f64 = 44.0;

/// Where the lanes are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes {
    count: usize,
    lane: f64,
}

impl Lanes {
    pub(super) fn new(count: usize) -> Self {
        let count = count.max(1);
        Self {
            count,
            lane: (830.0 / count as f64).clamp(160.0, 300.0).floor(),
        }
    }

    pub(super) fn width(self) -> f64 {
        GUTTER + self.lane * self.count as f64 + RIGHT
    }

    pub(super) fn left(self) -> f64 {
        GUTTER
    }

    pub(super) fn right(self) -> f64 {
        self.width() - RIGHT
    }

    pub(super) fn middle(self, lane: usize) -> f64 {
        GUTTER + self.lane * (lane as f64 + 0.5)
    }

    pub(super) fn card(self) -> f64 {
        self.lane - 14.0
    }
}

/// A band across all lanes. It may say of each party what it then holds.
pub(super) struct Band {
    label: Vec<String>,
    words: Vec<String>,
    columns: Vec<(f64, Vec<String>)>,
    pub(super) top: f64,
    left: f64,
    width: f64,
}

impl Band {
    pub(super) fn new(label: &str, words: &str, lanes: Lanes, top: f64) -> Self {
        let width = lanes.right() - lanes.left() - 14.0;
        Self {
            label: Face::STRONG.lines(label, GUTTER - 14.0),
            words: Face::BODY.lines(words, width - 28.0),
            columns: Vec::new(),
            top,
            left: lanes.left() + 7.0,
            width,
        }
    }

    /// The same band with words under each lane, one entry a lane.
    pub(super) fn with_columns(mut self, words: &[&str], lanes: Lanes) -> Self {
        if words.iter().any(|words| !words.is_empty()) {
            let inner = lanes.card() - 2.0 * PADDING;
            let column = |(lane, words): (usize, &&str)| {
                let left = lanes.middle(lane) - lanes.card() / 2.0 + PADDING + 5.0;
                (left, Face::NOTE.lines(words, inner))
            };
            self.columns = words.iter().enumerate().map(column).collect();
            // The columns say it party by party; more than a line of the same would only be read twice.
            if self.words.len() > 1 {
                self.words.clear();
            }
        }
        self
    }

    pub(super) fn height(&self) -> f64 {
        self.words_height() + self.columns_height() + 2.0 * PADDING
    }

    fn words_height(&self) -> f64 {
        if self.words.is_empty() && !self.columns.is_empty() {
            return 0.0;
        }
        block_height(Face::BODY, self.words.len().max(self.label.len()).max(1))
    }

    fn columns_height(&self) -> f64 {
        let tallest = self
            .columns
            .iter()
            .map(|(_, lines)| lines.len())
            .max()
            .unwrap_or(0);
        match (tallest, self.words.is_empty()) {
            (0, _) => 0.0,
            (_, true) => block_height(Face::NOTE, tallest),
            (_, false) => block_height(Face::NOTE, tallest) + PADDING,
        }
    }

    pub(super) fn bottom(&self) -> f64 {
        self.top + self.height()
    }

    pub(super) fn draw(&self, class: &str) -> Markup {
        let alone = self.words.is_empty();
        let head = if alone {
            self.height()
        } else {
            self.height() - self.columns_height()
        };
        let text_top = self.top + (head - block_height(Face::BODY, self.words.len())) / 2.0;
        let label_top = self.top + (head - block_height(Face::STRONG, self.label.len())) / 2.0;
        let columns_top = if alone {
            self.top + PADDING - 2.0
        } else {
            self.top + head - PADDING / 2.0
        };
        html! {
            (text_block(0.0, label_top, Anchor::Start, Face::STRONG, "dt-ink", &self.label))
            g class="dt-card" {
                rect class=(class) x=(px(self.left)) y=(px(self.top)) width=(px(self.width))
                    height=(px(self.height())) rx="4" {}
                (text_block(self.left + 14.0, text_top, Anchor::Start, Face::BODY, "dt-ink", &self.words))
                @for (left, lines) in &self.columns {
                    (text_block(*left, columns_top, Anchor::Start, Face::NOTE, "dt-muted", lines))
                }
            }
        }
    }
}
