//! Deleting instances.

use deskwire_store::{Hold, Tx, custom_object_instances as store, custom_object_links as links};

use super::{Instance, find_type};
use crate::actor::Actor;
use crate::error::{Kind, Result};
use crate::ids;

/// Deletes the instance of a type with this id of ours, and all its links; its id.
pub fn delete(tx: &mut Tx<'_>, actor: &Actor, identifier: &str, id: &str) -> Result<i64> {
    let type_id = find_type(tx, actor, identifier)?.id;
    let found = match ids::parse_decimal(id) {
        Some(id) => store::get(tx, actor.workspace(), type_id, id)?,
        None => None,
    };
    remove(tx, actor, found)
}

/// The same by the caller's own id.
pub fn delete_by_external_id(tx: &mut Tx<'_>, actor: &Actor, identifier: &str, external_id: &str) -> Result<i64> {
    let type_id = find_type(tx, actor, identifier)?.id;
    let found = store::by_external_id(tx, actor.workspace(), type_id, external_id)?;
    remove(tx, actor, found)
}

fn remove(tx: &mut Tx<'_>, actor: &Actor, found: Option<Instance>) -> Result<i64> {
    let (workspace, id) = (actor.workspace(), found.ok_or(Kind::InstanceNotFound)?.id);
    // Held before its links are read: whoever links it waits from here on.
    if store::hold_many(tx, workspace, &[id], Hold::End)?.is_empty() {
        return Err(Kind::InstanceNotFound.into());
    }
    let (contacts, instances) = (links::contacts_of(tx, workspace, id)?, links::instances_of(tx, workspace, id)?);
    links::delete_of_instance(tx, workspace, id)?;
    links::recount_contacts(tx, workspace, &contacts)?;
    store::touch(tx, workspace, &instances)?;
    store::delete(tx, workspace, id)?;
    Ok(id)
}
