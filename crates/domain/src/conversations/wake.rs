//! Unsnoozing conversations.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use deskwire_store::global::queues::{self, Among};
use deskwire_store::{Tx, WorkspaceTx, conversations as store};

use super::author::Author;
use super::edit::{Edit, Happened, NewPart};
use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::events::Topic;
use crate::ids::ConversationId;

/// Returns the workspaces, of all or of these, with conversations that are due to be unsnoozed.
pub fn waking(tx: &mut Tx<'_>, among: Among<'_>) -> Result<Vec<String>> {
    Ok(queues::snoozed(tx, among)?)
}

/// Returns conversations of a workspace that are due to be unsnoozed.
pub fn to_wake(tx: &mut WorkspaceTx, limit: i64) -> Result<Vec<ConversationId>> {
    Ok(store::to_wake(tx, limit)?)
}

/// Opens a conversation that is due to be unsnoozed. Returns whether it was.
pub fn wake(cx: &mut Cx, id: ConversationId) -> Result<bool> {
    let mut edit = match Edit::open_own(cx, id) {
        Ok(edit) => edit,
        // It was deleted in the meantime.
        Err(e) if e.kind == ErrorKind::ResourceNotFound => return Ok(false),
        Err(e) => return Err(e),
    };
    let now = cx.now();
    if edit.now.state != ConversationState::Snoozed || edit.now.snoozed_until.is_none_or(|until| until > now) {
        return Ok(false);
    }
    edit.state(ConversationState::Open, now, None);
    let part = edit.part(cx, NewPart::of(PartType::TimerUnsnooze, Author::Bot))?;
    edit.emit(Happened::conversation(Topic::ConversationUnsnoozed), Some(part));
    edit.save(cx)?;
    Ok(true)
}
