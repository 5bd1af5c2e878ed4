//! Three hand-made reports, one for each answer, rendered whole. A snapshot shows every changed byte to whoever
//! reviews the change.

use detente_report::{html, svg, text, view::Report};

fn sample(name: &str) -> Report {
    let path = format!("{}/tests/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the sample is there");
    serde_json::from_str(&text).expect("the sample is a report")
}

const NAMES: [&str; 3] = ["possible", "impossible", "undecided"];

#[test]
fn texts() {
    for name in NAMES {
        for width in [80, 120] {
            let words = text::summary(&sample(name), width, text::Style::Plain);
            insta::assert_snapshot!(format!("{name}_text_{width}"), words);
        }
    }
}

#[test]
fn pages() {
    for name in NAMES {
        let page = html::page(&sample(name));
        let body = page
            .split("</style>")
            .nth(1)
            .expect("a page has a style sheet")
            .replace("><", ">\n<");
        insta::assert_snapshot!(format!("{name}_page"), body);
    }
}

#[test]
fn drawings() {
    for name in ["possible", "impossible"] {
        let report = sample(name);
        let ladder = report.ladder.as_ref().expect("this sample has a ladder");
        let file = svg::standalone(&svg::ladder(ladder, "ladder")).replace("><", ">\n<");
        insta::assert_snapshot!(format!("{name}_ladder"), file);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for name in NAMES {
        assert_eq!(html::page(&sample(name)), html::page(&sample(name)));
    }
}

#[test]
fn a_report_survives_being_saved() {
    for name in NAMES {
        let report = sample(name);
        let saved = serde_json::to_string(&report).expect("a report can be saved");
        let read: Report = serde_json::from_str(&saved).expect("and read again");
        assert_eq!(read, report);
    }
}

#[test]
fn text_keeps_to_its_width_and_the_answer_is_line_one() {
    for name in NAMES {
        for width in [40, 60, 80, 120] {
            let report = sample(name);
            let words = text::summary(&report, width, text::Style::Plain);
            assert!(words.starts_with(&report.verdict.answer.word().to_uppercase()));
            let foot = words.find("\nVersion").expect("the foot is there");
            for line in words[..foot].lines() {
                assert!(line.chars().count() <= width, "{name} at {width}: {line:?}");
            }
        }
    }
}

#[test]
fn styling_only_adds_escapes() {
    for name in NAMES {
        let plain = text::summary(&sample(name), 80, text::Style::Plain);
        let styled = text::summary(&sample(name), 80, text::Style::Ansi);
        assert_ne!(plain, styled);
        assert_eq!(styled.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), plain);
    }
}

#[test]
fn a_page_asks_for_nothing_and_runs_nothing() {
    for name in NAMES {
        let page = html::page(&sample(name)).to_lowercase();
        for forbidden in [
            "<script",
            " src=",
            "@import",
            "url(",
            "<iframe",
            "<object",
            "javascript:",
            " onload=",
        ] {
            assert!(!page.contains(forbidden), "{name} contains {forbidden}");
        }
    }
}

#[test]
fn what_is_typed_is_shown_and_never_becomes_markup() {
    let report = Report {
        title: "<b>& \"quoted\"</b>".into(),
        ..Default::default()
    };
    let page = html::page(&report);
    assert!(page.contains("&lt;b&gt;&amp; &quot;quoted&quot;&lt;/b&gt;") && !page.contains("<b>"));
}
