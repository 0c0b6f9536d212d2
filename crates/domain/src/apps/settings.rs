//! Apps as teammates and operators manage them, in the inbox and on the command line, with entries in the activity log.

use deskwire_store::apps as rows;
use serde_json::json;

use super::{App, Changes, Made};
use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AppId;
use crate::{names, oauth};

/// The maximum number of apps per workspace that teammates create.
const MAX_APPS: usize = 200;
/// The maximum number of redirect URIs per app.
const MAX_REDIRECT_URIS: usize = 20;

/// An app to create. The caller has validated the names of the scopes.
#[derive(Debug, Clone)]
pub struct New {
    /// Its name.
    pub name: String,
    /// The redirect URIs; the first is the default.
    pub redirect_uris: Vec<String>,
    /// The scopes that it may request, separated by spaces.
    pub scopes: String,
    /// The API version of requests without one; empty or `None` for the default.
    pub api_version: Option<String>,
    /// The URL notified when it is uninstalled; empty or `None` for none.
    pub uninstall_url: Option<String>,
}

/// Creates an app.
pub fn register(cx: &mut Cx, new: &New, ip: Option<&str>) -> Result<Made> {
    let name = names::checked("name", &new.name)?;
    check_urls(&new.redirect_uris, new.uninstall_url.as_deref())?;
    let made = super::create(cx, name, &new.redirect_uris, &new.scopes)?;
    if rows::all(cx)?.len() > MAX_APPS {
        return Err(Error::invalid(format!("a workspace has {MAX_APPS} apps at most")));
    }
    let rest = Changes {
        api_version: new.api_version.clone(),
        uninstall_url: new.uninstall_url.clone(),
        ..Changes::default()
    };
    let app = super::update(cx, &made.client_id, &rest)?;
    log(cx, "app_package_installation", "created", &app, ip)?;
    Ok(made)
}

/// Changes an app.
pub fn change(cx: &mut Cx, id: AppId, changes: &Changes, ip: Option<&str>) -> Result<App> {
    let before = find(cx, id)?;
    if let Some(name) = &changes.name {
        names::checked("name", name)?;
    }
    check_urls(changes.redirect_uris.as_deref().unwrap_or_default(), changes.uninstall_url.as_deref())?;
    let after = super::update(cx, &before.client_id, changes)?;
    if after != before {
        log(cx, "security_settings_change", "changed", &after, ip)?;
    }
    Ok(after)
}

/// Replaces the client secret of an app. Returns the new secret.
pub fn renew_secret(cx: &mut Cx, id: AppId, ip: Option<&str>) -> Result<String> {
    let app = lock_app(cx, id)?;
    let secret = super::rotate_secret(cx, &app)?;
    log(cx, "app_package_token_regeneration", "renewed the secret of", &app, ip)?;
    Ok(secret)
}

/// Removes an app with its tokens and webhooks. Returns the number of tokens revoked.
pub fn end(cx: &mut Cx, id: AppId, ip: Option<&str>) -> Result<u64> {
    let app = lock_app(cx, id)?;
    let ended = super::remove(cx, &app)?;
    log(cx, "app_package_uninstallation", "removed", &app, ip)?;
    Ok(ended)
}

/// Revokes all access of an app. The app can be authorized again. Returns the number of tokens revoked.
pub fn uninstall(cx: &mut Cx, id: AppId, ip: Option<&str>) -> Result<u64> {
    let app = lock_app(cx, id)?;
    oauth::uninstall_app(cx, &app, ip)
}

/// An app of the workspace.
pub fn find(cx: &mut Cx, id: AppId) -> Result<App> {
    rows::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// The same, locked to be changed.
pub fn lock_app(cx: &mut Cx, id: AppId) -> Result<App> {
    rows::lock(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

fn log(cx: &mut Cx, activity_type: &'static str, done: &str, app: &App, ip: Option<&str>) -> Result<()> {
    let metadata = json!({"app_name": app.name, "client_id": app.client_id, "scopes": app.scopes});
    activity::log_action(cx, activity_type, &format!("{done} the app {}", app.name), metadata, ip)
}

fn check_urls(redirect_uris: &[String], uninstall_url: Option<&str>) -> Result<()> {
    if redirect_uris.len() > MAX_REDIRECT_URIS {
        return Err(
            Error::invalid(format!("an app has {MAX_REDIRECT_URIS} redirect URIs at most")).field("redirect_uris")
        );
    }
    let invalid = |url: &str, field: &'static str| {
        let message = "is not a https:// or http:// URL, or has a fragment or characters that must be percent-encoded";
        Error::invalid(format!("{url} {message}")).field(field)
    };
    if let Some(url) = redirect_uris.iter().find(|url| !super::is_web_url(url)) {
        return Err(invalid(url, "redirect_uris"));
    }
    match uninstall_url.filter(|url| !url.is_empty() && !super::is_web_url(url)) {
        Some(url) => Err(invalid(url, "uninstall_url")),
        None => Ok(()),
    }
}
