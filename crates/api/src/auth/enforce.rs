//! Checks the token and the address, then the version window, then the scope. Nothing else creates a `Caller`.

use std::net::IpAddr;
use std::sync::Arc;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_store::Db;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::caller::{Caller, Identity};
use super::scope::Scope;
use super::tokens::Tokens;
use crate::encoded::base64;
use crate::versions::{Feature, Version, Window};

/// The header that selects a version in requests, and reports it in responses.
pub(crate) const VERSION_HEADER: &str = "intercom-version";

/// Rejects requests with two tokens or two versions: proxies on the way could each use a different one.
pub(crate) fn check_once(headers: &HeaderMap) -> Result<()> {
    for (name, shown) in [(AUTHORIZATION.as_str(), "Authorization"), (VERSION_HEADER, "Intercom-Version")] {
        if headers.get_all(name).iter().nth(1).is_some() {
            return Err(Error::new(ErrorKind::BadRequest, format!("{shown} must be sent only once")).field(name));
        }
    }
    Ok(())
}

/// Returns the identity of the caller. Fails if the token is unknown or must not be used from this address.
pub(crate) async fn identify(
    tokens: &Tokens,
    db: &Db,
    headers: &HeaderMap,
    address: Option<IpAddr>,
) -> Result<Arc<Identity>> {
    let token = bearer(headers).ok_or(ErrorKind::Unauthorized)?;
    let identity = tokens.identify(db, &token).await?;
    check_address(&identity, address)?;
    Ok(identity)
}

/// The version of a request: that of the header, else the app's.
pub(crate) fn version(identity: &Identity, headers: &HeaderMap) -> Result<Version> {
    match headers.get(VERSION_HEADER) {
        None => Ok(identity.version),
        Some(text) => text.to_str().ok().and_then(Version::parse).ok_or_else(|| ErrorKind::VersionInvalid.into()),
    }
}

/// Checks that the caller may call an operation.
pub(crate) fn enforce(scopes: &[Scope], window: Window, identity: Arc<Identity>, version: Version) -> Result<Caller> {
    if !window.contains(version) {
        return Err(ErrorKind::VersionInvalid.into());
    }
    if !identity.scopes.has_any(scopes) {
        return Err(match scopes.first() {
            Some(scope) if window.since().has(Feature::NamedScopes) => scope.missing(),
            _ => ErrorKind::TokenUnauthorized.into(),
        });
    }
    Ok(Caller { identity, version })
}

/// Rejects a caller whose address is not on the IP allowlist of the workspace.
pub(crate) fn check_address(identity: &Identity, address: Option<IpAddr>) -> Result<()> {
    let Some(networks) = &identity.networks else { return Ok(()) };
    if address.is_some_and(|address| networks.contain(address)) {
        return Ok(());
    }
    let address = address.map_or_else(|| "unknown".to_owned(), |address| address.to_canonical().to_string());
    Err(Error::new(ErrorKind::Forbidden, format!("Your IP ({address}) is not on the allowlist of this workspace")))
}

/// The token of a `Bearer` header, or the user name of a `Basic` header, in which the oldest clients send it.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = text.split_once(' ')?;
    let token = if scheme.eq_ignore_ascii_case("bearer") { rest.trim().to_owned() } else { basic(headers)?.0 };
    (!token.is_empty()).then_some(token)
}

/// The user name and the password of a `Basic` header.
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (_, rest) = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))?;
    let pair = String::from_utf8(base64(rest)?).ok()?;
    let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
    Some((user.to_owned(), password.to_owned()))
}
