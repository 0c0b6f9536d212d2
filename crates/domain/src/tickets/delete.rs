//! Deleting a ticket for good.

use deskwire_store::Tx;

use super::locked;
use crate::actor::Actor;
use crate::conversations;
use crate::error::Result;

/// Deletes a ticket with all that was said in it, its files and its links. Only that there was one is remembered.
pub fn delete(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    let row = locked(tx, actor, id)?;
    conversations::remove(tx, actor, row, false)?;
    Ok(())
}
