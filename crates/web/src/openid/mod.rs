//! Signing in with OpenID Connect: whom the board trusts to say who somebody is, and whom in the deal that is.
//!
//! An issuer says who a person is; it cannot sign statements. So the configuration maps each identity to a person of
//! the deal, and may name that person's key file beside the board: with it the board signs what this person records,
//! without it the person reads everything and records with a key.

mod flow;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use detente_ledger::log::keys::PrivateKey;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl, reqwest};
use serde::Deserialize;

pub(crate) use flow::{Pending, come_back, start};

/// Where an issuer sends people back to.
pub(crate) const RETURN: &str = "/sign-in/return";

/// How people sign in with OpenID Connect.
#[derive(Debug)]
pub struct OpenId {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    /// The claim by which people are told apart.
    claim: String,
    scopes: Vec<String>,
    people: BTreeMap<String, Person>,
    http: reqwest::Client,
    /// What the issuer published, and when it was asked.
    published: tokio::sync::Mutex<Option<(std::time::Instant, CoreProviderMetadata)>>,
    pending: Mutex<HashMap<String, Pending>>,
}

/// Whom an identity is in the deal.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub name: String,
    pub key: Option<Arc<PrivateKey>>,
}

/// The configuration's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    issuer: String,
    client_id: String,
    client_secret_file: Option<String>,
    redirect: String,
    #[serde(default = "subject")]
    claim: String,
    #[serde(default)]
    scopes: Vec<String>,
    authority_file: Option<String>,
    people: BTreeMap<String, WrittenPerson>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPerson {
    person: String,
    key_file: Option<String>,
}

fn subject() -> String {
    "sub".to_owned()
}

impl OpenId {
    /// Reads a configuration (TOML); `read` gives the text of a file that it names.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn from_toml(text: &str, read: impl Fn(&str) -> Result<String, String>) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
        let issuer = IssuerUrl::new(written.issuer).map_err(|error| format!("`issuer`: {error}"))?;
        let redirect = RedirectUrl::new(written.redirect).map_err(|error| format!("`redirect`: {error}"))?;
        confidential("issuer", issuer.url().scheme(), issuer.url().host_str())?;
        confidential("redirect", redirect.url().scheme(), redirect.url().host_str())?;
        if redirect.url().path() != RETURN {
            return Err(format!(
                "`redirect` must be the board's address with the path {RETURN}"
            ));
        }
        let secret = written.client_secret_file.as_deref().map(&read).transpose()?;
        let people = written.people.into_iter().map(|(identity, person)| {
            let key = person
                .key_file
                .as_deref()
                .map(|file| key_of(&person.person, file, &read));
            let key = key.transpose()?;
            Ok((
                identity,
                Person {
                    name: person.person,
                    key,
                },
            ))
        });
        let people: Result<_, String> = people.collect();
        let authority = written.authority_file.as_deref().map(&read).transpose()?;
        Ok(Self {
            issuer,
            client_id: ClientId::new(written.client_id),
            client_secret: secret.map(|secret| ClientSecret::new(secret.trim().to_owned())),
            redirect,
            claim: written.claim,
            scopes: written.scopes,
            people: people?,
            http: http(authority.as_deref())?,
            published: tokio::sync::Mutex::default(),
            pending: Mutex::default(),
        })
    }

    /// The issuer's host, for the sign-in page.
    pub(crate) fn issuer_name(&self) -> &str {
        self.issuer.url().host_str().unwrap_or_default()
    }
}

/// Codes and tokens travel over these addresses: plain HTTP is for this machine alone.
fn confidential(name: &str, scheme: &str, host: Option<&str>) -> Result<(), String> {
    let here = matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"));
    if scheme == "https" || (scheme == "http" && here) {
        return Ok(());
    }
    Err(format!("`{name}` must be an https address"))
}

fn key_of(
    person: &str,
    file: &str,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Arc<PrivateKey>, String> {
    let key = PrivateKey::from_file(read(file)?.trim()).map_err(|why| format!("{file}: {why}"))?;
    if key.person != person {
        return Err(format!("{file} is a key of {}, not of {person}", key.person));
    }
    Ok(Arc::new(key))
}

fn http(authority: Option<&str>) -> Result<reqwest::Client, String> {
    // Redirects would let an issuer's page send the board's requests anywhere.
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(10));
    if let Some(pem) = authority {
        let certificate = reqwest::Certificate::from_pem(pem.as_bytes());
        builder =
            builder.add_root_certificate(certificate.map_err(|error| format!("`authority_file`: {error}"))?);
    }
    builder
        .build()
        .map_err(|error| format!("no HTTP client: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "issuer = \"https://id.example\"\nclient_id = \"board\"\n\
                        redirect = \"https://board.example/sign-in/return\"\n[people]\nanna = { person = \"ALBA\" }\n";

    fn read(text: &str) -> Result<OpenId, String> {
        OpenId::from_toml(text, |file| Err(format!("{file} is not there")))
    }

    #[test]
    fn a_configuration_is_read() {
        let read = read(GOOD).unwrap();
        assert_eq!(
            (read.claim.as_str(), read.people["anna"].name.as_str()),
            ("sub", "ALBA")
        );
    }

    #[test]
    fn addresses_that_would_leak_codes_are_refused() {
        for (from, to, why) in [
            (
                "https://id.example",
                "http://id.example",
                "`issuer` must be an https",
            ),
            (
                "https://board.example",
                "http://board.example",
                "`redirect` must be an https",
            ),
            ("/sign-in/return", "/elsewhere", "with the path /sign-in/return"),
            ("client_id", "client", "unknown field"),
            (
                "\"ALBA\" }",
                "\"ALBA\", key_file = \"alba.key\" }",
                "alba.key is not there",
            ),
        ] {
            let error = read(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
