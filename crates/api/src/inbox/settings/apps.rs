//! `/app/v1/settings/apps`: the apps of a workspace. Responses with secrets are not stored for repeated requests.

use std::collections::HashMap;

use deskwire_domain::apps::settings::{self as verbs, New};
use deskwire_domain::apps::{self, App, Changes, Install};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AdminId, AppId};
use deskwire_domain::{Cx, admins};

use crate::auth::{Scope, Scopes};
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{
    AppSecret, AppSettings, AppsSettings, ChangeApp, Installation, NewApp, RemovedApp, ScopeName,
};
use crate::reply::Reply;
use crate::versions::Version;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/apps", Needs::Apps, list);
    rows.row("POST /app/v1/settings/apps", Needs::Apps, create);
    rows.row("PATCH /app/v1/settings/apps/{id}", Needs::Apps, change);
    rows.row("POST /app/v1/settings/apps/{id}/secret", Needs::Apps, renew_secret);
    rows.row("POST /app/v1/settings/apps/{id}/uninstall", Needs::Apps, uninstall);
    rows.row("DELETE /app/v1/settings/apps/{id}", Needs::Apps, remove);
}

/// All apps, with the scopes and versions to choose from.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let names = names(cx)?;
            let items = apps::list(cx)?.into_iter().map(|(app, installs)| view(app, installs, &names)).collect();
            Ok(AppsSettings { items, scopes: scopes_of(Scopes::ALL), versions: versions() })
        })
        .await
}

/// Creates an app.
async fn create(request: Request) -> Result<Reply> {
    let NewApp { name, redirect_uris, scopes, api_version, uninstall_url } = request.body()?;
    let scopes = stored(&scopes)?;
    let api_version = known_version(api_version)?;
    let (new, ip) = (New { name, redirect_uris, scopes, api_version, uninstall_url }, request.ip());
    request
        .write_unstored(move |cx| {
            let made = verbs::register(cx, &new, ip.as_deref())?;
            Ok(AppSecret { app: one(cx, made.id)?, client_secret: made.client_secret })
        })
        .await
}

/// Changes an app.
async fn change(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let ChangeApp { name, redirect_uris, scopes, api_version, uninstall_url } = request.body()?;
    let scopes = scopes.as_deref().map(stored).transpose()?;
    let api_version = known_version(api_version)?;
    let changes = Changes { name, redirect_uris, scopes, api_version, uninstall_url };
    let ip = request.ip();
    request.write(move |cx| verbs::change(cx, id, &changes, ip.as_deref()).and_then(|app| one(cx, app.id))).await
}

/// Gives an app a new client secret.
async fn renew_secret(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request
        .write_unstored(move |cx| {
            let client_secret = verbs::renew_secret(cx, id, ip.as_deref())?;
            Ok(AppSecret { app: one(cx, id)?, client_secret })
        })
        .await
}

/// Revokes the access of an app.
async fn uninstall(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request.write(move |cx| Ok(RemovedApp { revoked_tokens: verbs::uninstall(cx, id, ip.as_deref())? })).await
}

/// Deletes an app with its tokens and webhooks.
async fn remove(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request.write(move |cx| Ok(RemovedApp { revoked_tokens: verbs::end(cx, id, ip.as_deref())? })).await
}

fn id(request: &Request) -> Result<AppId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

/// The names of all teammates, former ones included.
type Names = HashMap<AdminId, String>;

fn names(cx: &mut Cx) -> Result<Names> {
    Ok(admins::ever(cx)?.into_iter().map(|admin| (admin.id, admin.name)).collect())
}

fn one(cx: &mut Cx, id: AppId) -> Result<AppSettings> {
    let names = names(cx)?;
    let found = apps::list(cx)?.into_iter().find(|(app, _)| app.id == id);
    found.map(|(app, installs)| view(app, installs, &names)).ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

fn view(app: App, installs: Vec<Install>, names: &Names) -> AppSettings {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let installed = |install: Install| Installation {
        admin_name: names.get(&install.admin_id).cloned(),
        admin_id: install.admin_id.to_string(),
        asks_anew: Scopes::differ(&app.scopes, &install.scopes),
        tokens: install.tokens,
        authorized_at: install.authorized_at,
    };
    AppSettings {
        id: app.id.to_string(),
        installs: installs.into_iter().map(installed).collect(),
        scopes: words(&app.scopes),
        redirect_uris: words(&app.redirect_uris),
        name: app.name,
        client_id: app.client_id,
        api_version: app.api_version,
        uninstall_url: app.uninstall_url,
        signs: app.signs,
        created_at: app.created_at,
    }
}

/// The names of the scopes of a set.
pub(super) fn scopes_of(scopes: Scopes) -> Vec<ScopeName> {
    scopes.iter().map(|scope: Scope| ScopeName { name: scope.as_str(), text: scope.words() }).collect()
}

/// The versions that an app or a token can be pinned to, newest first.
pub(super) fn versions() -> Vec<&'static str> {
    Version::ALL.iter().rev().map(|version| version.as_str()).collect()
}

/// Scopes as they are stored.
pub(super) fn stored(names: &[String]) -> Result<String> {
    let unknown = |name: &str| Error::invalid(format!("there is no scope {name:?}")).field("scopes");
    if names.is_empty() {
        return Err(Error::missing("at least one scope is required").field("scopes"));
    }
    if let Some(wrong) = names.iter().find(|name| *name != "all" && Scope::parse(name).is_none()) {
        return Err(unknown(wrong));
    }
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    Ok(if names.contains(&"all") { "all".to_owned() } else { names.join(" ") })
}

/// Checks a version; an empty string stands for none.
pub(super) fn known_version(named: Option<String>) -> Result<Option<String>> {
    match named {
        Some(name) if !name.is_empty() && Version::parse(&name).is_none() => {
            Err(Error::invalid(format!("there is no API version {name:?}")).field("api_version"))
        }
        named => Ok(named),
    }
}
