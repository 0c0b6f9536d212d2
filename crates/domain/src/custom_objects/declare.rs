//! Custom object types as a workspace file declares them.

use crate::attributes::Model;
use crate::ids::ObjectTypeId;
use deskwire_store::{Hold, custom_object_instances, custom_object_types as store, data_attributes, workspaces};
use serde::{Deserialize, Serialize};

use super::{ObjectAttribute, ObjectDataType, ObjectKind, ObjectType, TargetKind, find_type, types};
use crate::data_attributes::{checked_name, stored};
use crate::error::{Error, Result};
use crate::{Cx, Removed};

/// The maximum length of an identifier, in characters.
const MAX_LENGTH: usize = 100;
/// The maximum number of types per workspace.
const MAX_TYPES: usize = 250;
/// The maximum number of attributes per type.
const MAX: usize = 250;

/// A type of custom objects in a workspace file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name in paths and responses, like `Order`.
    pub identifier: String,
    /// Its display name; the identifier by default.
    pub name: Option<String>,
    /// Its description.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The attributes of its instances.
    #[serde(default)]
    pub attributes: Vec<DeclaredAttribute>,
}

/// An attribute of a type in a workspace file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredAttribute {
    /// Its name, unique in the type.
    pub name: String,
    /// `string`, `integer`, `float` (or `decimal`), `boolean`, `datetime`, `list` or `relation`.
    pub data_type: String,
    /// Its description.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The options of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The target of a relation: `contact`, `conversation`, `ticket` or the identifier of a type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How many targets an instance may refer to; one by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cardinality: Option<Cardinality>,
    /// The name under which the targets show the instances, if they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverse: Option<String>,
    /// How many instances may refer to the same target; many by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverse_cardinality: Option<Cardinality>,
    /// Whether it is archived: hidden, and unknown to writes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
}

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Cardinality {
    One,
    Many,
}

/// The result of pruning.
#[derive(Debug, Clone, Default)]
pub struct Pruned {
    /// The removed types.
    pub removed: Vec<Removed>,
    /// The types that were kept, each with the reason.
    pub not_removed: Vec<(String, &'static str)>,
}

/// Creates the type if it does not exist, so that relations of other types can lead to it. Returns whether it is new.
pub fn announce(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let identifier = checked_identifier(&declared.identifier)?;
    workspaces::lock(cx)?;
    let all = store::all(cx)?;
    if all.iter().any(|known| known.identifier == identifier) {
        return Ok(false);
    }
    if all.len() >= MAX_TYPES {
        return Err(Error::invalid(format!("A workspace has at most {MAX_TYPES} types of custom objects")));
    }
    let now = cx.now();
    let new = ObjectType {
        id: cx.mint(),
        identifier: identifier.to_owned(),
        name: name(declared),
        description: described(&declared.description),
        created_at: now,
        updated_at: now,
    };
    store::insert(cx, &new)?;
    Ok(true)
}

/// Creates or changes the type and the given attributes as declared. Returns whether anything changed. Types and
/// targets of attributes cannot change.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let mut changed = announce(cx, declared)?;
    let before = find_type(cx, declared.identifier.trim())?;
    let after = ObjectType { name: name(declared), description: described(&declared.description), ..before.clone() };
    if after != before {
        let after = ObjectType { updated_at: cx.now(), ..after };
        store::update(cx, &before, &after)?;
        changed = true;
    }
    if declared.attributes.len() > MAX {
        return Err(Error::invalid(format!("A type can have at most {MAX} attributes")));
    }
    for (i, attribute) in declared.attributes.iter().enumerate() {
        if declared.attributes[..i].iter().any(|a| a.name.trim() == attribute.name.trim()) {
            return Err(invalid_attribute(attribute, "is declared twice"));
        }
        changed |= declare_attribute(cx, &before, attribute)?;
    }
    Ok(changed)
}

pub(crate) fn declare_attribute(cx: &mut Cx, of: &ObjectType, declared: &DeclaredAttribute) -> Result<bool> {
    let known = store::attributes(cx)?;
    let wanted = wanted(cx, of, declared)?;
    free(cx, &known, &wanted, declared)?;
    let Some(before) = known.iter().find(|a| a.type_id == of.id && a.name == wanted.name) else {
        if known.iter().filter(|a| a.type_id == of.id).count() >= MAX {
            return Err(Error::invalid(format!("A type can have at most {MAX} attributes")));
        }
        store::insert_attribute(cx, &wanted)?;
        return Ok(true);
    };
    let target = |a: &ObjectAttribute| (a.target_kind, a.target_type_id);
    if before.data_type != wanted.data_type || target(before) != target(&wanted) {
        return Err(invalid_attribute(declared, "exists with another type, which cannot change"));
    }
    if (before.many && !wanted.many) || (before.reverse_many && !wanted.reverse_many) {
        return Err(invalid_attribute(declared, "relates to many, which cannot become one"));
    }
    let after =
        ObjectAttribute { id: before.id, created_at: before.created_at, updated_at: before.updated_at, ..wanted };
    if after == *before {
        return Ok(false);
    }
    let after = ObjectAttribute { updated_at: cx.now(), ..after };
    store::update_attribute(cx, before, &after)?;
    Ok(true)
}

/// Validates a declaration and returns its row.
fn wanted(cx: &mut Cx, of: &ObjectType, declared: &DeclaredAttribute) -> Result<ObjectAttribute> {
    let data_type = match declared.data_type.as_str() {
        "decimal" => ObjectDataType::Float,
        "date" => ObjectDataType::Datetime,
        "options" => ObjectDataType::List,
        "relationship" => ObjectDataType::Relation,
        name => ObjectDataType::parse(name).ok_or_else(|| {
            let known = ObjectDataType::TEXTS.join(", ");
            invalid_attribute(declared, &format!("has the unknown data_type {name:?}; it must be one of: {known}"))
        })?,
    };
    let is_relation = data_type == ObjectDataType::Relation;
    if is_relation != declared.to.is_some() {
        return Err(invalid_attribute(declared, "needs `to` if it is a relation, and only then"));
    }
    let of_relations = [declared.cardinality, declared.reverse_cardinality];
    if !is_relation && (declared.reverse.is_some() || of_relations.iter().any(Option::is_some)) {
        return Err(invalid_attribute(declared, "has a reverse or a cardinality, and is not a relation"));
    }
    if (data_type == ObjectDataType::List) == declared.options.is_empty() {
        return Err(invalid_attribute(declared, "needs options if it is a list, and only then"));
    }
    let (target_kind, target_type_id) = match declared.to.as_deref() {
        None => (None, ObjectTypeId::default()),
        Some(name) => match ObjectKind::parse(name) {
            Some(kind) => (Some(kind.into()), ObjectTypeId::default()),
            None => (Some(TargetKind::Object), find_type(cx, name)?.id),
        },
    };
    let reverse = declared.reverse.as_deref().map(|name| checked_name(Some(name)).map(str::to_owned)).transpose()?;
    // Without a reverse name, any number of instances may refer to the same target.
    let reverse_many = reverse.is_none() || declared.reverse_cardinality != Some(Cardinality::One);
    let now = cx.now();
    Ok(ObjectAttribute {
        id: cx.mint(),
        type_id: of.id,
        name: checked_name(Some(&declared.name))?.to_owned(),
        description: described(&declared.description),
        data_type,
        options: (!declared.options.is_empty()).then(|| stored(&declared.options)).transpose()?,
        target_kind,
        target_type_id,
        many: is_relation && declared.cardinality == Some(Cardinality::Many),
        reverse_name: reverse,
        reverse_many: is_relation && reverse_many,
        archived: declared.archived,
        created_at: now,
        updated_at: now,
    })
}

/// Validates that the names of an attribute are unique, both in instances and in the targets of relations.
fn free(cx: &mut Cx, known: &[ObjectAttribute], wanted: &ObjectAttribute, declared: &DeclaredAttribute) -> Result<()> {
    let others = || known.iter().filter(|a| (a.type_id, &a.name) != (wanted.type_id, &wanted.name));
    let leads_to = |a: &ObjectAttribute, type_id: ObjectTypeId, name: &str| {
        a.target_kind == Some(TargetKind::Object)
            && a.target_type_id == type_id
            && a.reverse_name.as_deref() == Some(name)
    };
    if others().any(|a| leads_to(a, wanted.type_id, &wanted.name)) || leads_to(wanted, wanted.type_id, &wanted.name) {
        return Err(invalid_attribute(declared, "has the name of a relation that leads to its type"));
    }
    let Some(name) = &wanted.reverse_name else { return Ok(()) };
    let same_target =
        |a: &ObjectAttribute| (a.target_kind, a.target_type_id) == (wanted.target_kind, wanted.target_type_id);
    let to_object = wanted.target_kind == Some(TargetKind::Object);
    let mut taken = others().any(|a| same_target(a) && a.reverse_name.as_ref() == Some(name))
        || (to_object && others().any(|a| a.type_id == wanted.target_type_id && a.name == *name));
    if wanted.target_kind == Some(TargetKind::Contact) {
        let attribute = data_attributes::by_name(cx, name)?;
        taken |= attribute.is_some_and(|a| a.model == Model::Contact);
    }
    if taken {
        return Err(invalid_attribute(declared, &format!("has the reverse {name:?}, which is taken")));
    }
    Ok(())
}

/// Removes the types that are not among these, unless they have instances or a remaining type refers to them.
pub fn prune(cx: &mut Cx, kept: &[&str]) -> Result<Pruned> {
    workspaces::lock(cx)?;
    let mut pruned = Pruned::default();
    let (mut going, mut staying) = (Vec::new(), Vec::new());
    for (object_type, attributes) in types(cx)? {
        let mentioned = kept.contains(&object_type.identifier.as_str());
        if !mentioned && is_unused(cx, object_type.id)? {
            going.push((object_type, attributes));
            continue;
        }
        if !mentioned {
            pruned.not_removed.push((object_type.identifier, "it has instances"));
        }
        staying.extend(attributes);
    }
    // Types that remaining types refer to remain too, transitively.
    loop {
        let needed = |t: &ObjectType| {
            staying.iter().any(|a| a.target_kind == Some(TargetKind::Object) && a.target_type_id == t.id)
        };
        let Some(at) = going.iter().position(|(t, _)| needed(t)) else { break };
        let (object_type, attributes) = going.remove(at);
        pruned.not_removed.push((object_type.identifier, "another type relates to it"));
        staying.extend(attributes);
    }
    for (object_type, attributes) in going {
        store::delete(cx, object_type.id)?;
        let uses = vec![("attribute", i64::try_from(attributes.len()).unwrap_or(i64::MAX))];
        pruned.removed.push(Removed { name: object_type.identifier, uses });
    }
    Ok(pruned)
}

/// Whether a type has no instances. If so, it is locked, so that it gets none until it is removed.
fn is_unused(cx: &mut Cx, id: ObjectTypeId) -> Result<bool> {
    if custom_object_instances::any(cx, id)? {
        return Ok(false);
    }
    // An instance that was being saved is committed by the time that the lock is there.
    Ok(store::hold(cx, id, Hold::End)?.is_some() && !custom_object_instances::any(cx, id)?)
}

/// The live attributes that are missing in the declarations of their types: type and name.
pub fn undeclared(cx: &mut Cx, declared: &[&Declared]) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for (object_type, attributes) in types(cx)? {
        let Some(of) = declared.iter().find(|d| d.identifier.trim() == object_type.identifier) else { continue };
        for attribute in attributes.into_iter().filter(|a| !a.archived) {
            if !of.attributes.iter().any(|a| a.name.trim() == attribute.name) {
                found.push((object_type.identifier.clone(), attribute.name));
            }
        }
    }
    Ok(found)
}

/// All types as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let all = types(cx)?;
    let target = |a: &ObjectAttribute| match a.target_kind? {
        TargetKind::Object => all.iter().find(|(t, _)| t.id == a.target_type_id).map(|(t, _)| t.identifier.clone()),
        kind => Some(kind.to_string()),
    };
    let attribute = |a: &ObjectAttribute| {
        let many = |many| Some(if many { Cardinality::Many } else { Cardinality::One });
        DeclaredAttribute {
            name: a.name.clone(),
            data_type: a.data_type.to_string(),
            description: a.description.clone().unwrap_or_default(),
            options: a.options.as_deref().and_then(|o| serde_json::from_str(o).ok()).unwrap_or_default(),
            to: target(a),
            cardinality: a.target_kind.and_then(|_| many(a.many)),
            reverse: a.reverse_name.clone(),
            reverse_cardinality: a.reverse_name.as_ref().and_then(|_| many(a.reverse_many)),
            archived: a.archived,
        }
    };
    let declared = |(t, attributes): &(ObjectType, Vec<ObjectAttribute>)| Declared {
        identifier: t.identifier.clone(),
        name: Some(t.name.clone()),
        description: t.description.clone().unwrap_or_default(),
        attributes: attributes.iter().map(attribute).collect(),
    };
    Ok(all.iter().map(declared).collect())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

fn checked_identifier(identifier: &str) -> Result<&str> {
    let identifier = identifier.trim();
    let plain = identifier.starts_with(|c: char| c.is_ascii_alphabetic())
        && identifier.len() <= MAX_LENGTH
        && identifier.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain {
        let message =
            format!("identifier must be at most {MAX_LENGTH} letters, digits and underscores, a letter first");
        return Err(Error::invalid(message));
    }
    let reserved = ObjectKind::parse(&identifier.to_ascii_lowercase()).is_some();
    if reserved { Err(Error::invalid(format!("identifier {identifier:?} is reserved"))) } else { Ok(identifier) }
}

fn name(declared: &Declared) -> String {
    let name = declared.name.as_deref().map(str::trim).filter(|n| !n.is_empty());
    name.unwrap_or(declared.identifier.trim()).to_owned()
}

fn described(text: &str) -> Option<String> {
    Some(text.trim()).filter(|d| !d.is_empty()).map(str::to_owned)
}

fn invalid_attribute(declared: &DeclaredAttribute, message: &str) -> Error {
    Error::invalid(format!("the attribute {:?} {message}", declared.name.trim()))
}
