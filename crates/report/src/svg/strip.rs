//! One party's payoffs on that party's own line: no deal, the deal, the worst case.
//!
//! Shapes tell the marks apart: an open circle for no deal, a filled diamond for the deal, an upright bar for
//! the worst case. There is no common axis for several parties, because their scales are their own.

use maud::{Markup, html};

use super::scale::Scale;
use super::{Anchor, Face, drawing, px, text_block};
use crate::view::Payoff;

const WIDTH: f64 = 340.0;
const LINE: f64 = 30.0;

/// The line of one party. `id` must be unique on the page.
pub fn strip(view: &Payoff, id: &str) -> Markup {
    let mut marks = vec![("no deal", &view.no_deal)];
    marks.extend(view.worst.as_ref().map(|amount| ("worst case", amount)));
    marks.extend(view.deal.as_ref().map(|amount| ("the deal", amount)));
    let scale = Scale::covering(marks.iter().map(|(_, amount)| amount.at), 24.0, WIDTH - 24.0);
    let ticks = scale.ticks();
    let inside = html! {
        line class="dt-axis" x1="12" y1=(px(LINE)) x2=(px(WIDTH - 12.0)) y2=(px(LINE)) {}
        @for (value, shown) in &ticks {
            line class="dt-axis" x1=(px(scale.at(*value))) y1=(px(LINE)) x2=(px(scale.at(*value)))
                y2=(px(LINE + 5.0)) {}
            (text_block(scale.at(*value), LINE + 7.0, Anchor::Middle, Face::NOTE, "dt-muted", std::slice::from_ref(shown)))
        }
        @if let Some(deal) = &view.deal {
            line class="dt-gain" x1=(px(scale.at(view.no_deal.at))) y1=(px(LINE)) x2=(px(scale.at(deal.at)))
                y2=(px(LINE)) {}
        }
        @for (name, amount) in &marks {
            @let x = scale.at(amount.at);
            @match *name {
                "no deal" => circle class="dt-open" cx=(px(x)) cy=(px(LINE)) r="6.5" {},
                "the deal" => path class="dt-solid" d=(format!("M{} {} l8 8 l-8 8 l-8 -8 z", px(x), px(LINE - 8.0))) {},
                _ => line class="dt-stop" x1=(px(x)) y1=(px(LINE - 10.0)) x2=(px(x)) y2=(px(LINE + 10.0)) {},
            }
        }
    };
    let said: Vec<String> = marks
        .iter()
        .map(|(name, amount)| format!("{name} {}", amount.shown))
        .collect();
    let title = format!("{}, on its own scale", view.party);
    drawing(
        id,
        WIDTH,
        LINE + 26.0,
        &title,
        &format!("{}.", said.join(", ")),
        inside,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Amount;

    #[test]
    fn each_mark_has_its_own_shape() {
        let view = Payoff {
            party: "North Korea".into(),
            no_deal: Amount::new("-0.4", -0.4),
            deal: Some(Amount::new("2/3", 0.667)),
            worst: Some(Amount::new("-1", -1.0)),
            ..Default::default()
        };
        let drawn = strip(&view, "s").0;
        for class in ["dt-open", "dt-solid", "dt-stop", "dt-gain"] {
            assert_eq!(drawn.matches(class).count(), 1, "{class}");
        }
        assert!(drawn.contains("no deal -0.4, worst case -1, the deal 2/3."));
    }
}
