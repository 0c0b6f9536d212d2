//! Apps as a workspace file declares them.

use deskwire_store::global::credentials;
use deskwire_store::{WorkspaceTx, apps as rows};
use serde::{Deserialize, Serialize};

use super::App;
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::names;
use crate::secrets;

/// An app as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in the file.
    pub name: String,
    /// The scopes it may request: names, or `all`.
    pub scopes: Vec<String>,
    /// The URLs that users return to after they have granted access.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The API version of its requests without one, and of its webhooks.
    pub api_version: Option<String>,
    /// The URL notified when it is uninstalled.
    pub uninstall_url: Option<String>,
    /// Its client id.
    pub client_id: String,
    /// Its client secret: required to create the app, and ignored afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// Creates or changes an app as declared. Returns whether anything changed. Its client id identifies it.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let actor = cx.actor();
    let (workspace, now) = (actor.workspace(), cx.now());
    let (name, client_id) = (names::checked("name", &declared.name)?, declared.client_id.trim());
    if client_id.is_empty() || !client_id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::invalid("a client_id has letters and digits, and no spaces").field("client_id"));
    }
    let urls = declared.redirect_uris.iter().chain(&declared.uninstall_url);
    if let Some(wrong) = urls.into_iter().find(|url| !super::is_web_url(url)) {
        return Err(Error::invalid(format!("{wrong} is not a https:// or http:// URL")).field("redirect_uris"));
    }
    let existing = credentials::app(cx, client_id)?;
    let before = match existing {
        Some(app) if app.workspace != workspace => {
            return Err(Error::invalid(format!("another workspace has an app {client_id:?}")).field("client_id"));
        }
        Some(app) => rows::lock(cx, app.id)?.ok_or(ErrorKind::Conflict)?,
        None => made(cx, declared)?,
    };
    let after = App {
        name: name.to_owned(),
        redirect_uris: declared.redirect_uris.join("\n"),
        scopes: declared.scopes.join(" "),
        api_version: declared.api_version.clone(),
        uninstall_url: declared.uninstall_url.clone(),
        ..before.clone()
    };
    if after == before {
        return Ok(false);
    }
    if after.name != before.name {
        super::unique(cx, &after.name, Some(before.id))?;
    }
    rows::update(cx, &before, &App { updated_at: now, ..after })?;
    // Processes cache the app's version with its tokens.
    credentials::bump(cx)?;
    Ok(true)
}

/// Creates the app with the fields that never change.
fn made(tx: &mut WorkspaceTx, declared: &Declared) -> Result<App> {
    let Some(secret) = declared.client_secret.as_deref() else {
        return Err(Error::invalid("a new app needs a client_secret").field("client_secret"));
    };
    if secret.len() < 16 {
        return Err(Error::invalid("a client_secret has 16 characters at least").field("client_secret"));
    }
    let app = App {
        id: tx.mint(),
        client_id: declared.client_id.trim().to_owned(),
        secret_hash: secrets::hash(secret),
        ..App::default()
    };
    Ok(rows::insert(tx, app, secret)?)
}

/// All apps as a workspace file would declare them. Client secrets are secrets.
pub fn declared(cx: &mut Cx, secrets: bool) -> Result<Vec<Declared>> {
    let mut all = Vec::new();
    for app in rows::all(cx)? {
        let client_secret = if secrets { rows::signing_secret(cx, app.id)? } else { None };
        all.push(Declared {
            name: app.name,
            scopes: app.scopes.split_whitespace().map(str::to_owned).collect(),
            redirect_uris: app.redirect_uris.lines().map(str::to_owned).collect(),
            api_version: app.api_version,
            uninstall_url: app.uninstall_url,
            client_id: app.client_id,
            client_secret,
        });
    }
    Ok(all)
}
