//! The authorization code flow with PKCE: a state ties the answer to the browser that began, a nonce ties the ID token
//! to this sign-in, and the token's signature, issuer, audience and expiry are checked by the library.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthType, AuthorizationCode, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, Scope, TokenResponse,
};
use serde::Deserialize;

use super::{OpenId, Person, RETURN};
use crate::{Board, pages, session};

/// How long somebody may take at the issuer.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How long what the issuer published is used; its keys may change.
const FRESH: Duration = Duration::from_secs(5 * 60);
/// The most sign-ins that are begun and not ended.
const MOST_PENDING: usize = 1000;
/// The cookie that ties the way back to the browser that began, one for each deal and port.
fn cookie_name(board: &Board) -> String {
    format!("detente-sign-in-{}", board.name)
}

/// Signatures that only the issuer can make; a shared secret or none is no proof.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A sign-in that was begun.
#[derive(Debug)]
pub(crate) struct Pending {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    browser: String,
    since: Instant,
}

/// What the issuer sends back with the person.
#[derive(Debug, Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /sign-in/start`: sends the person to the issuer.
pub(crate) async fn start(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let Some(openid) = &board.openid else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match begin(&board, openid).await {
        Ok(answer) => answer,
        Err(why) => refuse(&board, &headers, &why),
    }
}

/// `GET /sign-in/return`: signs in whoever comes back with a good code.
pub(crate) async fn come_back(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Query(returned): Query<Returned>,
) -> Response {
    let Some(openid) = &board.openid else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let person = match identify(&board, openid, &headers, &returned).await {
        Ok(person) => person,
        Err(why) => return refuse(&board, &headers, &why),
    };
    match session::begin(&board, &person.name, person.key) {
        // A redirect would still count as the issuer's, and the strict cookie would not be sent along with it.
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], pages::sign_in::welcome(&board)).into_response(),
        Err(why) => refuse(&board, &headers, why),
    }
}

fn refuse(board: &Board, headers: &HeaderMap, why: &str) -> Response {
    let page = pages::sign_in::with_error(board, session::host(headers), why);
    (StatusCode::FORBIDDEN, page).into_response()
}

async fn begin(board: &Board, openid: &OpenId) -> Result<Response, String> {
    let client = openid.client().await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client.authorize_url(
        CoreAuthenticationFlow::AuthorizationCode,
        CsrfToken::new_random,
        Nonce::new_random,
    );
    for scope in &openid.scopes {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    let (address, state, nonce) = request.set_pkce_challenge(challenge).url();
    let browser = session::random().ok_or("the system gives no random bytes")?;
    let cookie = format!(
        "{}={browser}; HttpOnly; SameSite=Lax; Path={RETURN}; Max-Age={}{}",
        cookie_name(board),
        PATIENCE.as_secs(),
        if board.secure { "; Secure" } else { "" }
    );
    let mut pending = board.lock(&openid.pending);
    pending.retain(|_, begun| begun.since.elapsed() < PATIENCE);
    if pending.len() >= MOST_PENDING {
        return Err("too many people are signing in; try again in some minutes".to_owned());
    }
    let begun = Pending {
        nonce,
        verifier,
        browser,
        since: Instant::now(),
    };
    pending.insert(state.secret().clone(), begun);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(address.as_str())).into_response())
}

/// Whom the issuer says this is, if everything about its answer holds.
async fn identify(
    board: &Board,
    openid: &OpenId,
    headers: &HeaderMap,
    returned: &Returned,
) -> Result<Person, String> {
    // Whatever comes of it, a state serves once.
    let begun = board.lock(&openid.pending).remove(&returned.state);
    let begun = begun
        .filter(|begun| begun.since.elapsed() < PATIENCE)
        .ok_or("this sign-in was not begun here, or too long ago")?;
    if session::cookie(headers, &cookie_name(board)) != Some(begun.browser.as_str()) {
        return Err("this sign-in was begun in another browser".to_owned());
    }
    if let Some(error) = &returned.error {
        return Err(format!("the issuer says: {error}"));
    }
    if returned
        .iss
        .as_ref()
        .is_some_and(|named| named != openid.issuer.as_str())
    {
        return Err("another issuer answered".to_owned());
    }
    let client = openid.client().await?;
    let token = client
        .exchange_code(AuthorizationCode::new(returned.code.clone()))
        .map_err(|error| format!("the issuer gives no tokens: {error}"))?
        .set_pkce_verifier(begun.verifier)
        .request_async(&openid.http)
        .await
        .map_err(|error| format!("the issuer gave no token: {}", with_cause(&error)))?;
    let token = token.id_token().ok_or("the issuer gave no ID token")?;
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    token
        .claims(&verifier, &begun.nonce)
        .map_err(|error| format!("the ID token does not hold: {}", with_cause(&error)))?;
    let identity = identity(&token.to_string(), &openid.claim)?;
    let person = openid.people.get(&identity);
    let person = person.ok_or_else(|| format!("`{identity}` is nobody in this deal"))?;
    board.admits(person).await?;
    Ok(person.clone())
}

fn with_cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// The claim that names somebody, from the payload of a token whose signature was checked.
fn identity(token: &str, claim: &str) -> Result<String, String> {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|error| error.to_string())?;
    // A name given twice would let two readers of one token see two persons.
    let text = String::from_utf8(bytes).map_err(|_| "the ID token is no text")?;
    let claims = detente_reading::json::value(&text)
        .map_err(|fault| format!("the ID token is not JSON as it should be: {}", fault.message))?;
    if claim == "email" && claims["email_verified"] != true {
        return Err("the issuer has not verified this address".to_owned());
    }
    let named = claims[claim].as_str();
    named
        .map(str::to_owned)
        .ok_or_else(|| format!("the ID token has no `{claim}`"))
}

impl OpenId {
    async fn client(&self) -> Result<Client, String> {
        let published = self.published().await?;
        let methods = published.token_endpoint_auth_methods_supported();
        let in_header = methods.is_none_or(|all| all.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client =
            CoreClient::from_provider_metadata(published, self.client_id.clone(), self.client_secret.clone());
        let client = client.set_redirect_uri(self.redirect.clone());
        Ok(if in_header {
            client
        } else {
            client.set_auth_type(AuthType::RequestBody)
        })
    }

    /// What the issuer says about itself, with the keys of its signatures.
    async fn published(&self) -> Result<CoreProviderMetadata, String> {
        let mut kept = self.published.lock().await;
        if let Some((when, published)) = &*kept
            && when.elapsed() < FRESH
        {
            return Ok(published.clone());
        }
        let published = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(|error| format!("the issuer cannot be asked: {}", with_cause(&error)))?;
        *kept = Some((Instant::now(), published.clone()));
        Ok(published)
    }
}
