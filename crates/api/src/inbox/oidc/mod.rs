//! Signing in through a provider of identities: the authorization code flow of OpenID Connect with PKCE.
//!
//! `GET /inbox/oidc` leads to the provider and gives the browser a cookie with a random secret, from which the state, the
//! nonce and the verifier of the code are derived: nothing is kept here in between, and only this browser can come back.
//! `GET /inbox/oidc/callback` takes the code, and signs in whoever the provider knows by the email address of a teammate.

mod provider;
mod token;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::secrets;
use deskwire_domain::sign_in::inbox::{LONGEST, SECOND_FACTOR};
use deskwire_domain::sign_in::single_sign_on::{self, Entry};
use deskwire_store::fair::{Key, Limits, Shares};
use http::StatusCode;
use sha2::{Digest, Sha256};

pub use provider::{Fetched, Fetcher, Provider, Settings};

use super::visitor::device;
use crate::cookies::{INBOX, OIDC};
use crate::oauth::{redirect, with_cookie};
use crate::proxies::share_of;
use crate::query;
use crate::reply::Reply;
use crate::request::base;
use crate::surface::Incoming;
use provider::Failure;

/// How long somebody may take at the provider, in seconds.
const LASTS: i64 = 600;
/// The most bytes of a code that are passed on.
const LONGEST_CODE: usize = 4_096;
/// How many may be asked about at the provider at once, and how many of them by one network.
const AT_ONCE: usize = 32;
const OF_A_NETWORK: usize = 4;

/// Turns to ask the provider.
#[derive(Debug)]
pub(crate) struct Turns(Shares);

impl Default for Turns {
    fn default() -> Self {
        Self(Shares::new(Limits { most: OF_A_NETWORK, ..Limits::whole(AT_ONCE, 0) }))
    }
}

/// What ties a visit at the provider to a browser.
#[derive(Debug)]
struct Proof {
    state: String,
    nonce: String,
    verifier: String,
    challenge: String,
}

impl Proof {
    /// That of the secret in the browser's cookie.
    fn of(secret: &str) -> Self {
        let derived = |name: &str| secrets::derived(secret, name);
        let verifier = derived("verifier");
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Self { state: derived("state"), nonce: derived("nonce"), verifier, challenge }
    }
}

/// Why somebody who came back is not signed in; the page to sign in has words for each.
#[derive(Debug, Clone, Copy)]
enum Problem {
    /// The provider or the person there said no.
    Denied,
    /// The browser did not begin this visit, or began it too long ago.
    Stale,
    /// The provider does not answer.
    Unreachable,
    /// The provider's answer is not accepted.
    Refused,
    /// The provider does not vouch for an email address.
    Unverified,
    /// No teammate has the email address.
    Unknown,
    /// Too many are signing in.
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
                tracing::warn!(why, "the provider of identities cannot be used");
                Self::Unreachable
            }
            Failure::Refused(why) => {
                tracing::warn!(why, "the provider of identities did not vouch for somebody");
                Self::Refused
            }
        }
    }
}

/// Leads to the provider.
pub(super) async fn start(incoming: &Incoming) -> Result<Reply> {
    let provider = incoming.app.config.oidc.as_ref().ok_or(ErrorKind::ResourceNotFound)?;
    let Some(_turn) = turn(incoming) else { return Ok(to_sign_in(incoming, Problem::Busy)) };
    let secret = secrets::text::<32>()?;
    let now = incoming.app.db.clock().now();
    match provider.authorize(now, &back(incoming), &Proof::of(&secret)).await {
        Ok(url) => {
            let reply = redirect(StatusCode::SEE_OTHER, &url);
            Ok(with_cookie(reply, &OIDC.set(&incoming.origin, &secret, Some(LASTS))))
        }
        Err(failure) => Ok(to_sign_in(incoming, failure.into())),
    }
}

/// Signs in whoever comes back from the provider, or leads to the page that says why not.
pub(super) async fn callback(incoming: &Incoming) -> Result<Reply> {
    let reply = match vouched(incoming).await? {
        Ok(email) => enter(incoming, email).await?,
        Err(problem) => to_sign_in(incoming, problem),
    };
    Ok(with_cookie(reply, &OIDC.forget(&incoming.origin)))
}

/// The email address that the provider vouches for.
async fn vouched(incoming: &Incoming) -> Result<Result<String, Problem>> {
    let provider = incoming.app.config.oidc.as_ref().ok_or(ErrorKind::ResourceNotFound)?;
    let text = |name: &str| query::text(&incoming.parts.uri, name).map(std::borrow::Cow::into_owned);
    let Some(secret) = OIDC.read(&incoming.parts.headers, &incoming.origin) else { return Ok(Err(Problem::Stale)) };
    let proof = Proof::of(secret);
    if !text("state").is_some_and(|state| secrets::same(&state, &proof.state)) {
        return Ok(Err(Problem::Stale));
    }
    let Some(code) = text("code").filter(|code| code.len() <= LONGEST_CODE) else { return Ok(Err(Problem::Denied)) };
    let Some(_turn) = turn(incoming) else { return Ok(Err(Problem::Busy)) };
    let now = incoming.app.db.clock().now();
    let claims = match provider.redeem(now, &back(incoming), &code, &proof).await {
        Ok(claims) => claims,
        Err(failure) => return Ok(Err(failure.into())),
    };
    let is_verified = claims.is_verified();
    Ok(claims.email.filter(|_| is_verified).ok_or(Problem::Unverified))
}

/// Opens what the email address gives: a session, or what stands before one.
async fn enter(incoming: &Incoming, email: String) -> Result<Reply> {
    let device = device(&incoming.parts.headers, incoming.ip);
    let entered = incoming.db().write(move |tx| single_sign_on::enter(tx, &email, &device)).await?;
    let lead = |place: &str| redirect(StatusCode::SEE_OTHER, &format!("{}/inbox/{place}", base(&incoming.origin)));
    let set = |secret: &str, seconds| INBOX.set(&incoming.origin, secret, Some(seconds));
    Ok(match entered {
        None => to_sign_in(incoming, Problem::Unknown),
        Some(Entry::Session(secret)) => with_cookie(lead(""), &set(&secret, LONGEST)),
        Some(Entry::Before(secret)) => with_cookie(lead("login"), &set(&secret, SECOND_FACTOR)),
    })
}

fn to_sign_in(incoming: &Incoming, problem: Problem) -> Reply {
    let place = format!("{}/inbox/login?sso={}", base(&incoming.origin), problem.code());
    redirect(StatusCode::SEE_OTHER, &place)
}

/// Where the provider sends people back to.
fn back(incoming: &Incoming) -> String {
    format!("{}/inbox/oidc/callback", incoming.origin.trim_end_matches('/'))
}

fn turn(incoming: &Incoming) -> Option<deskwire_store::fair::Permit> {
    incoming.app.oidc_turns.0.try_acquire(Key::of(&("oidc", share_of(incoming.ip))), 1)
}
