//! Tags that a workspace file names.

use deskwire_store::Tx;
use serde::{Deserialize, Serialize};

use super::ensure;
use super::save::checked;
use crate::actor::Actor;
use crate::error::Result;

/// A tag as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name; case does not tell names apart.
    pub name: String,
}

/// Sees to it that the tag exists: whether it had to be made.
pub fn declare(tx: &mut Tx<'_>, actor: &Actor, declared: &Declared) -> Result<bool> {
    Ok(ensure(tx, actor, checked(&declared.name)?)?.1)
}

/// All tags as a workspace file would declare them.
pub fn declared(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Declared>> {
    Ok(super::list(tx, actor)?.into_iter().map(|tag| Declared { name: tag.name }).collect())
}
