//! Apps: programs that request access from users.

mod declare;
pub mod settings;

pub use declare::{Declared, declare, declared};
use deskwire_store::apps as rows;
pub use deskwire_store::apps::{App, Install};
use deskwire_store::global::credentials;
use deskwire_store::{WorkspaceTx, webhook_subscriptions as subscriptions, workspaces};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AppId;
use crate::{destination, oauth, secrets};

/// A new app. Its secret is shown only once.
#[derive(Debug, Clone)]
pub struct Made {
    /// The app's own id.
    pub id: AppId,
    /// Its client id.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: String,
}

/// Registers an app of a workspace.
pub fn create(tx: &mut WorkspaceTx, name: &str, redirect_uris: &[String], scopes: &str) -> Result<Made> {
    unique(tx, name, None)?;
    let client_secret = secrets::text::<32>()?;
    let app = App {
        id: tx.mint(),
        name: name.to_owned(),
        client_id: secrets::text::<16>()?,
        secret_hash: secrets::hash(&client_secret),
        redirect_uris: redirect_uris.join("\n"),
        scopes: scopes.to_owned(),
        ..App::default()
    };
    let App { id, client_id, .. } = rows::insert(tx, app, &client_secret)?;
    Ok(Made { id, client_id, client_secret })
}

/// Replaces the client secret of an app, which authenticates it and signs its webhooks.
pub fn rotate_secret(tx: &mut WorkspaceTx, app: &App) -> Result<String> {
    let secret = secrets::text::<32>()?;
    rows::set_secret(tx, app.id, &secrets::hash(&secret), &secret)?;
    // Processes cache the identities of the app's tokens.
    credentials::bump(tx)?;
    Ok(secret)
}

/// The app of a workspace with this client id. Fails if there is none.
pub fn named(tx: &mut WorkspaceTx, client_id: &str) -> Result<App> {
    let found = credentials::app(tx, client_id)?.filter(|a| a.workspace == tx.workspace());
    found.ok_or_else(|| {
        Error::new(
            ErrorKind::ResourceNotFound,
            format!("the workspace has no app {client_id}: `deskwire app list` shows them"),
        )
    })
}

/// All apps of a workspace, each with its installations.
pub fn list(tx: &mut WorkspaceTx) -> Result<Vec<(App, Vec<Install>)>> {
    let mut installs = rows::installs(tx)?.into_iter().peekable();
    let mut listed = Vec::new();
    // Both lists are in the order of the apps.
    for app in rows::all(tx)? {
        let of_app = std::iter::from_fn(|| installs.next_if(|i| i.app_id == app.id)).collect();
        listed.push((app, of_app));
    }
    Ok(listed)
}

/// Changes of an app; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Its name.
    pub name: Option<String>,
    /// The redirect URIs; the first is the default.
    pub redirect_uris: Option<Vec<String>>,
    /// The scopes it may request. Existing tokens keep their scopes.
    pub scopes: Option<String>,
    /// The API version of requests without one; empty for the newest.
    pub api_version: Option<String>,
    /// The URL notified when it is uninstalled; empty for none.
    pub uninstall_url: Option<String>,
}

/// Changes an app.
pub fn update(tx: &mut WorkspaceTx, client_id: &str, changes: &Changes) -> Result<App> {
    let found = named(tx, client_id)?;
    // It is missing only if a concurrent write removed it.
    let before = rows::lock(tx, found.id)?.ok_or(ErrorKind::Conflict)?;
    let mut after = before.clone();
    if let Some(name) = &changes.name {
        name.trim().clone_into(&mut after.name);
    }
    if let Some(uris) = &changes.redirect_uris {
        after.redirect_uris = uris.join("\n");
    }
    if let Some(scopes) = &changes.scopes {
        after.scopes.clone_from(scopes);
    }
    let or_none = |text: &String| Some(text.clone()).filter(|t| !t.is_empty());
    if let Some(version) = &changes.api_version {
        after.api_version = or_none(version);
    }
    if let Some(url) = &changes.uninstall_url {
        after.uninstall_url = or_none(url);
    }
    if after == before {
        return Ok(before);
    }
    if after.name != before.name {
        unique(tx, &after.name, Some(before.id))?;
    }
    after.updated_at = tx.now();
    rows::update(tx, &before, &after)?;
    // Processes cache the app's version with its tokens.
    credentials::bump(tx)?;
    Ok(after)
}

/// Removes an app with its tokens and webhooks. Returns the number of tokens revoked.
pub fn remove(cx: &mut Cx, app: &App) -> Result<u64> {
    let ended = oauth::uninstall_app(cx, app, None)?;
    if let Some(subscription) = subscriptions::of_app(cx, app.id)? {
        subscriptions::delete(cx, subscription.id)?;
    }
    rows::delete(cx, app.id)?;
    Ok(ended)
}

/// App names are unique in a workspace, so that a name identifies an app.
fn unique(tx: &mut WorkspaceTx, name: &str, own: Option<AppId>) -> Result<()> {
    workspaces::lock(tx)?;
    match rows::all(tx)?.into_iter().find(|app| app.name == name && Some(app.id) != own) {
        None => Ok(()),
        Some(other) => {
            let message = format!("the workspace has an app {name:?} already, with the client id {}", other.client_id);
            Err(Error::invalid(message).field("name"))
        }
    }
}

/// Whether users can be redirected to this URL: an absolute web URL without a fragment, user info or unprintable
/// characters.
pub fn is_web_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let printable = url.len() <= 2_000 && url.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&b));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let has_host = !host.is_empty() && !host.starts_with(':') && !host.contains('@');
        printable && has_host && destination::parse(url).is_ok()
    })
}

/// Whether requests to this URL can be intercepted: neither HTTPS nor the local machine.
pub fn is_open_to_readers(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|rest| {
        let host = rest.split(['/', '?', ':']).next().unwrap_or_default();
        host != "localhost" && !host.starts_with("127.") && !rest.starts_with("[::1]")
    })
}

#[cfg(test)]
mod tests {
    use super::{is_open_to_readers, is_web_url};

    #[test]
    fn urls_that_users_can_be_sent_to() {
        for good in [
            "https://a.test",
            "https://a.test/",
            "http://localhost:3000/back?x=1",
            "http://[::1]:80/",
            "https://a.test?b=c",
        ] {
            assert!(is_web_url(good), "{good}");
        }
        for bad in [
            "",
            "a.test",
            "/back",
            "javascript:alert(1)",
            "https://",
            "https:///back",
            "https://?x",
            "https://a.test/#x",
            "https://a.test/ b",
            "https://a.test/\nb",
            "https://u:p@a.test/",
            "https://ä.test",
            "ftp://a.test",
            "https://:80/",
            "https://a.test:0/",
            "https://a.test:99999/",
            "https://xn--/",
            "http://[fe80::1%25eth0]/",
            "https://a.test/<b>",
            "HTTPS:/a.test",
        ] {
            assert!(!is_web_url(bad), "{bad}");
        }
    }

    #[test]
    fn only_this_machine_may_go_without_tls() {
        for fine in
            ["https://a.test", "http://localhost", "http://localhost:3000/x", "http://127.0.0.1/", "http://[::1]:9/"]
        {
            assert!(!is_open_to_readers(fine), "{fine}");
        }
        for open in ["http://a.test", "http://localhost.a.test/", "http://10.0.0.1:80"] {
            assert!(is_open_to_readers(open), "{open}");
        }
    }
}
