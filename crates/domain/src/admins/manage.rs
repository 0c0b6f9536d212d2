//! Teammates managing each other: assigning roles and seats, and removing.

use deskwire_store::global::credentials;
use deskwire_store::roles::Role;
use deskwire_store::{admin_visits, admins as store, second_factors};
use serde_json::json;

use super::authority::{Authority, check_left, lock_all};
use super::{Admin, remove, roles, unassign};
use crate::Cx;
use crate::activity;
use crate::conversations::Unassigned;
use crate::error::{ErrorKind, Result};
use crate::ids::AdminId;

/// A teammate, as the settings show them.
#[derive(Debug, Clone)]
pub struct Managed {
    /// Their row.
    pub admin: Admin,
    /// Whether signing in requires a second factor.
    pub second_factor: bool,
    /// When they last used the inbox.
    pub seen_at: Option<i64>,
}

/// All teammates, oldest first.
pub fn managed(cx: &mut Cx) -> Result<Vec<Managed>> {
    let (factors, visits) = (second_factors::confirmed(cx)?, admin_visits::all(cx)?);
    let managed = |admin: Admin| Managed {
        second_factor: factors.binary_search(&admin.id).is_ok(),
        seen_at: visits.binary_search_by_key(&admin.id, |(id, _)| *id).ok().map(|at| visits[at].1),
        admin,
    };
    Ok(store::all(cx)?.into_iter().map(managed).collect())
}

/// Changes of a teammate; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Management {
    /// The name of their role.
    pub role: Option<String>,
    /// Whether they may answer in the inbox.
    pub has_inbox_seat: Option<bool>,
}

/// Changes the role or the seat of a teammate. Their sessions go on: each request reads what the role permits.
pub fn manage(cx: &mut Cx, id: AdminId, wanted: &Management, ip: Option<&str>) -> Result<()> {
    let all = lock_all(cx)?;
    let authority = Authority::among(cx, &all)?;
    let before = all.iter().find(|admin| admin.id == id).ok_or(ErrorKind::AdminNotFound)?;
    authority.may_change(cx, before)?;
    let mut after = before.clone();
    if let Some(name) = &wanted.role {
        let role = roles::to_give(cx, name)?;
        authority.may_give(&role)?;
        if before.role_id != Some(role.id) {
            check_left(cx, &all, before, Some(&role))?;
            after.role_id = Some(role.id);
            log_role(cx, before, &role, ip)?;
        }
    }
    if let Some(seat) = wanted.has_inbox_seat.filter(|seat| *seat != before.has_inbox_seat) {
        after.has_inbox_seat = seat;
        let given = if seat { "an inbox seat" } else { "no inbox seat any more" };
        let metadata = json!({"admin_id": id, "has_inbox_seat": seat});
        activity::log_action(cx, "seat_change", &format!("gave {} {given}", before.name), metadata, ip)?;
    }
    if after == *before {
        return Ok(());
    }
    after.updated_at = cx.now();
    store::update(cx, before, &after)?;
    Ok(credentials::bump(cx)?)
}

fn log_role(cx: &mut Cx, admin: &Admin, role: &Role, ip: Option<&str>) -> Result<()> {
    let before = admin.role_name.as_deref();
    let from = before.map(|name| format!(" from {name}")).unwrap_or_default();
    let action = format!("changed the role of {}{from} to {}", admin.name, role.name);
    let metadata = json!({"admin_id": admin.id, "before": before, "after": role.name});
    activity::log_action(cx, "admin_permission_change", &action, metadata, ip)
}

/// The progress of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dismissal {
    /// The number of conversations that this call unassigned.
    pub unassigned: usize,
    /// Whether the teammate is removed. If not, call again.
    pub done: bool,
}

/// Removes a teammate on behalf of another one. One call unassigns at most `most` of their conversations, so that other
/// writes do not wait long. The last call removes the teammate.
pub fn dismiss(cx: &mut Cx, id: AdminId, most: usize) -> Result<Dismissal> {
    let all = lock_all(cx)?;
    let authority = Authority::among(cx, &all)?;
    let admin = all.iter().find(|admin| admin.id == id).ok_or(ErrorKind::AdminNotFound)?;
    authority.may_change(cx, admin)?;
    check_left(cx, &all, admin, None)?;
    let Unassigned { count, more } = unassign(cx, admin, most)?;
    if !more {
        remove(cx, admin)?;
    }
    Ok(Dismissal { unassigned: count, done: !more })
}

/// Removes the second factor of a teammate who lost it, on behalf of another one. Returns whether there was one.
pub fn reset_second_factor(cx: &mut Cx, id: AdminId) -> Result<bool> {
    let authority = Authority::of(cx)?;
    let admin = store::get(cx, id)?.ok_or(ErrorKind::AdminNotFound)?;
    if authority.is_own(&admin) {
        return Err(crate::Error::new(ErrorKind::Forbidden, "Remove your own second factor with a code of it"));
    }
    authority.may_change(cx, &admin)?;
    crate::sign_in::second_factor::reset(cx, &admin)
}
