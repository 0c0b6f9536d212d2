//! Deleting a ticket for good.

use crate::Cx;
use crate::conversations;
use crate::error::{Kind, Result};

/// Deletes a ticket with all that was said in it, its files and its links. Only that there was one is remembered.
pub fn delete(cx: &mut Cx, id: i64) -> Result<()> {
    let row = conversations::held_to_remove(cx, id)?.filter(|row| row.is_ticket).ok_or(Kind::TicketNotFound)?;
    conversations::remove(cx, row, false)?;
    Ok(())
}
