//! The board in a real browser, as people use it: sign in, record, verify, dispute, see a snapback happen. Needs
//! Chromium and its driver; where they are not installed the test says so and ends.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, SignIn, deal_of, statement_line};
use detente_ledger::store::Store;
use detente_web::{PublicTier, Settings, serve};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;

const TEXT: &str = r#"
[agreement]
title = "Relief for a shut plant"
zone = "UTC"
in_force = 2020-01-01
late_recording = 3650

[parties]
ALBA = { name = "Alba" }
BOREA = { name = "Borea" }

[others]
AGENCY = { name = "Agency" }
COUNCIL = { name = "Council" }

[commitments.plant]
title = "Shut and seal the plant"
kind = "achieve"
by = "ALBA"
to = "BOREA"
verifier = "AGENCY"
due = 2099-12-31
then_maintain = true

[commitments.relief]
title = "Oil sanctions lifted"
kind = "permit"
by = "BOREA"
to = "ALBA"
lifts = ["oil", "coal"]

[disputes.path]
title = "Dispute path"
opened_by = ["ALBA", "BOREA"]

[disputes.path.stages.talks]
title = "Joint commission"
within = "15 days"
body = ["ALBA", "BOREA"]

[snapback.return]
title = "Return of the oil sanctions"
notify_by = "BOREA"
reverses = "relief"
clock = "30 days"

[snapback.return.decision]
members = "COUNCIL"
yes = 9
"#;

const PERSONS: [&str; 3] = ["ALBA", "BOREA", "AGENCY"];

fn key(person: &str) -> PrivateKey {
    let mut seed = [3; 32];
    seed[..person.len()].copy_from_slice(person.as_bytes());
    PrivateKey::from_seed(person, &seed)
}

/// The driver, ended with the test.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn driver(port: u16) -> Option<Driver> {
    let mut command = Command::new("chromedriver");
    command
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().ok().map(Driver)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

async fn browser(port: u16) -> Client {
    let options = json!({ "goog:chromeOptions": { "args": ["--headless=new", "--no-sandbox", "--disable-gpu",
        "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,1600"] } });
    let capabilities = options.as_object().unwrap().clone();
    for _ in 0..100 {
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        if let Ok(client) = builder
            .capabilities(capabilities.clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
        {
            return client;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the browser does not answer");
}

async fn board() -> (SocketAddr, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("deal.ledger").display().to_string();
    let operator = PrivateKey::from_seed("operator", &[1; 32]);
    let now = jiff::Timestamp::now();
    let mut store = Store::create(&place, TEXT, operator.clone(), now).await.unwrap();
    let keys: Vec<Entry> = PERSONS
        .iter()
        .map(|person| {
            let body = json!({ "person": person, "key": key(person).public() });
            Entry::signed(store.log().deal(), Kind::Key, body, &[&operator]).unwrap()
        })
        .collect();
    store.append(&keys, now).await.unwrap();
    store.close().await;
    let settings = Settings {
        ledger: place,
        operator: Some(operator),
        listen: "127.0.0.1:0".parse().unwrap(),
        public: PublicTier::Summary,
        tls: None,
        openid: None,
    };
    let (send, receive) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let ready = |address| {
            let _ = send.send(address);
        };
        serve(settings, ready, std::future::pending()).await.unwrap();
    });
    (receive.await.unwrap(), folder)
}

async fn look(client: &Client, name: &str) {
    if let Ok(folder) = std::env::var("DETENTE_SCREENSHOTS") {
        let picture = client.screenshot().await.unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }
}

async fn words(client: &Client, css: &str) -> String {
    // A live update may replace the element between finding and reading it: then it is found anew.
    for _ in 0..100 {
        if let Ok(element) = client.find(Locator::Css(css)).await
            && let Ok(text) = element.text().await
        {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!(
        "{css}: not found in {}",
        client.source().await.unwrap_or_default()
    )
}

/// Waits until an element says something: a form's answer takes a moment to come.
async fn until(client: &Client, css: &str, word: &str) {
    for _ in 0..50 {
        if let Ok(element) = client.find(Locator::Css(css)).await
            && element.text().await.is_ok_and(|text| text.contains(word))
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!(
        "{css} never says {word}: {}",
        client.source().await.unwrap_or_default()
    );
}

async fn sign_in(client: &Client, base: &str, person: &str) {
    client.goto(&format!("{base}/sign-in")).await.unwrap();
    let challenge = words(client, "#challenge").await;
    let answer = SignIn::answer(&challenge, &key(person)).unwrap().line().unwrap();
    let field = client.find(Locator::Id("answer")).await.unwrap();
    field.send_keys(answer.trim()).await.unwrap();
    client
        .find(Locator::Css("main button"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    until(client, ".who", person).await;
}

async fn sign_out(client: &Client) {
    client
        .find(Locator::Css(".who button"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    until(client, ".who", "Sign in").await;
}

/// Fills in the form, signs the event that it makes where the key is, and submits the statement.
async fn record(client: &Client, base: &str, person: &str, fields: &[(&str, &str)]) {
    client.goto(&format!("{base}/record")).await.unwrap();
    for (name, value) in fields {
        let field = client
            .find(Locator::Css(&format!("[name='{name}']")))
            .await
            .unwrap();
        if ["kind", "finding"].contains(name) {
            field.select_by_value(value).await.unwrap();
        } else {
            field.clear().await.unwrap();
            field.send_keys(value).await.unwrap();
        }
    }
    client
        .find(Locator::Id("send"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    let event: serde_json::Value = serde_json::from_str(&words(client, "#event").await).unwrap();
    let statement = Entry::signed(&deal_of(TEXT), Kind::Event, event, &[&key(person)]).unwrap();
    let field = client.find(Locator::Id("pasted")).await.unwrap();
    field
        .send_keys(statement_line(&statement).unwrap().trim())
        .await
        .unwrap();
    client
        .find(Locator::Id("submit"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    // The answer is another page: opening a third one before it has come would race with it.
    until(client, "#recorded", "recorded").await;
    client.goto(&format!("{base}/timeline")).await.unwrap();
    let id = fields
        .iter()
        .find(|(name, _)| *name == "id")
        .expect("what is recorded has an id")
        .1;
    words(client, &format!("#event-{id}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_record_verify_dispute_and_see_the_snapback_happen() {
    let port = free_port();
    let _driver = driver(port)
        .expect("chromedriver is needed: apt-get install chromium chromium-driver, or run ./test.sh");
    let (address, _folder) = board().await;
    let base = format!("http://{address}");
    let client = browser(port).await;

    client.goto(&base).await.unwrap();
    assert!(words(&client, "#row-plant").await.contains("DUE"));
    assert!(words(&client, ".hidden").await.contains("Hidden from readers"));

    sign_in(&client, &base, "ALBA").await;
    record(
        &client,
        &base,
        "ALBA",
        &[
            ("kind", "claim"),
            ("on", "plant"),
            ("note", "Shut this morning"),
            ("id", "claim-1"),
        ],
    )
    .await;
    assert!(
        words(&client, "#event-claim-1")
            .await
            .contains("Shut this morning")
    );
    client.goto(&base).await.unwrap();
    assert!(words(&client, "#row-plant").await.contains("CLAIMED"));
    // The debtor verifies itself: recorded, but without effect, and the page says why.
    record(
        &client,
        &base,
        "ALBA",
        &[("kind", "verify"), ("on", "plant"), ("id", "own")],
    )
    .await;
    client.goto(&base).await.unwrap();
    assert!(words(&client, "#row-plant").await.contains("CLAIMED"));
    assert!(
        words(&client, "main")
            .await
            .contains("the debtor cannot verify itself")
    );
    sign_out(&client).await;
    client.goto(&format!("{base}/timeline")).await.unwrap();
    assert!(
        !words(&client, "#event-claim-1")
            .await
            .contains("Shut this morning")
    );

    sign_in(&client, &base, "AGENCY").await;
    record(
        &client,
        &base,
        "AGENCY",
        &[
            ("kind", "verify"),
            ("on", "plant"),
            ("of", "claim-1"),
            ("id", "verify-1"),
        ],
    )
    .await;
    client.goto(&base).await.unwrap();
    assert!(words(&client, "#row-plant").await.contains("FULFILLED"));
    look(&client, "board-fulfilled").await;
    client.goto(&format!("{base}/item/plant")).await.unwrap();
    assert!(words(&client, ".because").await.contains("verifier accepted"));
    look(&client, "item").await;
    sign_out(&client).await;

    sign_in(&client, &base, "BOREA").await;
    record(
        &client,
        &base,
        "BOREA",
        &[("kind", "refer"), ("on", "path relief"), ("id", "quarrel")],
    )
    .await;
    client.goto(&base).await.unwrap();
    let dispute = words(&client, "#dispute-quarrel").await;
    assert!(
        dispute.contains("RUNNING") && dispute.contains("talks"),
        "{dispute}"
    );
    assert!(words(&client, "#measures").await.contains("Lifted: coal, oil"));
    look(&client, "board-dispute").await;
    client
        .goto(&format!("{base}/record?on=return&kind=notify"))
        .await
        .unwrap();
    look(&client, "record").await;
    // Notified forty days ago and recorded now, as this text allows.
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let notified = today.checked_sub(jiff::ToSpan::days(40)).unwrap();
    let during = today.checked_sub(jiff::ToSpan::days(20)).unwrap();
    let fields = [
        ("kind", "notify"),
        ("on", "return"),
        ("occurred", &*notified.to_string()),
        ("id", "notice"),
    ];
    record(&client, &base, "BOREA", &fields).await;
    client.goto(&base).await.unwrap();
    assert!(words(&client, "#snapback-return").await.contains("REVERSED at"));
    assert!(words(&client, "#row-relief").await.contains("REVERSED"));
    assert!(words(&client, "#measures").await.contains("In force: coal, oil"));
    look(&client, "board-reversed").await;
    // As of twenty days ago, as known today: the clock was running.
    client
        .goto(&format!("{base}/?at={during}&known={}", jiff::Timestamp::now()))
        .await
        .unwrap();
    assert!(words(&client, "#snapback-return").await.contains("RUNNING"));
    look(&client, "history").await;
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_only_read_follow_what_others_record() {
    let port = free_port();
    let _driver = driver(port)
        .expect("chromedriver is needed: apt-get install chromium chromium-driver, or run ./test.sh");
    let (address, folder) = board().await;
    let client = browser(port).await;
    client.goto(&format!("http://{address}/")).await.unwrap();
    assert!(words(&client, "#row-plant").await.contains("DUE"));
    // Another program appends to the same ledger.
    let place = folder.path().join("deal.ledger").display().to_string();
    let mut store = Store::open(&place, Some(PrivateKey::from_seed("operator", &[1; 32])))
        .await
        .unwrap();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let body =
        json!({ "id": "c", "kind": "claim", "by": "ALBA", "on": "plant", "occurred": today.to_string() });
    let entry = Entry::signed(store.log().deal(), Kind::Event, body, &[&key("ALBA")]).unwrap();
    store.append(&[entry], jiff::Timestamp::now()).await.unwrap();
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        if words(&client, "body").await.contains("CLAIMED") {
            client.close().await.unwrap();
            return;
        }
    }
    panic!("the page did not follow");
}

async fn send(address: SocketAddr, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn post(path: &str, host: &str, more: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Signs the challenge of the sign-in page with a key and sends it back.
async fn sign_in_with(address: SocketAddr, key: &PrivateKey) -> String {
    let host = address.to_string();
    let asked = format!("GET /sign-in HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let page = send(address, &asked).await;
    let (_, rest) = page.split_once("id=\"challenge\">").unwrap();
    let challenge = rest.split('<').next().unwrap();
    let answer = SignIn::answer(challenge, key).unwrap().line().unwrap();
    let answer: String = answer.bytes().map(|byte| format!("%{byte:02X}")).collect();
    send(address, &post("/sign-in", &host, "", &format!("answer={answer}"))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_pages_foreign_forms_and_floods_are_refused() {
    let (address, _folder) = board().await;
    let host = address.to_string();
    let get = |host: &str| format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let page = send(address, &get(&host)).await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("default-src 'none'") && page.contains("frame-ancestors 'none'"));
    assert!(
        send(address, &get("evil.example"))
            .await
            .starts_with("HTTP/1.1 421")
    );
    let crossed = post("/sign-in", &host, "Origin: http://evil.example\r\n", "answer=x");
    assert!(send(address, &crossed).await.starts_with("HTTP/1.1 403"));
    // Signed in, but the form was not made by this board.
    let answer = sign_in_with(address, &key("ALBA")).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let cookie = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap()
        .to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    let forged = post(
        "/record",
        &host,
        &cookie,
        "token=guess&kind=claim&on=plant&occurred=2026-01-01",
    );
    assert!(send(address, &forged).await.starts_with("HTTP/1.1 403"));
    // A key that is not in the ledger.
    let answer = sign_in_with(address, &PrivateKey::from_seed("ALBA", &[99; 32])).await;
    assert!(
        answer.starts_with("HTTP/1.1 403") && answer.contains("not registered"),
        "{answer}"
    );
    let mut slowed = 0;
    for _ in 0..40 {
        let answer = send(address, &post("/sign-in", &host, "", "answer=x")).await;
        slowed += usize::from(answer.starts_with("HTTP/1.1 429"));
    }
    assert!(slowed >= 15, "{slowed}");
}

#[tokio::test]
async fn other_addresses_than_loopback_are_refused() {
    let settings = Settings {
        ledger: "nowhere".to_owned(),
        operator: None,
        listen: "0.0.0.0:0".parse().unwrap(),
        public: PublicTier::None,
        tls: None,
        openid: None,
    };
    let error = serve(settings, |_| {}, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("refusing to listen on 0.0.0.0"));
}
