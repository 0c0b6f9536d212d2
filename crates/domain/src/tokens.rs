//! Access tokens: made once, shown once, kept as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskwire_store::{Tx, tokens as store, workspaces};
use sha2::{Digest, Sha256};

use crate::actor::Tenant;
use crate::error::Result;
use crate::secrets::{self, hex};

/// The SHA-256 of a token.
pub type Hash = [u8; 32];

/// What a token grants.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The workspace it belongs to.
    pub tenant: Tenant,
    /// Its own id.
    pub token_id: i64,
    /// The app it was granted to.
    pub app_id: Option<i64>,
    /// The admin it acts as.
    pub admin_id: i64,
    /// The scopes, separated by spaces.
    pub scopes: String,
    /// The version the app is set to.
    pub api_version: Option<String>,
}

/// The hash of a token.
pub fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

/// A new secret of 256 bits, in the form Intercom's tokens have.
pub fn generate() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode([b"tok:".as_slice(), &secrets::random::<32>()?].concat()))
}

/// What a token grants, if it is known and not revoked, and the epoch that is true for.
pub fn find(tx: &mut Tx<'_>, hash: &Hash) -> Result<Option<(Grant, i64)>> {
    // The epoch first: if it moves in between, the grant counts as stale, never as fresh.
    let epoch = store::epoch(tx)?;
    let text = hex(hash);
    let Some(row) = store::find(tx, &text[..32])? else { return Ok(None) };
    if !secrets::same(&row.hash, &text) {
        return Ok(None);
    }
    let Some(workspace) = workspaces::get(tx, &row.workspace)? else { return Ok(None) };
    let grant = Grant {
        tenant: workspace.into(),
        token_id: row.token_id,
        app_id: row.app_id,
        admin_id: row.admin_id,
        scopes: row.scopes,
        api_version: row.api_version,
    };
    Ok(Some((grant, epoch)))
}

/// Whether this is a token that has ended.
pub fn ended(tx: &mut Tx<'_>, hash: &Hash) -> Result<bool> {
    let text = hex(hash);
    Ok(store::ended(tx, &text[..32])?.is_some_and(|found| secrets::same(&found, &text)))
}

/// Stores a token of a workspace. False when this very token exists already.
pub fn create(
    tx: &mut Tx<'_>,
    workspace: &str,
    app_id: Option<i64>,
    admin_id: i64,
    token: &str,
    scopes: &str,
) -> Result<bool> {
    Ok(grant(tx, workspace, app_id, admin_id, token, scopes)?.is_some())
}

/// The same: the token's own id, none when this very token exists already.
pub fn grant(
    tx: &mut Tx<'_>,
    workspace: &str,
    app_id: Option<i64>,
    admin_id: i64,
    token: &str,
    scopes: &str,
) -> Result<Option<i64>> {
    let text = hex(&hash(token));
    let new = store::NewToken { app_id, admin_id, lookup: &text[..32], hash: &text, scopes };
    Ok(store::insert(tx, workspace, &new)?)
}

/// Ends a token, everywhere within a second; false when it had ended before.
pub fn revoke(tx: &mut Tx<'_>, workspace: &str, token_id: i64) -> Result<bool> {
    Ok(store::revoke(tx, workspace, token_id)?)
}

/// The scopes of a token that has not ended.
pub fn scopes(tx: &mut Tx<'_>, workspace: &str, token_id: i64) -> Result<Option<String>> {
    Ok(store::scopes(tx, workspace, token_id)?)
}

/// How often what tokens stand for has changed.
pub fn epoch(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(store::epoch(tx)?)
}

/// Writes down when tokens were last used: workspace, token, unix seconds.
pub fn used<W: AsRef<str>>(tx: &mut Tx<'_>, tokens: &[(W, i64, i64)]) -> Result<()> {
    for (workspace, id, at) in tokens {
        store::used(tx, workspace.as_ref(), *id, *at)?;
    }
    Ok(())
}
