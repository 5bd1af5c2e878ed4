//! Load figures of a ledger: append rate, growth, opening, status and memory.
//!
//! `cargo run --release -p detente-ledger --features store --example load -- 1000000 /tmp/load.ledger`; the same again
//! opens the ledger that is there in a fresh process, which is what its memory should be read from; with `from-entries` behind
//! it without the kept state.

use std::time::Instant;

use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Question, Record, status};
use detente_ledger::store::Store;
use detente_ledger::text::Text;
use serde_json::json;

const BATCH: usize = 1000;
const COMMITMENTS: usize = 50;

fn text() -> String {
    let mut text = String::from(
        "[agreement]\ntitle = \"Load\"\nin_force = 2020-01-01\n[parties]\nA = {}\nB = {}\n[others]\nV = {}\n",
    );
    for number in 0..COMMITMENTS {
        text.push_str(&format!(
            "[commitments.F{number}]\ntitle = \"Duty {number}\"\nkind = \"achieve\"\nby = \"A\"\nto = \"B\"\n\
             verifier = \"V\"\nwithin = \"{} days\"\nthen_maintain = true\n",
            3000 + number
        ));
    }
    text
}

fn memory(what: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with(what))
        .unwrap_or_default();
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

/// Milliseconds for which this thread has had a processor: on a shared machine the clock says more of the others.
fn processor() -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = counted.split_whitespace().next();
    first.and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

/// Seconds for which all threads of this program have had a processor.
fn processors() -> f64 {
    let counted = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = counted.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = ticks.skip(11).take(2).filter_map(|word| word.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn keys() -> [PrivateKey; 2] {
    [("A", 2u8), ("V", 3)].map(|(person, seed)| PrivateKey::from_seed(person, &[seed; 32]))
}

fn operator() -> PrivateKey {
    PrivateKey::from_seed("operator", &[1; 32])
}

fn entry(number: usize, deal: &str, keys: &[PrivateKey; 2]) -> Entry {
    // Of ten events seven are reports, two claims and one a verification; they come days out of order.
    let (kind, key) = match number % 10 {
        0 => ("verify", &keys[1]),
        1 | 2 => ("claim", &keys[0]),
        _ => ("report", &keys[1]),
    };
    let occurred = format!("2024-{:02}-{:02}", 1 + number / 7 % 12, 1 + number * 11 % 28);
    let body = json!({ "id": format!("e{number}"), "kind": kind, "by": key.person,
        "on": format!("F{}", number / 10 % COMMITMENTS), "level": 1 + number as u64 % 2, "occurred": occurred });
    Entry::signed(deal, Kind::Event, body, &[key]).expect("canonical")
}

fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

async fn append(place: &str, count: usize) {
    let now = jiff::Timestamp::now();
    let mut store = Store::create(place, &text(), operator(), now)
        .await
        .expect("a new ledger");
    let keys = keys();
    let register = keys.iter().map(|key| {
        let body = json!({ "person": key.person, "key": key.public() });
        Entry::signed(store.log().deal(), Kind::Key, body, &[&operator()]).expect("canonical")
    });
    let register: Vec<Entry> = register.collect();
    store.append(&register, now).await.expect("keys are registered");
    let deal = store.log().deal().to_owned();
    let (mut signing, mut appending) = (0.0, 0.0);
    for from in (0..count).step_by(BATCH) {
        let start = Instant::now();
        let numbers = from..count.min(from + BATCH);
        let batch: Vec<Entry> = numbers.map(|number| entry(number, &deal, &keys)).collect();
        signing += start.elapsed().as_secs_f64();
        let start = Instant::now();
        store
            .append(&batch, jiff::Timestamp::now())
            .await
            .expect("a batch is appended");
        appending += start.elapsed().as_secs_f64();
    }
    println!(
        "appended {count} events in {appending:.1} s: {:.0} a second, batches of {BATCH}",
        count as f64 / appending
    );
    println!("signing them took their authors {signing:.1} s");
    let mut single = Vec::new();
    for number in count..count + 50 {
        let one = entry(number, &deal, &keys);
        let start = Instant::now();
        store
            .append(&[one], jiff::Timestamp::now())
            .await
            .expect("one is appended");
        single.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let single = sorted(single);
    println!(
        "one event, acknowledged on disk: median {:.2} ms, worst of 50 {:.2} ms",
        single[25], single[49]
    );
    store.close().await;
    let bytes = std::fs::metadata(place).map(|data| data.len()).unwrap_or(0);
    println!(
        "file {:.1} MB, {} bytes an event",
        bytes as f64 / 1e6,
        bytes / count as u64
    );
}

fn ask(text: &Text, record: &Record, what: &str, question: &Question) {
    let times = (0..11).map(|_| {
        let (start, had) = (Instant::now(), processor());
        let answer = status(text, record, question).expect("a status");
        assert_eq!(answer.commitments.len(), COMMITMENTS);
        (start.elapsed().as_secs_f64() * 1000.0, processor() - had)
    });
    let (clock, own): (Vec<f64>, Vec<f64>) = times.unzip();
    let (clock, own) = (sorted(clock), sorted(own));
    println!(
        "status {what} over {} events: median {:.1} ms, worst of 11 {:.1} ms; processor {:.1} and {:.1} ms",
        record.events().len(),
        clock[5],
        clock[10],
        own[5],
        own[10]
    );
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(100_000);
    let place = arguments.next().unwrap_or_else(|| "/tmp/load.ledger".to_owned());
    if std::path::Path::new(&place).exists() {
        println!("{place} is there: it is opened and asked, nothing is appended");
    } else {
        append(&place, count).await;
    }
    println!("memory before opening {}", memory("VmRSS"));
    let from_entries = arguments.next().as_deref() == Some("from-entries");
    let (start, had) = (Instant::now(), processors());
    let store = match from_entries {
        true => Store::open_from_entries(&place, None).await,
        false => Store::open(&place, None).await,
    };
    let store = store.expect("it opens again");
    println!(
        "opened {} entries ({} of them read, kept state: {:?}) in {:.2} s, processor {:.2} s; memory {}, peak {}",
        store.log().size(),
        store.entries_read(),
        store.state_use(),
        start.elapsed().as_secs_f64(),
        processors() - had,
        memory("VmRSS"),
        memory("VmHWM")
    );
    let (text, events) = store.into_log().into_text_and_events();
    let start = Instant::now();
    let record = Record::new(events);
    println!(
        "record made in {:.2} s; memory {}, peak {}",
        start.elapsed().as_secs_f64(),
        memory("VmRSS"),
        memory("VmHWM")
    );
    let now = Moment::instant(jiff::Timestamp::now());
    ask(&text, &record, "now", &Question::at(now));
    let mut earlier = Question::at(Moment::instant("2024-07-01T00:00Z".parse().expect("an instant")));
    earlier.known = now;
    ask(&text, &record, "as of the middle of the year", &earlier);
}
