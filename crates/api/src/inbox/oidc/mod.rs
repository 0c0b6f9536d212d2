//! Signing in through an identity provider: the authorization code flow of OpenID Connect with PKCE.
//!
//! `GET /inbox/oidc` redirects to the provider and gives the browser a cookie with a random secret. The state, the
//! nonce and the code verifier are derived from that secret, so the server stores nothing in between, and only this
//! browser can complete the flow. `GET /inbox/oidc/callback` redeems the code and signs in the teammate with the email
//! address that the provider verified.

mod provider;
mod token;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::secrets;
use deskwire_domain::sign_in::inbox::{MAX_LIFETIME, SECOND_FACTOR};
use deskwire_domain::sign_in::single_sign_on::{self, Entry};
use deskwire_store::fair::{Key, Limits, Shares};
use http::StatusCode;
use sha2::{Digest, Sha256};

pub use provider::{Fetched, Fetcher, Provider, Settings};

use super::pages::to_page;
use super::visitor::device;
use crate::cookies::{INBOX, OIDC};
use crate::oauth::{redirect, with_cookie};
use crate::proxies::share_of;
use crate::query;
use crate::reply::Reply;
use crate::surface::Incoming;
use provider::Failure;

/// How long signing in at the provider may take, in seconds.
const FLOW_SECONDS: i64 = 600;
/// The maximum length of a code, in bytes.
const MAX_CODE: usize = 4_096;
/// The maximum number of concurrent requests to the identity provider, in all and for one network.
const AT_ONCE: usize = 32;
const OF_A_NETWORK: usize = 4;

/// Permits for requests to the provider.
#[derive(Debug)]
pub(crate) struct Turns(Shares);

impl Default for Turns {
    fn default() -> Self {
        Self(Shares::new(Limits { most: OF_A_NETWORK, ..Limits::whole(AT_ONCE, 0) }))
    }
}

/// The values that bind a flow to a browser.
#[derive(Debug)]
struct Proof {
    state: String,
    nonce: String,
    verifier: String,
    challenge: String,
}

impl Proof {
    /// Derives the values from the secret in the browser's cookie.
    fn of(secret: &str) -> Self {
        let derived = |name: &str| secrets::derived(secret, name);
        let verifier = derived("verifier");
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Self { state: derived("state"), nonce: derived("nonce"), verifier, challenge }
    }
}

/// Why signing in failed. The sign-in page has a text for each.
#[derive(Debug, Clone, Copy)]
enum Problem {
    /// The identity provider or the person denied it.
    Denied,
    /// The browser did not start this flow, or started it too long ago.
    Stale,
    /// The provider does not respond.
    Unreachable,
    /// The provider's response is not valid.
    Refused,
    /// The provider has not verified the email address.
    Unverified,
    /// No teammate has the email address.
    Unknown,
    /// Too many people are signing in.
    Busy,
}

impl Problem {
    const fn code(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Stale => "stale",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Unverified => "unverified",
            Self::Unknown => "unknown",
            Self::Busy => "busy",
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unreachable(why) => {
                tracing::warn!(why, "the identity provider is unavailable");
                Self::Unreachable
            }
            Failure::Refused(why) => {
                tracing::warn!(why, "a sign-in through the identity provider failed");
                Self::Refused
            }
        }
    }
}

/// Redirects to the provider.
pub(super) async fn start(incoming: &Incoming) -> Result<Reply> {
    let provider = incoming.app.config.oidc.as_ref().ok_or(ErrorKind::ResourceNotFound)?;
    let Some(_turn) = turn(incoming) else { return Ok(to_sign_in(incoming, Problem::Busy)) };
    let secret = secrets::text::<32>()?;
    let now = incoming.app.db.clock().now();
    match provider.authorize(now, &redirect_uri(incoming), &Proof::of(&secret)).await {
        Ok(url) => {
            let reply = redirect(StatusCode::SEE_OTHER, &url);
            Ok(with_cookie(reply, &OIDC.set(&incoming.origin, &secret, Some(FLOW_SECONDS))))
        }
        Err(failure) => Ok(to_sign_in(incoming, failure.into())),
    }
}

/// Signs in the person who returns from the identity provider, or redirects to the sign-in page with the problem.
pub(super) async fn callback(incoming: &Incoming) -> Result<Reply> {
    let reply = match verified_email(incoming).await? {
        Ok(email) => open_session(incoming, email).await?,
        Err(problem) => to_sign_in(incoming, problem),
    };
    Ok(with_cookie(reply, &OIDC.forget(&incoming.origin)))
}

/// The email address that the provider verified.
async fn verified_email(incoming: &Incoming) -> Result<Result<String, Problem>> {
    let provider = incoming.app.config.oidc.as_ref().ok_or(ErrorKind::ResourceNotFound)?;
    let text = |name: &str| query::text(&incoming.parts.uri, name).map(std::borrow::Cow::into_owned);
    let Some(secret) = OIDC.read(&incoming.parts.headers, &incoming.origin) else { return Ok(Err(Problem::Stale)) };
    let proof = Proof::of(secret);
    if !text("state").is_some_and(|state| secrets::same(&state, &proof.state)) {
        return Ok(Err(Problem::Stale));
    }
    let Some(code) = text("code").filter(|code| code.len() <= MAX_CODE) else { return Ok(Err(Problem::Denied)) };
    let Some(_turn) = turn(incoming) else { return Ok(Err(Problem::Busy)) };
    let now = incoming.app.db.clock().now();
    let claims = match provider.redeem(now, &redirect_uri(incoming), &code, &proof).await {
        Ok(claims) => claims,
        Err(failure) => return Ok(Err(failure.into())),
    };
    let is_verified = claims.is_verified();
    Ok(claims.email.filter(|_| is_verified).ok_or(Problem::Unverified))
}

/// Opens a session for the teammate with this email address, or starts a pending sign-in.
async fn open_session(incoming: &Incoming, email: String) -> Result<Reply> {
    let device = device(&incoming.parts.headers, incoming.ip);
    let entry = incoming.db().write(move |tx| single_sign_on::enter(tx, &email, &device)).await?;
    let set = |secret: &str, seconds| INBOX.set(&incoming.origin, secret, Some(seconds));
    Ok(match entry {
        None => to_sign_in(incoming, Problem::Unknown),
        Some(Entry::Session(secret)) => with_cookie(to_page(incoming, ""), &set(&secret, MAX_LIFETIME)),
        Some(Entry::Before(secret)) => with_cookie(to_page(incoming, "login"), &set(&secret, SECOND_FACTOR)),
    })
}

fn to_sign_in(incoming: &Incoming, problem: Problem) -> Reply {
    to_page(incoming, &format!("login?sso={}", problem.code()))
}

/// The redirect URI of the flow.
fn redirect_uri(incoming: &Incoming) -> String {
    format!("{}/inbox/oidc/callback", incoming.origin.trim_end_matches('/'))
}

fn turn(incoming: &Incoming) -> Option<deskwire_store::fair::Permit> {
    incoming.app.oidc_turns.0.try_acquire(Key::of(&("oidc", share_of(incoming.ip))), 1)
}
