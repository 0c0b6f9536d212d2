//! Custom object types in the settings, in the same form as in a workspace file.

use deskwire_store::workspaces;

use super::{Done, log};
use crate::Cx;
use crate::custom_objects::{self, Declared, DeclaredAttribute, ObjectType};
use crate::error::{Error, ErrorKind, Result};

pub use crate::custom_objects::Cardinality;

const WHAT: &str = "the object type";
const UPDATE: &str = "object_type_update";

/// All types with their attributes.
pub fn list(cx: &mut Cx) -> Result<Vec<Declared>> {
    custom_objects::declared(cx)
}

/// One type with its attributes.
fn one(cx: &mut Cx, identifier: &str) -> Result<Declared> {
    let found = custom_objects::declared(cx)?.into_iter().find(|declared| declared.identifier == identifier);
    found.ok_or_else(|| ErrorKind::ObjectTypeNotFound.into())
}

/// Creates a type.
pub fn create(cx: &mut Cx, new: &Declared, ip: Option<&str>) -> Result<Declared> {
    super::attributes::described(Some(&new.description))?;
    if !custom_objects::announce(cx, new)? {
        let message = format!("There is an object type {:?} already", new.identifier.trim());
        return Err(Error::new(ErrorKind::Conflict, message).field("identifier"));
    }
    changed(cx, new.identifier.trim(), ("object_type_creation", "created"), ip)
}

/// Changes the name and the description of a type.
pub fn change(
    cx: &mut Cx,
    identifier: &str,
    (name, description): (Option<String>, Option<String>),
    ip: Option<&str>,
) -> Result<Declared> {
    super::attributes::described(description.as_deref())?;
    // An omitted field stays as a concurrent change leaves it.
    workspaces::lock(cx)?;
    let before = one(cx, identifier)?;
    let wanted = Declared {
        name: name.or_else(|| before.name.clone()),
        description: description.unwrap_or_else(|| before.description.clone()),
        attributes: Vec::new(),
        identifier: before.identifier.clone(),
    };
    if custom_objects::declare(cx, &wanted)? {
        return changed(cx, identifier, (UPDATE, "changed"), ip);
    }
    Ok(before)
}

/// Adds an attribute to a type.
pub fn add_attribute(cx: &mut Cx, identifier: &str, new: &DeclaredAttribute, ip: Option<&str>) -> Result<Declared> {
    workspaces::lock(cx)?;
    let (of, before) = (custom_objects::find_type(cx, identifier)?, one(cx, identifier)?);
    if before.attributes.iter().any(|attribute| attribute.name == new.name.trim()) {
        let message = format!("The type has an attribute {:?} already", new.name.trim());
        return Err(Error::new(ErrorKind::Conflict, message).field("name"));
    }
    declare(cx, &of, new, ip)
}

/// Changes the description of an attribute, its options, or whether it is archived.
pub fn change_attribute(
    cx: &mut Cx,
    (identifier, name): (&str, &str),
    change: impl FnOnce(&mut DeclaredAttribute),
    ip: Option<&str>,
) -> Result<Declared> {
    workspaces::lock(cx)?;
    let (of, before) = (custom_objects::find_type(cx, identifier)?, one(cx, identifier)?);
    let found = before.attributes.into_iter().find(|attribute| attribute.name == name);
    let mut attribute = found.ok_or(ErrorKind::AttributeNotFound)?;
    change(&mut attribute);
    declare(cx, &of, &attribute, ip)
}

fn declare(cx: &mut Cx, of: &ObjectType, attribute: &DeclaredAttribute, ip: Option<&str>) -> Result<Declared> {
    super::attributes::described(Some(&attribute.description))?;
    if custom_objects::declare_attribute(cx, of, attribute)? {
        return changed(cx, &of.identifier, (UPDATE, "changed"), ip);
    }
    one(cx, &of.identifier)
}

/// Deletes a type that has no instances and that no other type refers to.
pub fn delete(cx: &mut Cx, identifier: &str, ip: Option<&str>) -> Result<()> {
    // Pruning removes what is not named: a type that was created after the others were listed would be removed as well.
    workspaces::lock(cx)?;
    let name = one(cx, identifier)?.identifier;
    let all = custom_objects::types(cx)?;
    let others: Vec<&str> = all.iter().map(|(of, _)| of.identifier.as_str()).filter(|of| *of != name).collect();
    let pruned = custom_objects::prune(cx, &others)?;
    if let Some((_, why)) = pruned.not_removed.first() {
        return Err(Error::new(ErrorKind::Conflict, format!("The type {name:?} cannot be deleted: {why}")));
    }
    let done = Done { activity_type: "object_type_deletion", word: "deleted", what: WHAT, name: &name };
    log(cx, done, &name, ip)
}

/// Logs a change and returns the changed type.
fn changed(
    cx: &mut Cx,
    identifier: &str,
    (activity_type, word): (&'static str, &'static str),
    ip: Option<&str>,
) -> Result<Declared> {
    let after = one(cx, identifier)?;
    log(cx, Done { activity_type, word, what: WHAT, name: identifier }, identifier, ip)?;
    Ok(after)
}
