//! The away mode of admins.

use deskwire_store::admin_status_changes::{self as changes, AdminStatusChange};
use deskwire_store::{admins as store, away_status_reasons as reasons};
use serde_json::json;

use super::authority::{Authority, lock_all};
use super::{Full, find};
use crate::Cx;
use crate::activity::{self, By, Entry};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::{AdminId, AwayStatusReasonId};

/// The away mode of an admin.
#[derive(Debug, Clone)]
pub struct Away {
    /// Whether they are away.
    pub enabled: bool,
    /// Whether replies to their conversations are reassigned.
    pub reassign: bool,
    /// The reason.
    pub reason: Option<AwayStatusReasonId>,
}

/// Sets the away mode of the acting teammate, or of one whom they may change.
pub fn set_away(cx: &mut Cx, id: AdminId, wanted: &Away, ip: Option<&str>) -> Result<()> {
    if cx.actor().admin_id() != Some(id) {
        let all = lock_all(cx)?;
        let authority = Authority::among(cx, &all)?;
        let admin = all.iter().find(|admin| admin.id == id).ok_or(ErrorKind::AdminNotFound)?;
        authority.may_change(cx, admin)?;
    }
    away(cx, id, wanted, ip).map(drop)
}

/// Sets the away mode of an admin, whoever the actor is. Emits no event if nothing changes.
pub fn away(cx: &mut Cx, id: AdminId, away: &Away, ip: Option<&str>) -> Result<Full> {
    let actor = cx.actor();
    store::lock(cx, id)?;
    let mut full = find(cx, id, ErrorKind::AdminForIdNotFound)?;
    let reason = away.reason.map(|reason| {
        let found = reasons::get(cx, reason)?;
        let found = found.ok_or_else(|| invalid_reason("Away status reason not found"))?;
        if found.deleted { Err(invalid_reason("Away status reason is deleted")) } else { Ok(found) }
    });
    // Admins who are not away have no reason.
    let reason = reason.transpose()?.filter(|_| away.enabled);
    let before = full.admin.clone();
    let admin = &mut full.admin;
    let after = (away.enabled, away.reassign, reason.as_ref().map(|r| r.id));
    if after == (admin.away_mode_enabled, admin.away_mode_reassign, admin.away_status_reason_id) {
        return Ok(full);
    }
    (admin.away_mode_enabled, admin.away_mode_reassign, admin.away_status_reason_id) = after;
    admin.updated_at = cx.now();
    store::update(cx, &before, admin)?;
    let change = AdminStatusChange {
        admin_id: id,
        id: cx.mint(),
        is_away: away.enabled,
        reassigns: away.reassign,
        reason_id: reason.as_ref().map(|r| r.id),
        changed_by: actor.admin_id(),
        created_at: cx.now(),
    };
    changes::insert(cx, &change)?;

    let by = By::of(cx)?;
    let why = reason.map(|r| format!("{} {}", r.emoji, r.label).trim().to_owned());
    let word = if away.enabled { "away" } else { "active" };
    let update_by = actor.admin_id().map_or(0, AdminId::number);
    let metadata = json!({
        "away_mode": away.enabled,
        "away_status_reason": why,
        "reassign_conversations": away.reassign,
        "source": format!("admin update from api - Admin id: {update_by}"),
        "auto_changed": "false",
        "update_by": update_by,
        "update_by_name": by.name,
    });
    let description = format!("{} set {} to {word}.", by.name, full.admin.name);
    activity::log_by(cx, by, Entry { activity_type: "admin_away_mode_change", description, metadata, ip })?;
    events::emit(cx, Topic::AdminAway, id, Nothing {})?;
    Ok(full)
}

fn invalid_reason(message: &'static str) -> Error {
    Error::invalid(message).field("away_status_reason_id")
}
