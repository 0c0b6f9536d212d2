//! `/app/v1/settings/apps`: the apps of a workspace. Responses with secrets are not stored for repeated requests.
//!
//! What an app receives through its webhooks is limited by its scopes, not by the role of a teammate. So teammates can
//! only give an app scopes that their role permits, and cannot change an app that has others. They can end its access.

use std::collections::HashMap;

use deskwire_domain::apps::settings::{self as verbs, New};
use deskwire_domain::apps::{self, App, Changes, Install};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AdminId, AppId};
use deskwire_domain::{Cx, Permissions, admins};

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

/// All apps, with the scopes that the teammate may give them and the versions to choose from.
async fn list(request: Request) -> Result<Reply> {
    let scopes = Scopes::ALL.within(request.actor().permissions);
    request
        .read(move |cx| {
            let names = names(cx)?;
            let items = apps::list(cx)?.into_iter().map(|(app, installs)| view(app, installs, &names)).collect();
            Ok(AppsSettings { items, scopes: scopes_of(scopes), versions: versions() })
        })
        .await
}

/// Creates an app.
async fn create(request: Request) -> Result<Reply> {
    let NewApp { name, redirect_uris, scopes, api_version, uninstall_url } = request.body()?;
    let scopes = stored(&scopes)?;
    check_scopes(&scopes, request.actor().permissions)?;
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
    if let Some(scopes) = &scopes {
        check_scopes(scopes, request.actor().permissions)?;
    }
    let api_version = known_version(api_version)?;
    let changes = Changes { name, redirect_uris, scopes, api_version, uninstall_url };
    let ip = request.ip();
    request
        .write(move |cx| {
            let app = verbs::lock_app(cx, id)?;
            check_app(cx, &app)?;
            verbs::change(cx, id, &changes, ip.as_deref()).and_then(|app| one(cx, app.id))
        })
        .await
}

/// Gives an app a new client secret.
async fn renew_secret(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request
        .write_unstored(move |cx| {
            let app = verbs::lock_app(cx, id)?;
            check_app(cx, &app)?;
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
        admin_id: install.admin_id,
        asks_anew: Scopes::differ(&app.scopes, &install.scopes),
        tokens: install.tokens,
        authorized_at: install.authorized_at,
    };
    AppSettings {
        id: app.id,
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

/// The first of these scopes, or of those that they include, that a role does not permit.
fn beyond(scopes: &str, permissions: Permissions) -> Option<Scope> {
    let wanted = Scopes::parse_known(scopes);
    let permitted = wanted.within(permissions);
    wanted.iter().find(|scope| !permitted.has(*scope))
}

/// Rejects scopes of an app that the role does not permit. So `all` needs a role that permits everything.
fn check_scopes(scopes: &str, permissions: Permissions) -> Result<()> {
    beyond(scopes, permissions).map_or(Ok(()), |scope| Err(not_permitted(scope)))
}

/// The error for a scope that the role does not permit.
pub(super) fn not_permitted(scope: Scope) -> Error {
    let message = format!("Your role does not permit the scope {}", scope.as_str());
    Error::new(ErrorKind::Forbidden, message).field("scopes")
}

/// Rejects a teammate whose role does not permit all scopes of an app.
pub(super) fn check_app(cx: &Cx, app: &App) -> Result<()> {
    let Some(scope) = beyond(&app.scopes, cx.actor().permissions) else { return Ok(()) };
    let message = format!("The app {} has the scope {}, which your role does not permit", app.name, scope.as_str());
    Err(Error::new(ErrorKind::Forbidden, message))
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
