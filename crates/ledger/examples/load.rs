//! Load figures of a ledger: append rate, growth, opening, status and memory.
//!
//! `cargo run --release -p detente-ledger --features store --example load -- 1000000 /tmp/load.ledger`

use std::time::Instant;

use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Question, status};
use detente_ledger::store::Store;
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

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(100_000);
    let place = arguments.next().unwrap_or_else(|| "/tmp/load.ledger".to_owned());
    let operator = PrivateKey::from_seed("operator", &[1; 32]);
    let keys = [("A", 2u8), ("V", 3)].map(|(person, seed)| PrivateKey::from_seed(person, &[seed; 32]));
    let now = jiff::Timestamp::now();
    let mut store = Store::create(&place, &text(), operator.clone(), now)
        .await
        .expect("a new ledger");
    let register = keys.iter().map(|key| {
        let body = json!({ "person": key.person, "key": key.public() });
        Entry::signed(store.log().deal(), Kind::Key, body, &[&operator]).expect("canonical")
    });
    let register: Vec<Entry> = register.collect();
    store.append(&register, now).await.expect("keys are registered");
    let deal = store.log().deal().to_owned();
    let entry = |number: usize| {
        // Of ten events seven are reports, two claims and one a verification.
        let (kind, key) = match number % 10 {
            0 => ("verify", &keys[1]),
            1 | 2 => ("claim", &keys[0]),
            _ => ("report", &keys[1]),
        };
        let body = json!({ "id": format!("e{number}"), "kind": kind, "by": key.person,
            "on": format!("F{}", number / 10 % COMMITMENTS), "level": 1 + number as u64 % 2, "occurred": "2024-05-05" });
        Entry::signed(&deal, Kind::Event, body, &[key]).expect("canonical")
    };
    let (mut signing, mut appending) = (0.0, 0.0);
    for from in (0..count).step_by(BATCH) {
        let start = Instant::now();
        let batch: Vec<Entry> = (from..count.min(from + BATCH)).map(entry).collect();
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
        let one = entry(number);
        let start = Instant::now();
        store
            .append(&[one], jiff::Timestamp::now())
            .await
            .expect("one is appended");
        single.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    single.sort_by(f64::total_cmp);
    println!(
        "one event, acknowledged on disk: median {:.2} ms, worst of 50 {:.2} ms",
        single[25], single[49]
    );
    let text = store.log().text.clone();
    let record = store.log().record();
    let mut times: Vec<f64> = (0..11)
        .map(|_| {
            let start = Instant::now();
            let question = Question::at(Moment::instant(jiff::Timestamp::now()));
            let answer = status(&text, &record, &question).expect("a status");
            assert_eq!(answer.commitments.len(), COMMITMENTS);
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "status over {} events: median {:.1} ms, worst of 11 {:.1} ms",
        record.events().len(),
        times[5],
        times[10]
    );
    drop(record);
    store.close().await;
    let bytes = std::fs::metadata(&place).map(|data| data.len()).unwrap_or(0);
    println!(
        "file {:.1} MB, {} bytes an event",
        bytes as f64 / 1e6,
        bytes / count as u64
    );
    let start = Instant::now();
    let store = Store::open(&place, None).await.expect("it opens again");
    println!(
        "opened {} entries in {:.1} s",
        store.log().size(),
        start.elapsed().as_secs_f64()
    );
    println!("memory now {}, peak {}", memory("VmRSS"), memory("VmHWM"));
}
