//! Admins sign in with email address and password, in a browser.
//!
//! The password is verified between two transactions, because that is slow on purpose. An attempt is counted before it
//! is verified, so that concurrent attempts cannot bypass the limit.

mod attempts;
pub mod inbox;
pub mod own_password;
pub mod passwords;
pub mod second_factor;
pub mod single_sign_on;
mod totp;

use std::sync::Arc;

use deskwire_store::admins::Admin;
use deskwire_store::{Hold, Tx, WorkspaceTx, admins, inbox_sessions, sign_in as store};
use serde_json::json;

use crate::Cx;
use crate::activity::{self, By, Entry};
use crate::actor::{Actor, Tenant};
use crate::error::{ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::{AdminId, InboxSessionId};
use crate::secrets;

/// The lifetime of a session, in seconds.
pub const SESSION: i64 = 900;

/// Locks an admin who signs in, or whose means of signing in change, so that the two see each other's result. Returns
/// false if the admin was removed. A write locks the admin before attempts, second factors and sessions.
fn lock(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<bool> {
    Ok(admins::hold(tx, admin_id, Hold::Change)?.is_some())
}

/// The result of starting an attempt.
#[derive(Debug, Clone)]
pub enum Begun {
    /// Too many attempts: retry after this many seconds.
    Wait(i64),
    /// The attempt may be made and has been counted.
    Try(Box<Candidate>),
}

/// The account of an attempt. The password must be verified even if it does not exist.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    /// The admin with this email address.
    pub admin: Option<Admin>,
    /// Their password, as a PHC string.
    pub hash: Option<String>,
}

/// Counts an attempt for an email address and from a network address, unless there were too many.
pub fn begin(tx: &mut WorkspaceTx, email: &str, address: Option<&str>) -> Result<Begun> {
    if let Some(seconds) = attempts::count(tx, email, address)? {
        return Ok(Begun::Wait(seconds));
    }
    let email = email.trim();
    let admin = admins::all(tx)?.into_iter().find(|a| a.email.eq_ignore_ascii_case(email));
    let hash = match &admin {
        Some(admin) => store::password(tx, admin.id)?,
        None => None,
    };
    Ok(Begun::Try(Box::new(Candidate { admin, hash })))
}

/// Opens a session for a candidate with the right password. Returns the cookie's value, or `None` if the password has
/// changed since, or the admin was removed.
pub fn succeed(
    tx: &mut Tx<'_>,
    tenant: &Arc<Tenant>,
    email: &str,
    candidate: &Candidate,
    ip: Option<&str>,
) -> Result<Option<String>> {
    let Some(admin) = &candidate.admin else { return Ok(None) };
    let tx = &mut tx.within(&tenant.id);
    let is_there = candidate.hash.is_some() && lock(tx, admin.id)?;
    if !is_there || store::password(tx, admin.id)? != candidate.hash {
        return Ok(None);
    }
    attempts::forgive(tx, email, ip)?;
    let secret = secrets::text::<32>()?;
    let expires_at = tx.now() + SESSION;
    store::open_session(tx, &secrets::hash(&secret), admin.id, expires_at)?;
    log(tx, tenant, admin, "admin_login_success", "signed in", ip)?;
    Ok(Some(secret))
}

/// Logs a wrong password, if the account exists.
pub fn fail(tx: &mut Tx<'_>, tenant: &Arc<Tenant>, candidate: &Candidate, ip: Option<&str>) -> Result<()> {
    match &candidate.admin {
        Some(admin) => log(tx, tenant, admin, "admin_login_failure", "failed to sign in", ip),
        None => Ok(()),
    }
}

/// Ends a session.
pub fn sign_out(tx: &mut Tx<'_>, tenant: &Arc<Tenant>, session: &str, ip: Option<&str>) -> Result<()> {
    let hash = secrets::hash(session);
    let tx = &mut tx.within(&tenant.id);
    let Some(id) = store::session(tx, &hash)? else { return Ok(()) };
    store::close_session(tx, &hash)?;
    match admins::get(tx, id)? {
        Some(admin) => log(tx, tenant, &admin, "admin_logout", "signed out", ip),
        None => Ok(()),
    }
}

/// The admin whose session this is.
pub(crate) fn session(tx: &mut WorkspaceTx, session: &str) -> Result<Option<AdminId>> {
    Ok(store::session(tx, &secrets::hash(session))?)
}

/// The hash of an admin's password, if they have one.
pub fn password(cx: &mut Cx, admin_id: AdminId) -> Result<Option<String>> {
    Ok(store::password(cx, admin_id)?)
}

/// Sets an admin's password, ends their sessions and resets their failed attempts. Returns whether there was a password
/// before.
pub fn set_password(cx: &mut Cx, admin: &Admin, hash: &str) -> Result<bool> {
    if !lock(cx, admin.id)? {
        return Err(ErrorKind::AdminNotFound.into());
    }
    if store::password(cx, admin.id)?.as_deref() == Some(hash) {
        return Ok(false);
    }
    let description = format!("{} set the password of {}.", By::of(cx)?.name, admin.name);
    replace(cx, admin, hash, None, description, None)?;
    Ok(true)
}

/// Replaces the password of a locked admin. Ends their sessions, except `kept`, and resets their failed attempts.
fn replace(
    cx: &mut Cx,
    admin: &Admin,
    hash: &str,
    kept: Option<InboxSessionId>,
    description: String,
    ip: Option<&str>,
) -> Result<()> {
    store::set_password(cx, admin.id, hash)?;
    store::close_sessions(cx, admin.id)?;
    inbox_sessions::end_others(cx, admin.id, kept)?;
    attempts::forget(cx, &admin.email)?;
    activity::log(cx, Entry { activity_type: "admin_password_reset_success", description, metadata: json!({}), ip })
}

/// Sets the first password of a teammate who joins the workspace.
pub(crate) fn join(cx: &mut Cx, admin: &Admin, hash: &str, ip: Option<&str>) -> Result<()> {
    store::set_password(cx, admin.id, hash)?;
    attempts::forget(cx, &admin.email)?;
    let description = format!("{} joined the workspace.", admin.name);
    activity::log(cx, Entry { activity_type: "app_admin_join", description, metadata: json!({}), ip })?;
    events::emit(cx, Topic::AdminAdded, admin.id, Nothing {})
}

/// Logs a sign-in, a sign-out or a failed attempt, and emits its event.
fn log(
    tx: &mut Tx<'_>,
    tenant: &Arc<Tenant>,
    admin: &Admin,
    activity_type: &'static str,
    action: &str,
    ip: Option<&str>,
) -> Result<()> {
    let actor = Actor::admin(tenant.clone(), admin.id);
    let description = format!("{} {action}.", admin.name);
    let cx = &mut Cx::new(tx, &actor);
    activity::log(cx, Entry { activity_type, description, metadata: json!({}), ip })?;
    let topic = match activity_type {
        "admin_login_success" => Topic::AdminLoggedIn,
        "admin_logout" => Topic::AdminLoggedOut,
        _ => return Ok(()),
    };
    events::emit(cx, topic, admin.id, Nothing {})
}
