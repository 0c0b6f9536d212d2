//! An admin grants an app access.

use deskwire_store::{Hold, admins, apps, oauth_codes as store};
use serde_json::json;

use super::redirect;
use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AppId;
use crate::secrets;

/// The lifetime of an authorization code, in seconds.
const LIFETIME: i64 = 300;
/// The error message for an admin whose role does not permit this.
const NOT_PERMITTED: &str = "Your role does not permit you to give apps access";

/// Grants an app the scopes that the admin has seen. Returns the authorization code, or `None` if the app's scopes or
/// redirect URI have changed since: then the admin must confirm again. Fails if the admin's role does not permit it.
pub fn allow(
    cx: &mut Cx,
    app_id: AppId,
    redirect_uri: &str,
    shown_scopes: &str,
    ip: Option<&str>,
) -> Result<Option<String>> {
    let actor = cx.actor();
    let admin_id = actor.admin_id().ok_or(ErrorKind::Unauthorized)?;
    // Removing the teammate or the app deletes the codes that it finds, so it waits until this one is stored, or prevents
    // it.
    if !admins::hold(cx, admin_id, Hold::Reference)?.is_some_and(|admin| admin.can_manage_apps) {
        return Err(Error::new(ErrorKind::Forbidden, NOT_PERMITTED));
    }
    let Some(app) = apps::hold(cx, app_id, Hold::Reference)? else { return Ok(None) };
    if app.scopes != shown_scopes || redirect(&app, Some(redirect_uri)).is_none() {
        return Ok(None);
    }
    let code = secrets::text::<32>()?;
    let now = cx.now();
    let row = store::OauthCode {
        hash: secrets::hash(&code),
        app_id,
        admin_id,
        redirect_uri: redirect_uri.to_owned(),
        scopes: shown_scopes.to_owned(),
        created_at: now,
        expires_at: now + LIFETIME,
        claimed_at: None,
        token_id: None,
    };
    store::insert(cx, &row)?;
    let metadata = json!({"app_name": app.name, "client_id": app.client_id, "scopes": shown_scopes});
    let action = format!("authorized the app {}", app.name);
    activity::log_action(cx, "app_package_installation", &action, metadata, ip)?;
    Ok(Some(code))
}
