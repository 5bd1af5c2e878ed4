//! Colours of the page have enough contrast, on light and on dark paper (WCAG 2.2, criteria 1.4.3 and 1.4.11).

use std::collections::BTreeMap;

use detente_report::{html, svg};

/// Text on its ground needs 4.5, drawn shapes need 3.
const PAIRS: [(&str, &str, f64); 13] = [
    ("ink", "paper", 7.0),
    ("ink", "soft", 7.0),
    ("muted", "paper", 4.5),
    ("muted", "soft", 4.5),
    ("muted", "possible-soft", 4.5),
    ("muted", "impossible-soft", 4.5),
    ("muted", "undecided-soft", 4.5),
    ("link", "paper", 4.5),
    ("possible", "possible-soft", 4.5),
    ("impossible", "impossible-soft", 4.5),
    ("undecided", "undecided-soft", 4.5),
    ("undecided", "paper", 4.5),
    ("strong", "paper", 3.0),
];

#[test]
fn light_and_dark_paper() {
    let grounds: Vec<&str> = html::STYLE.split(":root{").skip(1).collect();
    assert_eq!(
        grounds.len(),
        2,
        "one set of colours for light paper, one for dark"
    );
    let light = colours(grounds[0]);
    let mut dark = light.clone();
    dark.extend(colours(grounds[1]));
    for (name, ground) in [("light", &light), ("dark", &dark)] {
        for (front, back, least) in PAIRS {
            let contrast = contrast(ground[front], ground[back]);
            assert!(
                contrast >= least,
                "{name}: {front} on {back} is {contrast:.2}, needs {least}"
            );
        }
    }
}

#[test]
fn lanes_stand_out_from_the_paper() {
    let grounds: Vec<&str> = html::STYLE.split(":root{").skip(1).collect();
    let (light, dark) = (colours(grounds[0])["paper"], colours(grounds[1])["paper"]);
    for lane in 0..6 {
        let drawn = svg::STYLE
            .split(&format!("--lane-{lane},"))
            .nth(1)
            .expect("a lane has a colour");
        let on_light = contrast(colour(&drawn[..7]), light);
        let on_dark = contrast(colours(grounds[1])[format!("lane-{lane}").as_str()], dark);
        assert!(
            on_light >= 3.0 && on_dark >= 3.0,
            "lane {lane}: {on_light:.2} and {on_dark:.2}"
        );
    }
}

type Rgb = [f64; 3];

/// The custom properties of one rule that are colours.
fn colours(rule: &str) -> BTreeMap<&str, Rgb> {
    let rule = rule.split('}').next().unwrap_or("");
    rule.split(';')
        .filter_map(|property| property.trim().strip_prefix("--")?.split_once(':'))
        .filter(|(_, value)| value.starts_with('#'))
        .map(|(name, value)| (name, colour(value)))
        .collect()
}

fn colour(hex: &str) -> Rgb {
    [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("six hexadecimal digits")))
}

/// Relative luminance as in WCAG 2.2.
fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = part / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
