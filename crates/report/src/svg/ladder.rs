//! A deal as a ladder: one lane a party, time running down, each step a rung.
//!
//! Moves are cards on their party's rail. A card's border says what is particular about the move (dashed: a
//! cheap gesture; doubled: cannot be undone), and so do words on the card. The dashed line on the right is
//! the snapback: from any step back to where it leads.

use maud::{Markup, html};

use super::band::{Band, GUTTER, Lanes, PADDING};
use super::{Anchor, Face, block_height, drawing, px, text_block};
use crate::view::{Ladder, LadderMove, Mark, Step};

const CARD_GAP: f64 = 8.0;
const ROW_GAP: f64 = 22.0;
const ACCENT: f64 = 6.0;

/// The ladder of a deal. `id` must be unique on the page.
pub fn ladder(view: &Ladder, id: &str) -> Markup {
    let parties = view.parties();
    let lanes = Lanes::new(parties.len());
    let head = Head::new(&parties, lanes);
    let starts: Vec<&str> = parties.iter().map(|party| view.starts(party)).collect();
    let today = Band::new("Today", &view.today, lanes, head.bottom + 8.0).with_columns(&starts, lanes);
    let mut rows = Vec::new();
    let mut top = today.bottom() + ROW_GAP;
    for (place, step) in view.steps.iter().enumerate() {
        let row = Row::new(place + 1, step, &parties, lanes, top);
        top = row.top + row.height + ROW_GAP;
        rows.push(row);
    }
    let settles: Vec<&str> = parties.iter().map(|party| view.settles(party)).collect();
    let settlement = Band::new("Settlement", &view.settlement, lanes, top).with_columns(&settles, lanes);
    let reached = if view.settlement.is_empty() {
        top - ROW_GAP
    } else {
        settlement.bottom()
    };
    let snapback = Band::new("If anyone departs", &view.snapback, lanes, reached + 30.0);
    let bottom = if view.snapback.is_empty() {
        reached
    } else {
        snapback.bottom()
    };
    let rails = (head.bottom + 2.0, reached);
    let inside = html! {
        @for lane in 0..parties.len() {
            line class={ "dt-rail dt-lane-" (lane % 6) } x1=(px(lanes.middle(lane))) y1=(px(rails.0))
                x2=(px(lanes.middle(lane))) y2=(px(rails.1)) {}
        }
        (head.draw(lanes))
        (today.draw("dt-band"))
        @for row in &rows { (row.draw(lanes)) }
        @if !view.settlement.is_empty() { (settlement.draw("dt-band dt-settlement")) }
        @if !view.snapback.is_empty() {
            (snapback.draw("dt-band dt-snapback"))
            (return_path(&snapback, &today, &rows, lanes))
        }
    };
    drawing(
        id,
        lanes.width(),
        bottom + 6.0,
        "The deal as a ladder of steps",
        &described(view),
        inside,
    )
}

/// What the drawing says, in words.
fn described(view: &Ladder) -> String {
    let steps: Vec<String> = view
        .steps
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let moves: Vec<String> = step
                .moves
                .iter()
                .map(|m| format!("{}: {}", m.by, m.words))
                .collect();
            let breaks = if step.breaks.is_empty() {
                ""
            } else {
                " It breaks here."
            };
            format!("Step {}, {}: {}.{breaks}", place + 1, step.when, moves.join("; "))
        })
        .collect();
    format!(
        "{} {} The table after the drawing says the same.",
        view.sentence,
        steps.join(" ")
    )
}

/// The parties' names above their lanes.
struct Head {
    names: Vec<Vec<String>>,
    bottom: f64,
}

impl Head {
    fn new(parties: &[&str], lanes: Lanes) -> Self {
        let names: Vec<Vec<String>> = parties
            .iter()
            .map(|party| Face::NAME.lines(party, lanes.card()))
            .collect();
        let tallest = names.iter().map(Vec::len).max().unwrap_or(0);
        Self {
            names,
            bottom: 4.0 + block_height(Face::NAME, tallest) + 6.0,
        }
    }

    fn draw(&self, lanes: Lanes) -> Markup {
        html! {
            @for (lane, name) in self.names.iter().enumerate() {
                @let top = self.bottom - 6.0 - block_height(Face::NAME, name.len());
                (text_block(lanes.middle(lane), top, Anchor::Middle, Face::NAME, "dt-ink", name))
            }
        }
    }
}

/// One step: its label and the cards of its moves.
struct Row {
    number: usize,
    when: Vec<String>,
    breaks: bool,
    cards: Vec<Card>,
    idle: Vec<usize>,
    top: f64,
    height: f64,
}

impl Row {
    fn new(number: usize, step: &Step, parties: &[&str], lanes: Lanes, top: f64) -> Self {
        let mut cards = Vec::new();
        let mut idle = Vec::new();
        let mut heights = Vec::new();
        for (lane, party) in parties.iter().enumerate() {
            let mut offset = 0.0;
            for the_move in step.moves.iter().filter(|the_move| the_move.by == *party) {
                let card = Card::new(lane, offset, the_move, lanes);
                offset += card.height + CARD_GAP;
                cards.push(card);
            }
            if offset == 0.0 {
                idle.push(lane);
            }
            heights.push(offset - CARD_GAP);
        }
        let when = Face::STRONG.lines(&step.when, GUTTER - 14.0);
        let breaks = !step.breaks.is_empty();
        let label = block_height(Face::NOTE, 1 + usize::from(breaks)) + block_height(Face::BODY, when.len());
        let height = heights
            .iter()
            .fold(label.max(34.0), |tallest, each| tallest.max(*each));
        for card in &mut cards {
            card.offset += (height - heights[card.lane]) / 2.0;
        }
        Self {
            number,
            when,
            breaks,
            cards,
            idle,
            top,
            height,
        }
    }

    fn middle(&self) -> f64 {
        self.top + self.height / 2.0
    }

    fn draw(&self, lanes: Lanes) -> Markup {
        let number = format!("Step {}", self.number);
        let step = if self.when == [number.clone()] {
            Vec::new()
        } else {
            vec![number]
        };
        let (above, below) = (
            block_height(Face::NOTE, step.len()),
            block_height(Face::BODY, self.when.len()),
        );
        let under = block_height(Face::NOTE, usize::from(self.breaks));
        let label_top = self.middle() - (above + below + under) / 2.0;

        let face = Face::STRONG;
        html! {
            line class=(if self.breaks { "dt-rung dt-rung-broken" } else { "dt-rung" }) x1=(px(GUTTER - 6.0)) y1=(px(self.middle())) x2=(px(lanes.right()))
                y2=(px(self.middle())) {}
            (text_block(0.0, label_top, Anchor::Start, Face::NOTE, "dt-muted", &step))
            (text_block(0.0, label_top + above, Anchor::Start, face, "dt-ink", &self.when))
            @if self.breaks {
                (text_block(0.0, label_top + above + below, Anchor::Start, Face { size: 11.5, bold: true },
                    "dt-broken", &["✗ breaks here".to_string()]))
            }
            @for lane in &self.idle {
                circle class="dt-idle" cx=(px(lanes.middle(*lane))) cy=(px(self.middle())) r="4.5" {}
            }
            @for card in &self.cards { (card.draw(self.top, lanes)) }
        }
    }
}

/// One move on its party's rail.
struct Card {
    lane: usize,
    offset: f64,
    height: f64,
    words: Vec<String>,
    notes: Vec<String>,
    marks: Vec<Mark>,
}

impl Card {
    fn new(lane: usize, offset: f64, the_move: &LadderMove, lanes: Lanes) -> Self {
        let inner = lanes.card() - ACCENT - 2.0 * PADDING;
        let words = Face::BODY.lines(&the_move.words, inner);
        let notes: Vec<String> = the_move
            .marks
            .iter()
            .flat_map(|mark| Face::NOTE.lines(&format!("{} {}", mark.sign(), mark.words()), inner))
            .collect();
        let between = if notes.is_empty() { 0.0 } else { 2.0 };
        let height = block_height(Face::BODY, words.len().max(1))
            + between
            + block_height(Face::NOTE, notes.len())
            + 2.0 * PADDING
            - 2.0;
        Self {
            lane,
            offset,
            height,
            words,
            notes,
            marks: the_move.marks.clone(),
        }
    }

    fn draw(&self, row_top: f64, lanes: Lanes) -> Markup {
        let (width, left) = (lanes.card(), lanes.middle(self.lane) - lanes.card() / 2.0);
        let top = row_top + self.offset;
        let text_left = left + ACCENT + PADDING;
        let notes_top = top + PADDING + block_height(Face::BODY, self.words.len().max(1)) + 1.0;
        let gesture = self.marks.contains(&Mark::CheapGesture);
        let doubled = self.marks.contains(&Mark::Irreversible);
        html! {
            g class={ "dt-card dt-lane-" (self.lane % 6) } {
                rect class=(if gesture { "dt-move dt-gesture" } else { "dt-move" }) x=(px(left)) y=(px(top))
                    width=(px(width)) height=(px(self.height)) rx="4" {}
                @if doubled {
                    rect class="dt-inner" x=(px(left + 3.0)) y=(px(top + 3.0)) width=(px(width - 6.0))
                        height=(px(self.height - 6.0)) rx="2" {}
                } @else {
                    rect class="dt-accent" x=(px(left)) y=(px(top)) width="4" height=(px(self.height)) rx="2" {}
                }
                (text_block(text_left, top + PADDING - 2.0, Anchor::Start, Face::BODY, "dt-ink", &self.words))
                (text_block(text_left, notes_top - 1.0, Anchor::Start, Face::NOTE, "dt-muted", &self.notes))
            }
        }
    }
}

/// The dashed line that leads from every step back to where the snapback leads.
fn return_path(snapback: &Band, today: &Band, rows: &[Row], lanes: Lanes) -> Markup {
    let x = lanes.right() + 20.0;
    let (from, to) = (
        snapback.top + snapback.height() / 2.0,
        today.top + today.height() / 2.0,
    );
    let edge = lanes.right() - 7.0;
    let path = format!(
        "M{} {} H{} V{} H{}",
        px(edge),
        px(from),
        px(x),
        px(to),
        px(edge + 9.0)
    );
    let head = format!("M{} {} l9 -5 v10 z", px(edge + 1.0), px(to));
    html! {
        path class="dt-return" d=(path) {}
        path class="dt-arrow" d=(head) {}
        @for row in rows {
            path class="dt-return" d={ "M" (px(lanes.right() + 2.0)) " " (px(row.middle())) " H" (px(x)) } {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Lane;

    fn sample(parties: usize, steps: usize) -> Ladder {
        let name = |n: usize| format!("Party number {n}");
        Ladder {
            lanes: (0..parties)
                .map(|n| Lane {
                    party: name(n),
                    ..Default::default()
                })
                .collect(),
            steps: (0..steps)
                .map(|k| Step {
                    when: format!("Quarter {}", k + 1),
                    moves: vec![LadderMove {
                        by: name(k % parties.max(1)),
                        words: "Lets inspectors return to the sites named in the annex".into(),
                        marks: vec![Mark::Irreversible],
                    }],
                    ..Default::default()
                })
                .collect(),
            settlement: "A limited settlement".into(),
            snapback: "Sanctions return".into(),
            ..Default::default()
        }
    }

    #[test]
    fn two_to_six_parties_and_sixteen_steps_have_a_card_for_each_move() {
        for parties in 1..=6 {
            let drawn = ladder(&sample(parties, 16), "l").0;
            assert_eq!(drawn.matches("dt-move").count(), 16, "{parties} parties");
            assert_eq!(drawn.matches("dt-rail").count(), parties);
            assert!(drawn.contains("Step 16"));
        }
    }

    #[test]
    fn rows_do_not_overlap() {
        let view = sample(6, 16);
        let (parties, lanes) = (view.parties(), Lanes::new(6));
        let row = Row::new(1, &view.steps[0], &parties, lanes, 0.0);
        for card in &row.cards {
            assert!(card.offset >= 0.0 && card.offset + card.height <= row.height + 0.01);
        }
    }

    #[test]
    fn an_empty_ladder_is_still_a_drawing() {
        assert!(ladder(&Ladder::default(), "l").0.contains("</svg>"));
    }
}
