//! Deleting a ticket permanently.

use crate::Cx;
use crate::conversations;
use crate::error::{ErrorKind, Result};
use crate::ids::ConversationId;
use crate::inbox::idempotency;

/// Deletes a ticket with its messages, files and links. Only a record of the deletion remains.
pub fn delete(cx: &mut Cx, id: ConversationId) -> Result<()> {
    let row = conversations::held_to_remove(cx, id)?.filter(|row| row.is_ticket).ok_or(ErrorKind::TicketNotFound)?;
    let row = conversations::remove(cx, row, false)?;
    idempotency::forget_later(cx, &[row])
}
