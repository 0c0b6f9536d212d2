//! What opens the demo: a token and a password, the same at each start where they can be kept.

use deskwire_domain::Cx;
use deskwire_domain::ids::AdminId;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskwire_api::versions::Version;
use deskwire_domain::sign_in::{self, passwords};
use deskwire_domain::{Actor, Error, Kind, Tenant, admins, tokens};
use deskwire_store::Db;
use serde::{Deserialize, Serialize};

use crate::cli::{Failure, Result};

/// What the demo calls the tokens that it makes.
const TOKEN_NAME: &str = "demo";

/// How the demo is to be opened.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The access token to use, instead of one that the demo makes.
    pub(crate) token: Option<String>,
    /// The version of requests that name none.
    pub(crate) api_version: Option<String>,
    /// The file that keeps token and password; none where there is no place for one.
    pub(crate) keep: Option<PathBuf>,
}

/// What opens the demo.
#[derive(Debug)]
pub(crate) struct Keys {
    /// An access token.
    pub(super) token: String,
    /// The email address of an admin.
    pub(super) email: String,
    /// Their password.
    pub(super) password: String,
    /// The version of requests that name none.
    pub(super) api_version: String,
}

/// What is kept for the next start.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    token: Option<String>,
    password: String,
}

/// Sees to it that the workspace has a token and its first admin a password, and says which.
pub(super) fn give(db: &Db, tenant: Arc<Tenant>, wanted: Wanted) -> Result<Keys> {
    let kept = wanted.keep.as_deref().and_then(read);
    let actor = Actor::system(tenant);
    let reader = actor.clone();
    let (admin, stored) = db.search_sync(move |tx| {
        let id = admins::named(&mut tx.within(reader.workspace()), None)?;
        let admin = admins::find(&mut Cx::new(tx, &reader), id, Kind::AdminNotFound)?.admin;
        let stored = sign_in::password(&mut Cx::new(tx, &reader), id)?;
        Ok::<_, Error>((admin, stored))
    })?;
    let known = kept.as_ref().map(|k| k.password.clone()).filter(|p| passwords::verify(p, stored.as_deref()));
    let (password, hash) = if let Some(password) = known {
        (password, None)
    } else {
        let password = passwords::generate()?;
        let hash = passwords::hash(&password)?;
        (password, Some(hash))
    };
    let email = admin.email.clone();
    let Wanted { token: explicit, api_version, keep } = wanted;
    let (known, fresh) = (kept.and_then(|k| k.token), tokens::generate()?);
    let (before, asked) = (known.clone(), explicit.clone());
    let (token, api_version) = db.write_sync(move |tx| {
        if let Some(hash) = &hash {
            sign_in::set_password(&mut Cx::new(tx, &actor), &admin, hash)?;
        }
        let token = token(&mut Cx::new(tx, &actor), admin.id, asked.as_deref(), before.as_deref(), &fresh)?;
        let granted = tokens::find(tx, &tokens::hash(&token))?;
        let (granted, _) = granted.ok_or_else(|| Error::internal("a token was lost while it was made"))?;
        if let Some(version) = &api_version {
            tokens::set_api_version(&mut tx.within(actor.workspace()), granted.token_id, version)?;
        }
        Ok::<_, Error>((token, api_version.clone().or(granted.api_version)))
    })?;
    if let Some(path) = keep {
        let own = if explicit.is_some() { known } else { Some(token.clone()) };
        write(&path, &Kept { token: own, password: password.clone() })?;
    }
    Ok(Keys { token, email, password, api_version: api_version.unwrap_or_else(|| Version::DEFAULT.to_string()) })
}

/// The token asked for, else the one that was kept, else a new one in place of those that the demo made before.
fn token(
    cx: &mut Cx,
    admin_id: AdminId,
    asked: Option<&str>,
    kept: Option<&str>,
    fresh: &str,
) -> Result<String, Error> {
    let actor = cx.actor();
    let workspace = actor.workspace();
    let mut is_ours = |token: &str| {
        let found = tokens::find(cx, &tokens::hash(token))?;
        Ok::<_, Error>(found.is_some_and(|(grant, _)| grant.tenant.id == workspace))
    };
    if let Some(token) = asked {
        if !is_ours(token)? && !tokens::create(cx, None, admin_id, token, "all")? {
            return Err(Error::invalid("this token was revoked, or belongs to another workspace"));
        }
        return Ok(token.to_owned());
    }
    if let Some(token) = kept
        && is_ours(token)?
    {
        return Ok(token.to_owned());
    }
    tokens::revoke_named(cx, TOKEN_NAME)?;
    let new =
        tokens::New { app_id: None, admin_id, token: fresh, scopes: "all", name: Some(TOKEN_NAME), api_version: None };
    tokens::grant(cx, &new)?;
    Ok(fresh.to_owned())
}

/// What was kept; what cannot be read is made anew.
fn read(path: &Path) -> Option<Kept> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Keeps the keys where only the owner can read them.
fn write(path: &Path, kept: &Kept) -> Result {
    let text = serde_json::to_vec(kept).map_err(Failure::new)?;
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(&text))
        .map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))
}
