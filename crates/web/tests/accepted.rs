//! Whatever a ledger accepts, its board, its calendar, its export and its verification work after every statement.

#[path = "../../ledger/tests/deal/mod.rs"]
mod deal;
#[path = "../../ledger/tests/random_statements/mod.rs"]
mod random_statements;

use std::net::SocketAddr;

use deal::bodies::{DAY, TEXT, entries, said};
use deal::{at, operator};
use detente_ledger::log::Receipt;
use detente_ledger::store::{Store, verify_bundle, verify_store};
use detente_web::{PublicTier, Settings, serve};
use proptest::prelude::*;
use random_statements::{a_statement, is_calendar};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Status and content of a page; a hidden character in it would be one of somebody else's text.
async fn page(address: SocketAddr, path: &str) -> (String, String) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let asked = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

async fn everything_works(store: &Store, place: &str, address: SocketAddr) {
    for at in ["2029-06-01", "2030-01-02", "2030-03-01", "2090-01-01"] {
        for path in ["/", "/item/F1", "/item/R", "/status.json"] {
            let path = format!("{path}?at={at}&known=2090-01-01");
            let (status, body) = page(address, &path).await;
            assert_eq!(status, "HTTP/1.1 200 OK", "{path}: {body}");
            let hidden = |c: char| c != '\n' && detente_reading::foreign::is_hidden(c);
            assert!(!body.contains(hidden), "{path}: {body:?}");
        }
    }
    for path in ["/timeline", "/text", "/submit"] {
        assert_eq!(page(address, path).await.0, "HTTP/1.1 200 OK", "{path}");
    }
    is_calendar(&page(address, "/calendar.ics").await.1);
    assert_eq!(verify_store(place).await.unwrap().findings, []);
    assert_eq!(verify_bundle(&store.bundle().await.unwrap()).findings, []);
    let last = store.log().size() - 1;
    let receipt = store.receipts_of(&[last]).await.unwrap().remove(0);
    let read = Receipt::read_all(&receipt.line().unwrap()).unwrap().remove(0);
    assert_eq!(read.check().unwrap().checkpoint.size, last + 1);
}

async fn run(statements: Vec<(serde_json::Value, Vec<&'static str>)>) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("deal.ledger").display().to_string();
    let mut store = Store::create(&place, TEXT, operator(), at("2030-01-01T00:00:00Z"))
        .await
        .unwrap();
    store
        .append(&entries()[1..], at("2030-01-01T10:00:00Z"))
        .await
        .unwrap();
    for (number, (mut body, by)) in statements.into_iter().enumerate() {
        body["id"] = format!("e{number}").into();
        if store.append(&[said(body, &by)], at(DAY)).await.is_err() {
            continue;
        }
        // A board that starts now shows it at once.
        let settings = Settings {
            ledger: place.clone(),
            operator: None,
            listen: "127.0.0.1:0".parse().unwrap(),
            public: PublicTier::All,
            tls: None,
            openid: None,
        };
        let (send, receive) = tokio::sync::oneshot::channel();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(serve(
            settings,
            |address| {
                let _ = send.send(address);
            },
            async {
                let _ = ended.await;
            },
        ));
        everything_works(&store, &place, receive.await.unwrap()).await;
        let _ = end.send(());
        serving.await.unwrap().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_is_accepted_the_board_works_afterwards(statements in prop::collection::vec(a_statement(), 1..8)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(run(statements));
    }
}
