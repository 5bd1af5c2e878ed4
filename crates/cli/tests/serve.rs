//! `detente serve` with a certificate and a sign-in of others, as whoever runs a board starts it: the program itself, a
//! client that speaks TLS, and a small issuer of identities on this machine. What the board does with every wrong token
//! is tested in `crates/web/tests/secured`; here it is that the flags reach it.
#![cfg(feature = "ledger")]

mod program;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use detente_ledger::canonical::unhex;
use detente_ledger::log::keys::PrivateKey;
use program::detente;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};

const TEXT: &str = "[agreement]\ntitle = \"A shut plant\"\nzone = \"UTC\"\nsigned_by = [\"ALBA\", \"BOREA\"]\n\
    [parties]\nALBA = {}\nBOREA = {}\n[others]\nAGENCY = {}\n\
    [commitments.plant]\ntitle = \"Shut the plant\"\nkind = \"achieve\"\nby = \"ALBA\"\nto = \"BOREA\"\n\
    verifier = \"AGENCY\"\nwithin = \"60 days\"\n";

/// A signed ledger, a certificate and its key in a folder.
fn prepared() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("text.toml"), TEXT).unwrap();
    for person in ["ALBA", "BOREA"] {
        let made = detente(here, &["key", person, "--out", &format!("{person}.key")]);
        assert!(made.status.success());
    }
    let signing = "sign text.toml --ledger l.ledger --key ALBA.key --key BOREA.key";
    let signed = detente(here, &signing.split(' ').collect::<Vec<_>>());
    assert!(
        signed.status.success(),
        "{}",
        String::from_utf8_lossy(&signed.stderr)
    );
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    std::fs::write(here.join("board.pem"), made.cert.pem()).unwrap();
    std::fs::write(here.join("board.key.pem"), made.signing_key.serialize_pem()).unwrap();
    (folder, made.cert.pem())
}

/// The program while it serves; it ends with the test.
struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &Path, arguments: &[&str]) -> Serving {
    let mut child = Command::new(env!("CARGO_BIN_EXE_detente"))
        .current_dir(folder)
        .args(["serve", "l.ledger", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').next())
        .map(str::parse);
    let Some(Ok(address)) = address else {
        let _ = child.kill();
        panic!("the board did not start: {line}");
    };
    Serving { child, address }
}

/// An answer over TLS: status, headers in lower case, page.
struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    page: String,
}

fn request(stream: &mut (impl Read + Write), path: &str, cookie: &str) -> Option<Answer> {
    let head =
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    // A server that hangs up without a farewell has still said what it said.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).ok()?;
    let (head, page) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    Some(Answer {
        status,
        headers,
        page: page.to_owned(),
    })
}

/// Asks over TLS, trusting one certificate alone.
fn get(address: SocketAddr, trusted: &str, path: &str, cookie: &str) -> Option<Answer> {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap())
        .unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let session = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    request(
        &mut rustls::StreamOwned::new(session, TcpStream::connect(address).unwrap()),
        path,
        cookie,
    )
}

/// An issuer of identities: its address, and the token it gives next.
fn issuer(key: &PrivateKey) -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let token = Arc::new(Mutex::new(String::new()));
    let public = unhex::<32>(&key.public()).unwrap();
    let keys = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "1",
        "x": URL_SAFE_NO_PAD.encode(public) }] });
    let configuration = json!({ "issuer": base, "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"), "jwks_uri": format!("{base}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"] });
    let given = Arc::clone(&token);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).unwrap_or(0);
            let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
            let answer = match asked.split(' ').nth(1) {
                Some("/keys") => keys.clone(),
                Some("/token") => {
                    json!({ "access_token": "a", "token_type": "Bearer", "id_token": *given.lock().unwrap() })
                }
                _ => configuration.clone(),
            }
            .to_string();
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length:";
            let _ = stream.write_all(format!("{head} {}\r\n\r\n{answer}", answer.len()).as_bytes());
        }
    });
    (base, token)
}

fn token(key: &PrivateKey, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!(
        "{}.{}",
        part(&json!({ "alg": "EdDSA", "kid": "1" })),
        part(claims)
    );
    let signature = unhex::<64>(&key.sign(message.as_bytes()).signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A parameter of an address, which needs no decoding here.
fn parameter(address: &str, name: &str) -> String {
    let (_, query) = address.split_once('?').unwrap();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .into_iter()
        .find(|(known, _)| *known == name)
        .unwrap()
        .1
        .to_owned()
}

#[test]
fn a_board_with_a_certificate_and_an_issuer_shows_its_pages_to_whoever_signs_in() {
    let (folder, trusted) = prepared();
    let key = PrivateKey::from_seed("issuer", &[7; 32]);
    let (base, next) = issuer(&key);
    let sign_in = format!(
        "issuer = \"{base}\"\nclient_id = \"board\"\nredirect = \"https://localhost/sign-in/return\"\nclaim = \"sub\"\n\
         [people]\nanna = {{ person = \"ALBA\", key_file = \"ALBA.key\" }}\n"
    );
    std::fs::write(folder.path().join("sign-in.toml"), sign_in).unwrap();
    let flags = "--public none --certificate board.pem --private-key board.key.pem --sign-in sign-in.toml";
    let serving = serve(folder.path(), &flags.split(' ').collect::<Vec<_>>());
    let ask = |path: &str, cookie: &str| get(serving.address, &trusted, path, cookie).unwrap();
    // A stranger sees nothing of the deal.
    assert!(!ask("/", "").page.contains("Shut the plant"));
    // The way to the issuer and back.
    let begun = ask("/sign-in/start", "");
    assert_eq!(begun.status, 303);
    let to = &begun.headers["location"];
    assert!(to.starts_with(&format!("{base}/authorize?")), "{to}");
    let cookie = begun.headers["set-cookie"].split(';').next().unwrap().to_owned();
    let now = jiff::Timestamp::now().as_second();
    *next.lock().unwrap() = token(
        &key,
        &json!({ "iss": base, "aud": "board", "sub": "anna", "nonce": parameter(to, "nonce"), "iat": now,
            "exp": now + 300 }),
    );
    let back = ask(
        &format!("/sign-in/return?code=good&state={}", parameter(to, "state")),
        &cookie,
    );
    assert_eq!(back.status, 200, "{}", back.page);
    let session = back.headers["set-cookie"].split(';').next().unwrap().to_owned();
    assert!(session.starts_with("__Host-"), "{session}");
    let page = ask("/", &session).page;
    assert!(
        page.contains("Signed in as") && page.contains("ALBA") && page.contains("Shut the plant"),
        "{page}"
    );
    // Without TLS there is no answer, and whoever trusts another certificate takes none.
    let plain = request(&mut TcpStream::connect(serving.address).unwrap(), "/", "");
    assert!(plain.is_none_or(|answer| answer.status >= 400));
    let (_other, other) = prepared();
    assert!(get(serving.address, &other, "/", "").is_none());
}

/// A service manager ends its services so: the board ends in good order, and its ledger is one file.
#[cfg(unix)]
#[test]
fn a_board_that_is_told_to_end_leaves_a_whole_ledger() {
    let (folder, _) = prepared();
    let mut serving = serve(folder.path(), &[]);
    assert!(
        request(&mut TcpStream::connect(serving.address).unwrap(), "/", "")
            .unwrap()
            .status
            == 200
    );
    // A page that listens for news does not hold it up.
    let mut listening = TcpStream::connect(serving.address).unwrap();
    listening
        .write_all(format!("GET /live HTTP/1.1\r\nHost: {}\r\n\r\n", serving.address).as_bytes())
        .unwrap();
    let told = Command::new("kill")
        .args(["-TERM", &serving.child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    let begun = std::time::Instant::now();
    let ended = loop {
        if let Some(ended) = serving.child.try_wait().unwrap() {
            break ended;
        }
        assert!(begun.elapsed().as_secs() < 30, "the board does not end");
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    assert!(ended.success(), "{ended}");
    let here = folder.path();
    let left = std::fs::metadata(here.join("l.ledger-wal")).map_or(0, |data| data.len());
    assert_eq!(left, 0, "what was written lies outside of the file");
    assert!(detente(here, &["verify", "l.ledger"]).status.success());
}

#[test]
fn a_board_that_cannot_be_served_safely_is_refused_with_its_reason() {
    let (folder, _) = prepared();
    let here = folder.path();
    std::fs::write(here.join("bad.pem"), "no certificate").unwrap();
    std::fs::write(
        here.join("bad.toml"),
        "issuer = \"http://id.example\"\nsecret = 1\n",
    )
    .unwrap();
    for (flags, status, words) in [
        ("--listen 0.0.0.0:0", 2, &["certificate"][..]),
        ("--certificate board.pem", 2, &["--private-key"]),
        (
            "--certificate bad.pem --private-key board.key.pem",
            1,
            &["bad.pem", "no certificate in PEM form"],
        ),
        (
            "--certificate absent.pem --private-key board.key.pem",
            2,
            &["absent.pem"],
        ),
        ("--sign-in bad.toml", 1, &["bad.toml", "secret"]),
        ("--sign-in absent.toml", 2, &["absent.toml"]),
    ] {
        let arguments: Vec<&str> = ["serve", "l.ledger"]
            .into_iter()
            .chain(flags.split(' '))
            .collect();
        let run = detente(here, &arguments);
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(status), "{flags}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{flags}: {said}");
        assert!(run.stdout.is_empty(), "{flags}");
    }
}
