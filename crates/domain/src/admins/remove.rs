//! Removing admins. They remain the author of what they wrote.

use deskwire_store::admins::{self as store, Admin};
use deskwire_store::{Hold, apps, inbox_sessions, notifications, oauth_codes, second_factors, sign_in, teams, tokens};
use serde_json::json;

use super::authority::lock_all;
use crate::Cx;
use crate::activity;
use crate::conversations::{self, Unassigned};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::invitations;

/// Unassigns at most `most` open and snoozed conversations from an admin.
pub fn unassign(cx: &mut Cx, admin: &Admin, most: usize) -> Result<Unassigned> {
    conversations::unassign(cx, admin.id, most)
}

/// Fails for the last admin of a workspace, who cannot be removed.
pub fn check_removable(cx: &mut Cx, admin: &Admin) -> Result<()> {
    if store::all(cx)?.iter().any(|other| other.id != admin.id) {
        return Ok(());
    }
    let message =
        format!("{} is the last admin of the workspace and cannot be removed: add another one first", admin.email);
    Err(Error::invalid(message))
}

/// Removes an admin: revokes their tokens, sessions, password, consents and memberships, withdraws the invitations that
/// they made, and unassigns their open conversations.
pub fn remove(cx: &mut Cx, admin: &Admin) -> Result<()> {
    check_removable(cx, admin)?;
    while unassign(cx, admin, 1000)?.more {}
    // The others may have been removed meanwhile.
    lock_all(cx)?;
    check_removable(cx, admin)?;
    let before = store::hold(cx, admin.id, Hold::End)?.ok_or(ErrorKind::AdminNotFound)?;
    // Conversations may have been assigned to them until the row was locked.
    while unassign(cx, admin, 1000)?.more {}
    tokens::revoke_admin(cx, admin.id)?;
    sign_in::close_sessions(cx, admin.id)?;
    inbox_sessions::end_others(cx, admin.id, None)?;
    sign_in::forget_password(cx, admin.id)?;
    second_factors::remove(cx, admin.id)?;
    oauth_codes::forget(cx, admin.id)?;
    apps::forget(cx, admin.id)?;
    invitations::withdraw_of(cx, admin)?;
    teams::leave(cx, admin.id)?;
    notifications::set_mailed(cx, admin.id, false)?;
    let now = cx.now();
    store::update(cx, &before, &Admin { removed_at: Some(now), updated_at: now, ..before.clone() })?;
    activity::log_action(cx, "admin_deletion", &format!("removed {}", admin.name), json!({}), None)?;
    events::emit(cx, Topic::AdminRemoved, admin.id, Nothing {})
}
