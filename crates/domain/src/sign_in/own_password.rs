//! Teammates changing their own password, which takes the current one.
//!
//! The current password is verified between two transactions, as when signing in, and counts as an attempt to sign in.

use deskwire_store::sign_in as store;
use deskwire_store::{Hold, admins};

use super::inbox::Refused;
use super::{attempts, replace};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, InboxSessionId};

/// The account of an attempt, whose password is to be verified.
#[derive(Debug, Clone)]
pub struct Current {
    /// The teammate's email address.
    pub email: String,
    /// Their password, as a PHC string.
    pub hash: String,
}

/// Whether the acting teammate has a password.
pub fn exists(cx: &mut Cx) -> Result<bool> {
    let admin_id = acting(cx)?;
    Ok(store::password(cx, admin_id)?.is_some())
}

/// Counts an attempt of the acting teammate, unless there were too many or they have no password.
pub fn begin(cx: &mut Cx, address: Option<&str>) -> Result<Current, Refused> {
    let admin_id = acting(cx)?;
    let admin = admins::get(cx, admin_id)?.ok_or_else(|| Error::from(ErrorKind::SignedOut))?;
    let hash = store::password(cx, admin_id)?.ok_or_else(|| Error::from(ErrorKind::NoPassword))?;
    match attempts::count(cx, &admin.email, address)? {
        Some(seconds) => Err(Refused::Wait(seconds)),
        None => Ok(Current { email: admin.email, hash }),
    }
}

/// Changes the password of the acting teammate after the current one was verified. Ends their other sessions.
pub fn change(cx: &mut Cx, current: &Current, hash: &str, own: InboxSessionId, address: Option<&str>) -> Result<()> {
    let admin_id = acting(cx)?;
    let admin = admins::hold(cx, admin_id, Hold::Change)?.ok_or(ErrorKind::SignedOut)?;
    // The password may have changed since.
    if store::password(cx, admin_id)?.as_ref() != Some(&current.hash) {
        return Err(ErrorKind::PasswordWrong.into());
    }
    let description = format!("{} changed their password.", admin.name);
    replace(cx, &admin, hash, Some(own), description, address)?;
    // Only now, because the networks from which the teammate has signed in are forgotten with the attempts.
    attempts::forgive(cx, &admin.email, address)
}

fn acting(cx: &Cx) -> Result<AdminId> {
    cx.actor().admin_id().ok_or_else(|| ErrorKind::Forbidden.into())
}
