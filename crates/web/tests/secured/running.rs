//! A board that runs for a test, on a ledger of its own with the keys of two persons.

use std::net::SocketAddr;

use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, SignIn};
use detente_ledger::store::Store;
use detente_web::{OpenId, PublicTier, Settings, Tls, serve};
use openidconnect::reqwest;
use serde_json::json;

/// The text of the deal.
pub const TEXT: &str = "[agreement]\ntitle = \"A shut plant\"\nzone = \"UTC\"\nin_force = 2020-01-01\n\
    [parties]\nALBA = {}\nBOREA = {}\n[others]\nAGENCY = {}\nPRESS = {}\n\
    [commitments.plant]\ntitle = \"Shut the plant\"\nkind = \"achieve\"\nby = \"ALBA\"\nto = \"BOREA\"\n\
    verifier = \"AGENCY\"\ndue = 2099-12-31\n";

/// The key of a person.
pub fn key(person: &str) -> PrivateKey {
    let mut seed = [3; 32];
    seed[..person.len()].copy_from_slice(person.as_bytes());
    PrivateKey::from_seed(person, &seed)
}

/// A running board.
pub struct Running {
    pub address: SocketAddr,
    pub place: String,
    _folder: tempfile::TempDir,
}

/// Starts a board that shows nothing to strangers.
pub async fn board(tls: Option<Tls>, openid: Option<OpenId>) -> Running {
    board_of(TEXT, tls, openid).await
}

/// The same of a text with the same persons.
pub async fn board_of(text: &str, tls: Option<Tls>, openid: Option<OpenId>) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("deal.ledger").display().to_string();
    let operator = PrivateKey::from_seed("operator", &[1; 32]);
    let now = jiff::Timestamp::now();
    let mut store = Store::create(&place, text, operator.clone(), now).await.unwrap();
    let keys = ["ALBA", "AGENCY"].map(|person| {
        let body = json!({ "person": person, "key": key(person).public() });
        Entry::signed(store.log().deal(), Kind::Key, body, &[&operator]).unwrap()
    });
    store.append(&keys, now).await.unwrap();
    store.close().await;
    let settings = Settings {
        ledger: place.clone(),
        operator: Some(operator),
        listen: "127.0.0.1:0".parse().unwrap(),
        public: PublicTier::None,
        tls,
        openid,
    };
    let (send, receive) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let ready = |address| {
            let _ = send.send(address);
        };
        serve(settings, ready, std::future::pending()).await.unwrap();
    });
    Running {
        address: receive.await.unwrap(),
        place,
        _folder: folder,
    }
}

/// The answer to the challenge of a board's sign-in page.
pub async fn answer_of(client: &reqwest::Client, base: &str, key: &PrivateKey) -> String {
    let page = client.get(format!("{base}/sign-in")).send().await.unwrap();
    let page = page.text().await.unwrap();
    let (_, rest) = page.split_once("id=\"challenge\">").unwrap();
    SignIn::answer(rest.split('<').next().unwrap(), key)
        .unwrap()
        .line()
        .unwrap()
}

/// A client that follows nothing by itself; with the certificate of an authority that it trusts.
pub fn client(authority: Option<&str>) -> reqwest::Client {
    let mut builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    if let Some(pem) = authority {
        builder = builder.add_root_certificate(reqwest::Certificate::from_pem(pem.as_bytes()).unwrap());
    }
    builder.build().unwrap()
}

/// A header of an answer.
pub fn header(answer: &reqwest::Response, name: &str) -> String {
    let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}
