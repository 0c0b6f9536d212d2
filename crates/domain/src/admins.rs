//! Teammates.

use deskwire_store::Tx;
use deskwire_store::admins as store;

use crate::actor::Actor;
use crate::error::Result;

/// Whether this is an admin of the workspace.
pub fn exists(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<bool> {
    Ok(store::get(tx, actor.workspace(), id)?.is_some())
}
