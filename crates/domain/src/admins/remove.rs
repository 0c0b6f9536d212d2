//! Removing admins. What they wrote stays and keeps its author.

use deskwire_store::admins::{self as store, Admin};
use deskwire_store::{Tx, apps, notifications, oauth_codes, sign_in, teams, tokens};
use serde_json::json;

use crate::activity::{self, Entry};
use crate::actor::Actor;
use crate::conversations;
use crate::error::{Error, Result};

/// Takes the open and snoozed conversations of an admin from them, at most this many: how many there were.
pub fn unassign(tx: &mut Tx<'_>, actor: &Actor, admin: &Admin, most: i64) -> Result<usize> {
    conversations::unassign(tx, actor, admin.id, most)
}

/// Refuses the last admin of a workspace, who cannot be removed.
pub fn check_removable(tx: &mut Tx<'_>, actor: &Actor, admin: &Admin) -> Result<()> {
    if store::all(tx, actor.workspace())?.iter().any(|other| other.id != admin.id) {
        return Ok(());
    }
    let words =
        format!("{} is the last admin of the workspace and cannot be removed: add another one first", admin.email);
    Err(Error::invalid(words))
}

/// Removes an admin: their tokens, sessions, password, consents and memberships end, and their open conversations have
/// no assignee any more.
pub fn remove(tx: &mut Tx<'_>, actor: &Actor, admin: &Admin) -> Result<()> {
    check_removable(tx, actor, admin)?;
    let workspace = actor.workspace();
    while unassign(tx, actor, admin, 1000)? > 0 {}
    tokens::revoke_admin(tx, workspace, admin.id)?;
    sign_in::close_sessions(tx, workspace, admin.id)?;
    sign_in::forget_password(tx, workspace, admin.id)?;
    oauth_codes::forget(tx, workspace, admin.id)?;
    apps::forget(tx, workspace, admin.id)?;
    teams::leave(tx, workspace, admin.id)?;
    notifications::set_mailed(tx, workspace, admin.id, false)?;
    let now = tx.now();
    store::update(tx, workspace, &Admin { removed_at: Some(now), updated_at: now, ..admin.clone() })?;
    let description = format!("{} removed {}.", activity::name_of(tx, actor)?, admin.name);
    activity::log(tx, actor, Entry { activity_type: "admin_deletion", description, metadata: json!({}), ip: None })
}
