//! Apps as a workspace file declares them.

use deskwire_store::{Tx, app_secrets, tokens as store};
use serde::Deserialize;

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::{apps, tokens};

/// An app as a workspace file declares it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in the workspace.
    pub name: String,
    /// What it may ask for: names, or `all`.
    pub scopes: Vec<String>,
    /// Where users come back to after they granted access.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The version its requests without one, and its webhooks, are in.
    pub api_version: Option<String>,
    /// Its client id; made up when left out.
    pub client_id: Option<String>,
    /// Its client secret, for development; made up when left out, and then never shown.
    pub client_secret: Option<String>,
}

/// Brings an app to this; whether anything changed. Who it is once made, and its secret, do not change.
pub fn declare(tx: &mut Tx<'_>, actor: &Actor, declared: &Declared) -> Result<bool> {
    let workspace = actor.workspace();
    let name = declared.name.trim();
    if name.is_empty() {
        return Err(Error::invalid("an app needs a name").field("name"));
    }
    let scopes = declared.scopes.join(" ");
    let redirect_uris = declared.redirect_uris.join("\n");
    let existing = app_secrets::all(tx, workspace)?.into_iter().find(|app| app.name == name);
    let Some(before) = existing else {
        let made = match (&declared.client_id, &declared.client_secret) {
            (None, None) => apps::create(tx, workspace, name, &declared.redirect_uris, &scopes)?.id,
            (Some(client_id), Some(secret)) if !client_id.is_empty() && secret.len() >= 16 => {
                let (id, secret_hash) = (tx.mint(), tokens::hex(&tokens::hash(secret)));
                let new = store::NewApp {
                    id,
                    name,
                    client_id,
                    secret_hash: &secret_hash,
                    signing_secret: secret,
                    redirect_uris: &redirect_uris,
                    scopes: &scopes,
                };
                store::insert_app(tx, workspace, &new)?;
                id
            }
            _ => {
                let words = "client_id and client_secret (16 characters at least) are given together, or not at all";
                return Err(Error::invalid(words).field("client_secret"));
            }
        };
        let app = app_secrets::all(tx, workspace)?.into_iter().find(|app| app.id == made);
        if let (Some(app), Some(version)) = (app, &declared.api_version) {
            app_secrets::update(tx, workspace, &app_secrets::Signer { api_version: Some(version.clone()), ..app })?;
        }
        return Ok(true);
    };
    let after = app_secrets::Signer {
        redirect_uris,
        scopes,
        api_version: declared.api_version.clone().or_else(|| before.api_version.clone()),
        ..before.clone()
    };
    if after == before {
        return Ok(false);
    }
    app_secrets::update(tx, workspace, &after)?;
    // Whoever knows a token keeps its app's version as well.
    store::bump(tx)?;
    Ok(true)
}
