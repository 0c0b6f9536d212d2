//! Access tokens: shown once when they are created, and stored as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskwire_store::global::credentials;
use deskwire_store::{Hold, Tx, WorkspaceTx, admins, tokens as store, workspaces};
use serde_json::json;
use sha2::{Digest, Sha256};

pub use deskwire_store::tokens::Listed;

use crate::Cx;
use crate::activity;
use crate::actor::{Permissions, Tenant};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, AppId, TokenId};
use crate::ip_allowlist;
use crate::names;
use crate::networks::Networks;
use crate::permissions;
use crate::secrets::{self, hex};

/// The SHA-256 of a token.
pub type Hash = [u8; 32];

/// What a token grants.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The workspace it belongs to.
    pub tenant: Tenant,
    /// Its own id.
    pub token_id: TokenId,
    /// The app it was granted to.
    pub app_id: Option<AppId>,
    /// The admin it acts as.
    pub admin_id: AdminId,
    /// The scopes, separated by spaces.
    pub scopes: String,
    /// The networks that it may be used from; `None` if it may be used from everywhere.
    pub networks: Option<Networks>,
    /// What the role of the admin permits.
    pub permissions: Permissions,
    /// The version the app is set to.
    pub api_version: Option<String>,
}

/// The hash of a token.
pub fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

/// A new secret of 256 bits, in the form of Intercom's tokens.
pub fn generate() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode([b"tok:".as_slice(), &secrets::random::<32>()?].concat()))
}

/// The grant of a token, if it exists and is not revoked, and the epoch in which the grant is valid.
pub fn find(tx: &mut Tx<'_>, hash: &Hash) -> Result<Option<(Grant, i64)>> {
    // The epoch is read first: if it moves in between, the grant counts as stale, never as fresh.
    let epoch = credentials::epoch(tx)?;
    let text = hex(hash);
    let Some(row) = credentials::token(tx, &text[..32])? else { return Ok(None) };
    if !secrets::same(&row.hash, &text) {
        return Ok(None);
    }
    let Some(workspace) = workspaces::get(&mut tx.within(&row.workspace))? else { return Ok(None) };
    let grant = Grant {
        networks: ip_allowlist::in_force(&workspace),
        tenant: workspace.into(),
        token_id: row.token_id,
        app_id: row.app_id,
        admin_id: row.admin_id,
        scopes: row.scopes,
        permissions: permissions::of_role(row.permissions.as_deref()),
        api_version: row.api_version,
    };
    Ok(Some((grant, epoch)))
}

/// Whether the token was revoked.
pub fn ended(tx: &mut Tx<'_>, hash: &Hash) -> Result<bool> {
    let text = hex(hash);
    Ok(credentials::ended_token(tx, &text[..32])?.is_some_and(|found| secrets::same(&found, &text)))
}

/// A token to create.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// The app it is granted to.
    pub app_id: Option<AppId>,
    /// The admin it acts as.
    pub admin_id: AdminId,
    /// The token itself.
    pub token: &'a str,
    /// Its scopes, separated by spaces.
    pub scopes: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// The default API version of its requests; if `None`, that of the app, or the newest.
    pub api_version: Option<&'a str>,
}

/// Stores a token without a name or an API version. Returns false if the same token exists in any workspace.
pub fn create(
    tx: &mut WorkspaceTx,
    app_id: Option<AppId>,
    admin_id: AdminId,
    token: &str,
    scopes: &str,
) -> Result<bool> {
    grant_chosen(tx, &New { app_id, admin_id, token, scopes, name: None, api_version: None })
}

/// Stores a token that the operator may have chosen. Returns false if the same token exists in any workspace.
pub fn grant_chosen(tx: &mut WorkspaceTx, new: &New<'_>) -> Result<bool> {
    if credentials::exists(tx, &hex(&hash(new.token))[..32])? {
        return Ok(false);
    }
    grant(tx, new)?;
    Ok(true)
}

/// Stores a randomly generated token. Returns its id. Fails if its admin was removed.
pub fn grant(tx: &mut WorkspaceTx, new: &New<'_>) -> Result<TokenId> {
    // A removal revokes the tokens that it finds, so it waits until this one is stored, or prevents it.
    admins::hold(tx, new.admin_id, Hold::Reference)?.ok_or(ErrorKind::AdminNotFound)?;
    insert(tx, new)
}

/// Stores a token of an admin whose row is locked.
fn insert(tx: &mut WorkspaceTx, new: &New<'_>) -> Result<TokenId> {
    let text = hex(&hash(new.token));
    let &New { app_id, admin_id, scopes, name, api_version, .. } = new;
    let token = store::Token {
        id: tx.mint(),
        app_id,
        admin_id,
        lookup: text[..32].to_owned(),
        hash: text,
        scopes: scopes.to_owned(),
        name: name.map(str::to_owned),
        api_version: api_version.map(str::to_owned),
        created_at: tx.now(),
    };
    store::insert(tx, &token)?;
    Ok(token.id)
}

/// The maximum number of live tokens per teammate that belong to no app.
const MAX_TOKENS: i64 = 100;

/// Creates a token that belongs to no app, and logs it in the activity log. Returns its id.
pub fn issue(cx: &mut Cx, new: &New<'_>, ip: Option<&str>) -> Result<TokenId> {
    let name = new.name.map(|name| names::checked("name", name)).transpose()?;
    // Serializes the creation of a teammate's tokens, so that the limit holds, and their removal.
    admins::hold(cx, new.admin_id, Hold::Change)?.ok_or(ErrorKind::AdminNotFound)?;
    if store::count_own(cx, new.admin_id)? >= MAX_TOKENS {
        return Err(Error::invalid(format!(
            "a teammate has {MAX_TOKENS} tokens at most: revoke one that is not used any more"
        )));
    }
    let id = insert(cx, &New { name, ..*new })?;
    let called = name.map_or_else(|| id.to_string(), str::to_owned);
    let metadata = json!({"token_id": id.to_string(), "name": name, "scopes": new.scopes});
    let action = format!("created the access token {called}");
    activity::log_action(cx, "custom_authentication_token_creation", &action, metadata, ip)?;
    Ok(id)
}

/// Revokes a token, and logs it in the activity log.
pub fn withdraw(cx: &mut Cx, id: TokenId, ip: Option<&str>) -> Result<()> {
    let listed = store::one(cx, id)?.filter(|listed| listed.revoked_at.is_none());
    let listed = listed.ok_or(ErrorKind::ResourceNotFound)?;
    if !store::revoke(cx, id)? {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    let called = listed.name.or(listed.app).unwrap_or_else(|| id.to_string());
    let metadata = json!({"token_id": id.to_string()});
    activity::log_action(cx, "oauth_token_revocation", &format!("revoked the access token {called}"), metadata, ip)
}

/// A page of tokens before `before`, newest first. Includes revoked ones if `ended`.
pub fn page(cx: &mut Cx, ended: bool, before: Option<TokenId>, limit: i64) -> Result<Vec<Listed>> {
    Ok(store::page(cx, ended, before.unwrap_or(TokenId::new(i64::MAX)), limit)?)
}

/// One token.
pub fn listed(cx: &mut Cx, id: TokenId) -> Result<Listed> {
    store::one(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// The tokens of a workspace, oldest first. Includes revoked ones if `ended`.
pub fn list(cx: &mut Cx, ended: bool) -> Result<Vec<Listed>> {
    Ok(store::list(cx, ended)?)
}

/// Revokes a token. Every server notices within a second. Returns false if it was already revoked.
pub fn revoke(tx: &mut WorkspaceTx, token_id: TokenId) -> Result<bool> {
    Ok(store::revoke(tx, token_id)?)
}

/// Revokes all tokens with this name. Returns the number revoked.
pub fn revoke_named(tx: &mut WorkspaceTx, name: &str) -> Result<u64> {
    Ok(store::revoke_named(tx, name)?)
}

/// The auth epoch, which grows with every change of a credential.
pub fn epoch(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(credentials::epoch(tx)?)
}

/// Records when tokens were last used: workspace, token, unix seconds.
pub fn used<W: AsRef<str>>(tx: &mut Tx<'_>, tokens: &[(W, TokenId, i64)]) -> Result<()> {
    for (workspace, id, at) in tokens {
        store::used(&mut tx.within(workspace.as_ref()), *id, *at)?;
    }
    Ok(())
}
