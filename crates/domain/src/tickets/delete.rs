//! Deleting a ticket for good.

use deskwire_store::Tx;

use crate::actor::Actor;
use crate::conversations;
use crate::error::{Kind, Result};

/// Deletes a ticket with all that was said in it, its files and its links. Only that there was one is remembered.
pub fn delete(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    let row = conversations::held_to_remove(tx, actor, id)?.filter(|row| row.is_ticket).ok_or(Kind::TicketNotFound)?;
    conversations::remove(tx, actor, row, false)?;
    Ok(())
}
