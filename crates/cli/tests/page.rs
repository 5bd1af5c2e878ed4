//! The page as a reader meets it: on a screen, on a phone, by keyboard, on paper.

mod browser;
mod pixels;
mod readings;

use std::path::PathBuf;

use browser::Browser;
use fantoccini::wd::PrintConfiguration;
use pixels::Picture;
use serde_json::json;

/// Pages to read, in a folder that lives as long as they do.
struct Pages {
    _folder: tempfile::TempDir,
    files: Vec<PathBuf>,
}

/// One page for each of the three answers, from the hand-made reports of the report crate.
fn pages() -> Pages {
    let folder = tempfile::tempdir().expect("a folder for the pages");
    let files = ["possible", "impossible", "undecided"].map(|name| {
        let sample = format!(
            "{}/../report/tests/samples/{name}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(sample).expect("the sample is there");
        let report = serde_json::from_str(&text).expect("the sample is a report");
        let file = folder.path().join(format!("{name}.html"));
        std::fs::write(&file, detente_report::html::page(&report)).expect("the page is written");
        file
    });
    Pages {
        _folder: folder,
        files: files.to_vec(),
    }
}

#[tokio::test]
async fn says_the_answer_first_and_in_order() {
    let (pages, browser) = (pages(), Browser::start().await);
    for page in &pages.files {
        browser.open(page, 1280, 900).await;
        browser.no_complaints("structure", readings::STRUCTURE).await;
        browser.no_complaints("tables", readings::TABLES).await;
        browser.no_complaints("links and names", readings::NAMES).await;
    }
    browser.open(&pages.files[0], 1280, 900).await;
    let shown = browser.ask("return document.body.innerText").await;
    let shown = shown.as_str().expect("the page has text");
    for (earlier, later) in [
        ("Possible", "A limited settlement holds"),
        ("A limited settlement holds", "Because"),
        ("Because", "Unless"),
        ("Unless", "Three reasons"),
        ("Three reasons", "Three doubts"),
        ("Three doubts", "The deal, step by step"),
        ("The deal, step by step", "What each party gets, against no deal"),
        ("The claims, tested", "Judgements"),
        ("Judgements", "detente report cases/korea/case.toml"),
    ] {
        let place = |words: &str| {
            shown
                .find(words)
                .unwrap_or_else(|| panic!("{words:?} is not shown"))
        };
        assert!(
            place(earlier) < place(later),
            "{earlier:?} comes before {later:?}"
        );
    }
    let top = browser
        .ask("return document.querySelector('#doubts li').getBoundingClientRect().top")
        .await;
    assert!(
        top.as_f64().expect("a number") < 900.0,
        "the doubts begin on the first screen"
    );
    browser.close().await;
}

#[tokio::test]
async fn fits_every_screen_and_its_drawings_keep_their_words() {
    let (pages, browser) = (pages(), Browser::start().await);
    for page in &pages.files {
        for (width, height) in [(320, 700), (360, 740), (768, 1024), (1280, 900), (1920, 1080)] {
            browser.open(page, width, height).await;
            browser
                .no_complaints(&format!("{page:?} at {width}"), readings::FITS)
                .await;
        }
        browser.open(page, 1280, 900).await;
        browser.no_complaints("drawings", readings::DRAWINGS).await;
    }
    browser.open(&pages.files[0], 1280, 900).await;
    let drawn = browser
        .ask("return document.querySelectorAll('svg.dt text').length")
        .await;
    assert!(
        drawn.as_u64().expect("a count") > 40,
        "the drawings have their text as text"
    );
    browser.close().await;
}

#[tokio::test]
async fn is_read_by_keyboard() {
    let (pages, browser) = (pages(), Browser::start().await);
    browser.open(&pages.files[0], 1280, 900).await;
    let body = browser
        .client
        .find(fantoccini::Locator::Css("body"))
        .await
        .expect("a page has a body");
    body.send_keys("\u{e004}").await.expect("Tab is pressed");
    let skip = browser
        .ask(
            "const it = document.activeElement, box = it.getBoundingClientRect();
             return [it.textContent, box.top >= 0 && box.left >= 0 && box.height > 20];",
        )
        .await;
    assert_eq!(
        skip,
        json!(["Skip to the answer", true]),
        "the first stop is a visible skip link"
    );
    let link = browser
        .client
        .active_element()
        .await
        .expect("something has the focus");
    link.send_keys("\u{e007}").await.expect("Enter is pressed");
    let focus = browser.ask("return document.activeElement.id").await;
    assert_eq!(focus, json!("answer"), "the skip link leads to the answer");
    let answer = browser
        .client
        .active_element()
        .await
        .expect("the answer has the focus");
    answer.send_keys("\u{e004}").await.expect("Tab is pressed");
    let outlined = browser
        .ask(
            "const it = document.activeElement, style = getComputedStyle(it);
             return [it.tagName, style.outlineStyle, parseFloat(style.outlineWidth) >= 2];",
        )
        .await;
    assert_eq!(
        outlined,
        json!(["SUMMARY", "solid", true]),
        "the next stop is seen to have the focus"
    );
    browser.close().await;
}

#[tokio::test]
async fn makes_no_request_and_no_complaint() {
    let (pages, browser) = (pages(), Browser::start().await);
    for page in &pages.files {
        browser.log("browser").await;
        browser.log("performance").await;
        browser.open(page, 1280, 900).await;
        let console = browser.log("browser").await;
        assert!(console.is_empty(), "the console says {console:#?}");
        let asked: Vec<String> = browser
            .log("performance")
            .await
            .iter()
            .filter_map(requested)
            .collect();
        let itself = format!("file://{}", page.display());
        assert!(
            asked.contains(&itself),
            "the log of requests shows the page itself: {asked:?}"
        );
        let others: Vec<&String> = asked
            .iter()
            .filter(|url| **url != itself && !url.starts_with("data:"))
            // The browser loads its own start page while the file is being opened.
            .filter(|url| !url.starts_with("chrome://") && !url.starts_with("chrome-untrusted://"))
            .collect();
        assert!(others.is_empty(), "the page asks for {others:?}");
    }
    browser.close().await;
}

/// The address an entry of the performance log asks for.
fn requested(entry: &serde_json::Value) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let message = &message["message"];
    let asks = message["method"] == "Network.requestWillBeSent";
    asks.then(|| message["params"]["request"]["url"].as_str().map(String::from))?
}

#[tokio::test]
async fn prints() {
    let (pages, browser) = (pages(), Browser::start().await);
    for (page, least) in pages.files.iter().zip([4, 2, 1]) {
        browser.open(page, 1280, 900).await;
        let file = browser
            .client
            .print(PrintConfiguration::default())
            .await
            .expect("the page prints");
        assert!(file.starts_with(b"%PDF-"));
        let text = String::from_utf8_lossy(&file);
        let sheets = text.matches("/Type /Page\n").count() + text.matches("/Type /Page ").count();
        assert!(
            sheets >= least && sheets <= 14,
            "{page:?} prints on {sheets} sheets"
        );
    }
    browser.open(&pages.files[0], 1280, 900).await;
    browser.medium("print", "dark").await;
    let printed = browser
        .ask(
            "const shown = it => getComputedStyle(document.querySelector(it)).display !== 'none';
             return [shown('nav'), shown('.skip'), shown('.ladder svg'),
                     getComputedStyle(document.body).backgroundColor];",
        )
        .await;
    assert_eq!(
        printed,
        json!([false, false, true, "rgb(255, 255, 255)"]),
        "paper is white and has no links"
    );
    browser.close().await;
}

#[tokio::test]
async fn looks_like_something() {
    let (pages, browser) = (pages(), Browser::start().await);
    for page in &pages.files {
        for (scheme, paper_is_light) in [("light", true), ("dark", false)] {
            browser.medium("screen", scheme).await;
            browser.open(page, 1280, 900).await;
            let picture = Picture::read(&browser.client.screenshot().await.expect("a screenshot is taken"));
            let whole = format!("{page:?} in {scheme}");
            assert_eq!((picture.width, picture.height), (1280, 900), "{whole}");
            assert_eq!(
                picture.paper().is_light(),
                paper_is_light,
                "{whole}: the paper is {scheme}"
            );
            assert!(
                picture.colours() > 60,
                "{whole} has {} colours",
                picture.colours()
            );
            let verdict = picture.part(readings::place(&browser, ".verdict").await);
            assert_ne!(
                verdict.paper(),
                picture.paper(),
                "{whole}: the verdict stands on its own ground"
            );
            assert!(
                verdict.lines_of_text() >= 3,
                "{whole}: {} lines of text",
                verdict.lines_of_text()
            );
            let headline = picture.part(readings::place(&browser, ".headline").await);
            let (ink, least) = (headline.share_of_ink(), 0.02);
            assert!(ink > least && ink < 0.5, "{whole}: {ink} of the headline is ink");
            let sign = picture.part(readings::place(&browser, ".sign").await);
            assert!(
                sign.share_of_ink() > 0.05,
                "{whole}: the sign of the answer is drawn"
            );
        }
    }
    browser.close().await;
}
