//! OAuth: an app requests access, an admin grants it, the app exchanges a code for a token, and may be uninstalled.

mod consent;
mod redeem;
mod uninstall;

use deskwire_store::admins::Admin;
use deskwire_store::apps::App;
use deskwire_store::global::credentials;
use deskwire_store::{Tx, admins, workspaces};

pub use consent::allow;
pub use redeem::{client, redeem};
pub use uninstall::{Notice, uninstall, uninstall_app};

use crate::actor::Tenant;
use crate::error::Result;
use crate::sign_in;

/// An app that requests access to its workspace.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The app.
    pub app: App,
    /// The workspace.
    pub tenant: Tenant,
    /// Where the browser is redirected with the result.
    pub redirect_uri: String,
    /// The admin who is signed in, if any.
    pub admin: Option<Admin>,
    /// If their role does not permit granting access: the names of the admins whose role does, oldest first.
    pub permitted: Option<Vec<String>>,
}

/// The result of an authorization request.
#[derive(Debug, Clone)]
pub enum Ask {
    /// The request is valid.
    Known(Box<Asking>),
    /// No app has this client id.
    UnknownClient,
    /// The app has no such redirect URI. The user must not be redirected.
    UnknownRedirect(Box<App>),
}

/// Looks up the app, the redirect URI, and the admin of the session.
pub fn ask(tx: &mut Tx<'_>, client_id: &str, redirect_uri: Option<&str>, session: Option<&str>) -> Result<Ask> {
    let Some(app) = credentials::app(tx, client_id)? else { return Ok(Ask::UnknownClient) };
    let Some(redirect_uri) = redirect(&app, redirect_uri) else {
        return Ok(Ask::UnknownRedirect(Box::new(app)));
    };
    let tx = &mut tx.within(&app.workspace);
    let Some(workspace) = workspaces::get(tx)? else { return Ok(Ask::UnknownClient) };
    let admin = match session {
        Some(session) => match sign_in::session(tx, session)? {
            Some(id) => admins::get(tx, id)?,
            None => None,
        },
        None => None,
    };
    let permitted = match &admin {
        Some(admin) if !admin.can_manage_apps => {
            let all = admins::all(tx)?.into_iter();
            Some(all.filter(|admin| admin.can_manage_apps).map(|admin| admin.name).collect())
        }
        _ => None,
    };
    Ok(Ask::Known(Box::new(Asking { tenant: workspace.into(), redirect_uri, admin, permitted, app })))
}

/// The redirect URI: the given one, which must match exactly, or the first.
fn redirect(app: &App, named: Option<&str>) -> Option<String> {
    let mut stored = app.redirect_uris.lines();
    match named {
        Some(named) => stored.find(|uri| *uri == named),
        None => stored.next(),
    }
    .map(str::to_owned)
}
