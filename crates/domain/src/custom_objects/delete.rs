//! Deleting instances.

use deskwire_store::{Hold, custom_object_instances as store, custom_object_links as links};

use super::{Instance, find_type};
use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::ObjectInstanceId;

/// Deletes the instance of a type with this id, and its links. Returns its id.
pub fn delete(cx: &mut Cx, identifier: &str, id: &str) -> Result<ObjectInstanceId> {
    let type_id = find_type(cx, identifier)?.id;
    let found = match ObjectInstanceId::parse(id) {
        Some(id) => store::get(cx, type_id, id)?,
        None => None,
    };
    remove(cx, found)
}

/// The same by external id.
pub fn delete_by_external_id(cx: &mut Cx, identifier: &str, external_id: &str) -> Result<ObjectInstanceId> {
    let type_id = find_type(cx, identifier)?.id;
    let found = store::by_external_id(cx, type_id, external_id)?;
    remove(cx, found)
}

fn remove(cx: &mut Cx, found: Option<Instance>) -> Result<ObjectInstanceId> {
    let id = found.ok_or(ErrorKind::InstanceNotFound)?.id;
    // Locked before its links are read, so that no link is added concurrently.
    if store::hold_many(cx, &[id], Hold::End)?.is_empty() {
        return Err(ErrorKind::InstanceNotFound.into());
    }
    let (contacts, instances) = (links::contacts_of(cx, id)?, links::instances_of(cx, id)?);
    links::delete_of_instance(cx, id)?;
    links::recount_contacts(cx, &contacts)?;
    store::touch(cx, &instances)?;
    store::delete(cx, id)?;
    Ok(id)
}
