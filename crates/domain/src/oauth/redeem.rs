//! Exchanging an authorization code for a token.

use crate::Cx;
use crate::ids::{AdminId, TokenId};
use std::sync::Arc;

use deskwire_store::apps::App;
use deskwire_store::global::credentials;
use deskwire_store::{Hold, Tx, admins, apps, oauth_codes as store, workspaces};
use serde_json::json;

use crate::activity::{self, Entry};
use crate::actor::Actor;
use crate::error::Result;
use crate::{secrets, tokens};

/// Authenticates an app.
pub fn client(tx: &mut Tx<'_>, client_id: &str, secret: &str) -> Result<Option<App>> {
    let hash = secrets::hash(secret);
    let app = credentials::app(tx, client_id)?;
    Ok(app.filter(|app| secrets::same(&app.secret_hash, &hash)))
}

/// Exchanges a code for a token. A code works once: if it is presented again, its token is revoked (RFC 6749, 4.1.2).
/// It ends with the teammate who granted it and with the app.
pub fn redeem(tx: &mut Tx<'_>, app: &App, code: &str, redirect_uri: Option<&str>) -> Result<Option<String>> {
    let workspace = app.workspace.as_str();
    let hash = secrets::hash(code);
    let tx = &mut tx.within(workspace);
    // The teammate and the app are locked before the code. Removing either revokes the tokens that it finds, so it
    // waits until this one is stored, or prevents it.
    let Some(admin_id) = store::granted_by(tx, &hash, app.id)? else { return Ok(None) };
    if admins::hold(tx, admin_id, Hold::Reference)?.is_none() || apps::hold(tx, app.id, Hold::Reference)?.is_none() {
        return Ok(None);
    }
    let won = store::claim(tx, &hash, app.id, redirect_uri)?;
    let Some(code) = store::claimed(tx, &hash, app.id)? else { return Ok(None) };
    if !won {
        if let Some(token_id) = code.token_id {
            revoke(tx, app, code.admin_id, token_id)?;
        }
        return Ok(None);
    }
    let token = tokens::generate()?;
    let new = tokens::New {
        app_id: Some(app.id),
        admin_id: code.admin_id,
        token: &token,
        scopes: &code.scopes,
        name: None,
        api_version: None,
    };
    let id = tokens::grant(tx, &new)?;
    store::redeemed(tx, &hash, id)?;
    apps::install(tx, app.id, code.admin_id, &code.scopes)?;
    Ok(Some(token))
}

fn revoke(tx: &mut Tx<'_>, app: &App, admin_id: AdminId, token_id: TokenId) -> Result<()> {
    if !tokens::revoke(&mut tx.within(&app.workspace), token_id)? {
        return Ok(());
    }
    let Some(workspace) = workspaces::get(&mut tx.within(&app.workspace))? else { return Ok(()) };
    let actor = Actor::admin(Arc::new(workspace.into()), admin_id);
    let description = format!("A token of the app {} ended, because its code was used twice.", app.name);
    let metadata = json!({"app_name": app.name, "client_id": app.client_id});
    activity::log(
        &mut Cx::new(tx, &actor),
        Entry { activity_type: "oauth_token_revocation", description, metadata, ip: None },
    )
}
