//! Pausing and resuming the handling of a conversation.

use deskwire_store::admins;
use deskwire_store::handling_events::{self as store, HandlingEvent, HandlingKind};

use super::edit::Edit;
use super::{Conversation, known};
use crate::Cx;
use crate::error::{Error, Result};
use crate::ids::{AdminId, ConversationId};

/// The maximum number of events shown: the newest ones.
const MAX_SHOWN: i64 = 500;

/// An event, with the current name and email address of its author.
#[derive(Debug, Clone)]
pub struct Event {
    /// The row.
    pub row: HandlingEvent,
    /// The admin's name.
    pub name: String,
    /// The admin's email address.
    pub email: Option<String>,
}

/// Returns the newest pauses of a conversation and their ends, oldest first.
pub fn list(cx: &mut Cx, id: ConversationId) -> Result<Vec<Event>> {
    known(cx, id)?;
    let rows = store::newest(cx, id, MAX_SHOWN)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let admins = admins::ever(cx)?;
    let event = |row: HandlingEvent| {
        let admin = admins.iter().find(|a| a.id == row.admin_id);
        let name = admin.map(|a| a.name.clone()).unwrap_or_default();
        Event { name, email: admin.map(|a| a.email.clone()), row }
    };
    Ok(rows.into_iter().map(event).collect())
}

/// Pauses a teammate's work on a conversation, with an optional short reason.
pub fn pause(cx: &mut Cx, id: ConversationId, admin: AdminId, reason: Option<&str>) -> Result<Conversation> {
    put(cx, id, admin, HandlingKind::Paused, reason)
}

/// Resumes a teammate's work on a conversation.
pub fn resume(cx: &mut Cx, id: ConversationId, admin: AdminId) -> Result<Conversation> {
    put(cx, id, admin, HandlingKind::Resumed, None)
}

fn put(
    cx: &mut Cx,
    id: ConversationId,
    admin: AdminId,
    what: HandlingKind,
    reason: Option<&str>,
) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    let id = edit.now.id;
    let last = store::newest(cx, id, 1)?.pop();
    let paused = last.is_some_and(|e| e.kind == HandlingKind::Paused);
    if paused == (what == HandlingKind::Paused) {
        return Err(Error::invalid(format!("The conversation is already {what}")));
    }
    let now = cx.now();
    let event = HandlingEvent {
        conversation_id: id,
        id: cx.mint(),
        admin_id: admin,
        kind: what,
        reason: reason.map(str::to_owned),
        created_at: now,
    };
    store::insert(cx, &event)?;
    edit.pause(now, what == HandlingKind::Paused);
    edit.save(cx)
}
