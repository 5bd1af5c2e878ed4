//! Signing in with OpenID Connect, against a small issuer on this machine whose tokens are made as a case says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::running::{Running, board, client, header, key};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Form, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use detente_ledger::store::Store;
use detente_web::OpenId;
use ed25519_dalek::{Signer as _, SigningKey};
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::reqwest::{Client, Response, Url};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What the issuer answers next.
#[derive(Default)]
struct Issuer {
    address: String,
    keys: Value,
    token: String,
    challenge: String,
}

type Shared = Arc<Mutex<Issuer>>;

async fn issuer(keys: Value) -> Shared {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let issuer = Issuer {
        address,
        keys,
        ..Issuer::default()
    };
    let shared = Arc::new(Mutex::new(issuer));
    let app = Router::new()
        .route("/.well-known/openid-configuration", get(configuration))
        .route(
            "/keys",
            get(async |State(issuer): State<Shared>| as_json(&issuer.lock().unwrap().keys)),
        )
        .route("/token", post(token))
        .with_state(Arc::clone(&shared));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    shared
}

fn as_json(value: &Value) -> axum::response::Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn configuration(State(issuer): State<Shared>) -> axum::response::Response {
    let base = issuer.lock().unwrap().address.clone();
    as_json(
        &json!({ "issuer": base, "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"), "jwks_uri": format!("{base}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"] }),
    )
}

/// Gives the token for the code, if the verifier belongs to the challenge with which the sign-in began.
async fn token(
    State(issuer): State<Shared>,
    Form(form): Form<HashMap<String, String>>,
) -> axum::response::Response {
    let issuer = issuer.lock().unwrap();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    if challenge != issuer.challenge || form["code"] != "good" {
        return as_json(&json!({ "error": "invalid_grant" }));
    }
    as_json(&json!({ "access_token": "a", "token_type": "Bearer", "id_token": issuer.token }))
}

fn signing_key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn published() -> Value {
    let x = URL_SAFE_NO_PAD.encode(signing_key(7).verifying_key().as_bytes());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "1", "x": x }] })
}

/// A token; `sign` makes the signature over its first two parts.
fn jwt(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// A sign-in that was begun: what the browser holds, and what the issuer was told.
struct Begun {
    cookie: String,
    asked: HashMap<String, String>,
}

async fn begin(client: &Client, running: &Running, issuer: &Shared) -> Begun {
    let answer = client
        .get(format!("http://{}/sign-in/start", running.address))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    let cookie = header(&answer, "set-cookie");
    assert!(
        cookie.contains("HttpOnly; SameSite=Lax; Path=/sign-in/return"),
        "{cookie}"
    );
    let address = Url::parse(&header(&answer, "location")).unwrap();
    let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
    assert_eq!(
        (&*asked["response_type"], &*asked["code_challenge_method"]),
        ("code", "S256")
    );
    issuer.lock().unwrap().challenge = asked["code_challenge"].clone();
    Begun {
        cookie: cookie.split(';').next().unwrap().to_owned(),
        asked,
    }
}

/// The claims of a good token.
fn claims(issuer: &Shared, begun: &Begun) -> Value {
    let now = jiff::Timestamp::now().as_second();
    json!({ "iss": issuer.lock().unwrap().address, "aud": "board", "sub": "anna", "nonce": begun.asked["nonce"],
        "iat": now, "exp": now + 300 })
}

async fn come_back(client: &Client, running: &Running, query: &[(&str, &str)], cookie: &str) -> Response {
    let address = format!("http://{}/sign-in/return", running.address);
    let request = client.get(address).query(query).header("Cookie", cookie);
    request.send().await.unwrap()
}

fn configured(issuer: &Shared, claim: &str) -> OpenId {
    let text = format!(
        "issuer = \"{}\"\nclient_id = \"board\"\nredirect = \"http://localhost/sign-in/return\"\nclaim = \"{claim}\"\n\
         [people]\nanna = {{ person = \"ALBA\", key_file = \"alba.key\" }}\npaul = {{ person = \"PRESS\" }}\n\
         nemo = {{ person = \"NOBODY\" }}\nold = {{ person = \"BOREA\", key_file = \"borea.key\" }}\n",
        issuer.lock().unwrap().address
    );
    let read = |file: &str| Ok(key(&file.strip_suffix(".key").unwrap().to_uppercase()).to_file());
    OpenId::from_toml(&text, read).unwrap()
}

/// Signs in with a token that a case has changed.
async fn attempt(claim: &str, make: impl Fn(Value) -> String) -> (Running, Response) {
    let issuer = issuer(published()).await;
    let running = board(None, Some(configured(&issuer, claim))).await;
    let client = client(None);
    let begun = begin(&client, &running, &issuer).await;
    let token = make(claims(&issuer, &begun));
    issuer.lock().unwrap().token = token;
    let query = [("code", "good"), ("state", &*begun.asked["state"])];
    let answer = come_back(&client, &running, &query, &begun.cookie).await;
    (running, answer)
}

fn good(claims: &Value) -> String {
    let header = json!({ "alg": "EdDSA", "kid": "1" });
    jwt(&header, claims, |message| {
        signing_key(7).sign(message).to_bytes().to_vec()
    })
}

/// The form for recording, as the person who has just signed in sees it.
struct RecordForm {
    client: Client,
    address: String,
    cookie: String,
    page: String,
}

impl RecordForm {
    async fn opened(running: &Running, signed_in: &Response) -> Self {
        let cookie = header(signed_in, "set-cookie");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let client = client(None);
        let address = format!("http://{}/record", running.address);
        let page = client.get(&address).header("Cookie", &cookie);
        let page = page.send().await.unwrap().text().await.unwrap();
        Self {
            client,
            address,
            cookie,
            page,
        }
    }

    /// Sends fields with the token that the form carries.
    async fn sent(&self, fields: &[(&str, &str)]) -> Response {
        let (_, rest) = self.page.split_once("name=\"token\" value=\"").unwrap();
        let token = rest.split('"').next().unwrap();
        let fields = [&[("token", token)], fields].concat();
        let request = self.client.post(&self.address).header("Cookie", &self.cookie);
        request.form(&fields).send().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_issuer_names_reads_and_records() {
    let (running, answer) = attempt("sub", |claims| good(&claims)).await;
    assert_eq!(answer.status(), 200);
    let cookie = header(&answer, "set-cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    let form = RecordForm::opened(&running, &answer).await;
    assert!(
        form.page.contains("Signed in as <strong>ALBA</strong>"),
        "{}",
        form.page
    );
    let today = jiff::Timestamp::now().to_string();
    let fields = [
        ("kind", "claim"),
        ("on", "plant"),
        ("id", "c1"),
        ("occurred", &today[..10]),
    ];
    let recorded = form.sent(&fields).await;
    assert_eq!(recorded.status(), 200);
    assert!(recorded.text().await.unwrap().contains("detente-receipt-1"));
    let store = Store::open(&running.place, None).await.unwrap();
    assert_eq!(store.log().events()[0].by[..], ["ALBA"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_on_the_board_a_person_signs_at_home() {
    let as_paul = |mut claims: Value| {
        claims["sub"] = json!("paul");
        good(&claims)
    };
    let (running, answer) = attempt("sub", as_paul).await;
    assert_eq!(answer.status(), 200);
    let form = RecordForm::opened(&running, &answer).await;
    let votes = [
        ("kind", "vote"),
        ("on", "plant"),
        ("yes_by", "ALBA, BOREA"),
        ("no_by", "PRESS"),
    ];
    let made = form.sent(&votes).await;
    assert_eq!(made.status(), 200);
    let page = made.text().await.unwrap();
    let (_, rest) = page.split_once("<pre id=\"event\" tabindex=\"0\">").unwrap();
    let event = rest.split('<').next().unwrap().replace("&quot;", "\"");
    let event: Value = serde_json::from_str(&event).unwrap();
    assert_eq!(
        (&event["yes_by"], &event["no_by"]),
        (&json!(["ALBA", "BOREA"]), &json!(["PRESS"]))
    );
    assert_eq!(event["by"], "PRESS");
    // Nothing was recorded for it.
    let store = Store::open(&running.place, None).await.unwrap();
    assert_eq!(store.log().events().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_do_not_hold_are_refused() {
    let now = jiff::Timestamp::now().as_second();
    let cases = [
        ("nonce", json!("another"), "Invalid nonce"),
        ("nonce", Value::Null, "Invalid nonce"),
        ("aud", json!("another board"), "Invalid audiences"),
        ("aud", json!(["board", "another board"]), "Invalid audiences"),
        ("iss", json!("http://127.0.0.1:1"), "Invalid issuer"),
        ("exp", json!(now - 1), "Expired"),
        ("sub", json!("stranger"), "`stranger` is nobody in this deal"),
        ("sub", json!("nemo"), "`NOBODY` is nobody in this text"),
        ("sub", json!("old"), "the key of BOREA is not registered"),
    ];
    for (claim, value, why) in cases {
        let changed = |mut claims: Value| {
            claims[claim] = value.clone();
            good(&claims)
        };
        refused(attempt("sub", changed).await.1, why).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_that_anybody_could_make_are_refused() {
    let x = URL_SAFE_NO_PAD.encode(signing_key(7).verifying_key().as_bytes());
    let other = |claims: Value| {
        let header = json!({ "alg": "EdDSA", "kid": "1" });
        jwt(&header, &claims, |message| {
            signing_key(8).sign(message).to_bytes().to_vec()
        })
    };
    let none = |claims: Value| jwt(&json!({ "alg": "none" }), &claims, |_| Vec::new());
    // The public key taken for a shared secret; refused for the algorithm, whatever the signature is.
    let shared = |claims: Value| {
        jwt(&json!({ "alg": "HS256", "kid": "1" }), &claims, |message| {
            Sha256::digest([x.as_bytes(), message].concat()).to_vec()
        })
    };
    let altered = |claims: Value| {
        let token = good(&claims);
        let mut parts: Vec<&str> = token.split('.').collect();
        let mut richer = claims.clone();
        richer["sub"] = json!("paul");
        let payload = URL_SAFE_NO_PAD.encode(richer.to_string());
        parts[1] = &payload;
        parts.join(".")
    };
    refused(attempt("sub", other).await.1, "Crypto error").await;
    refused(attempt("sub", none).await.1, "No signature found").await;
    refused(attempt("sub", shared).await.1, "Disallowed signature algorithm").await;
    refused(attempt("sub", altered).await.1, "Crypto error").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_count_only_when_the_issuer_has_verified_them() {
    let with = |verified: Value| {
        move |mut claims: Value| {
            claims["email"] = json!("anna");
            claims["email_verified"] = verified.clone();
            good(&claims)
        }
    };
    assert_eq!(attempt("email", with(json!(true))).await.1.status(), 200);
    refused(attempt("email", with(json!(false))).await.1, "has not verified").await;
    refused(attempt("role", with(json!(true))).await.1, "has no `role`").await;
}

/// Two readers of such a token would see two persons.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_a_name_given_twice_is_refused() {
    let twice = |claims: Value| {
        let header = json!({ "alg": "EdDSA", "kid": "1" });
        let payload = claims
            .to_string()
            .replacen('{', "{\"role\":\"paul\",\"role\":\"anna\",", 1);
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", part(header.to_string()), part(payload));
        let signature = signing_key(7).sign(message.as_bytes()).to_bytes();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    refused(attempt("role", twice).await.1, "given twice").await;
}

async fn refused(answer: Response, why: &str) {
    assert_eq!(answer.status(), 403, "{why}");
    assert_eq!(header(&answer, "set-cookie"), "");
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("Not signed in: ") && page.contains(why),
        "{why}: {page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_serves_once_and_in_its_own_browser() {
    let issuer = issuer(published()).await;
    let running = board(None, Some(configured(&issuer, "sub"))).await;
    let client = client(None);
    let begun = begin(&client, &running, &issuer).await;
    let token = good(&claims(&issuer, &begun));
    issuer.lock().unwrap().token = token;
    let state = &*begun.asked["state"];
    let query = [("code", "good"), ("state", state)];
    refused(
        come_back(
            &client,
            &running,
            &[("code", "good"), ("state", "guess")],
            &begun.cookie,
        )
        .await,
        "not begun",
    )
    .await;
    refused(
        come_back(&client, &running, &query, "detente-sign-in=other").await,
        "another browser",
    )
    .await;
    refused(
        come_back(&client, &running, &query, &begun.cookie).await,
        "not begun here",
    )
    .await;
    let begun = begin(&client, &running, &issuer).await;
    let denied = [("error", "access_denied"), ("state", &*begun.asked["state"])];
    refused(
        come_back(&client, &running, &denied, &begun.cookie).await,
        "access_denied",
    )
    .await;
    // A code of another sign-in: the verifier does not fit.
    let begun = begin(&client, &running, &issuer).await;
    issuer.lock().unwrap().challenge = "another".to_owned();
    let query = [("code", "good"), ("state", &*begun.asked["state"])];
    refused(
        come_back(&client, &running, &query, &begun.cookie).await,
        "gave no token",
    )
    .await;
}

/// Most issuers sign with RSA; the key is made by openssl.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_signed_with_rsa_are_read() {
    let made = std::process::Command::new("openssl")
        .args(["genrsa", "-traditional", "2048"])
        .output()
        .expect("openssl is needed: apt-get install openssl, or run ./test.sh");
    let pem = String::from_utf8(made.stdout).unwrap();
    let id = openidconnect::JsonWebKeyId::new("r".to_owned());
    let own = CoreRsaPrivateSigningKey::from_pem(&pem, Some(id)).unwrap();
    let issuer = issuer(json!({ "keys": [own.as_verification_key()] })).await;
    let running = board(None, Some(configured(&issuer, "sub"))).await;
    let client = client(None);
    let begun = begin(&client, &running, &issuer).await;
    let token = jwt(
        &json!({ "alg": "RS256", "kid": "r" }),
        &claims(&issuer, &begun),
        |message| {
            own.sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, message)
                .unwrap()
        },
    );
    issuer.lock().unwrap().token = token;
    let query = [("code", "good"), ("state", &*begun.asked["state"])];
    assert_eq!(
        come_back(&client, &running, &query, &begun.cookie).await.status(),
        200
    );
}
