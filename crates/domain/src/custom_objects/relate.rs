//! Writing relations, from either side.

use deskwire_store::custom_object_instances as instances;
use deskwire_store::custom_object_links::{self as store, End, LinkSet};
use serde_json::{Map, Value};

use super::references::{Named, hold, named};
use super::{ObjectKind, Relation, TargetKind, relations};
use crate::Cx;
use crate::actor::Noun;
use crate::error::Result;
use crate::ids::{ContactId, Id, ObjectInstanceId};

/// A relation and its new value.
pub type Change = (Relation, Value);

/// Separates relations from other values to be set on an object. An actor who may not see custom objects sets none.
/// Does not query the database if all names belong to other attributes.
pub fn split(
    cx: &mut Cx,
    kind: ObjectKind,
    values: &Map<String, Value>,
    known: impl Fn(&str) -> bool,
) -> Result<(Map<String, Value>, Vec<Change>)> {
    let actor = cx.actor();
    if !actor.sees(Noun::CustomObjects) || values.keys().all(|name| known(name)) {
        return Ok((values.clone(), Vec::new()));
    }
    let relations = relations(cx, kind)?;
    let (mut rest, mut changes) = (Map::new(), Vec::new());
    for (name, value) in values {
        match relations.iter().find(|r| r.name == *name && !known(name)) {
            Some(_) if is_list_object(value) => {}
            Some(relation) => changes.push((relation.clone(), value.clone())),
            None => drop(rest.insert(name.clone(), value.clone())),
        }
    }
    Ok((rest, changes))
}

/// Whether a value is a relation in the form of responses: a list object. It changes nothing when it is sent back,
/// because responses show only the first of many.
pub(crate) fn is_list_object(value: &Value) -> bool {
    value
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|name| name.rsplit_once('.').is_some_and(|(_, end)| end == "list"))
}

/// Sets the related instances of an object, whose row is locked. Returns the number of its links.
pub fn write(cx: &mut Cx, kind: ObjectKind, id: impl Id, changes: &[Change]) -> Result<i64> {
    let mut all: Vec<Named> = Vec::with_capacity(changes.len());
    for (relation, value) in changes {
        all.push((relation.clone(), named(cx, relation, value)?));
    }
    hold(cx, &all, None)?;
    let id = id.number();
    for (relation, others) in &all {
        relate(cx, relation, id, others)?;
    }
    Ok(store::count(cx, kind.all(), id)?)
}

/// Sets the related instances of an object, whose row is locked, by the relation with this name. Returns false if its
/// kind has no such relation. `values` is a list of ids or external ids, a single one, or null for none.
pub fn link(cx: &mut Cx, kind: ObjectKind, id: impl Id, attribute: &str, values: &Value) -> Result<bool> {
    match relations(cx, kind)?.into_iter().find(|r| r.name == attribute) {
        Some(relation) => write(cx, kind, id, &[(relation, values.clone())]).map(|_| true),
        None => Ok(false),
    }
}

/// Deletes all links to a deleted object.
pub fn forget(cx: &mut Cx, kind: ObjectKind, id: impl Id) -> Result<()> {
    Ok(store::delete_to(cx, kind.ever(), id.number())?)
}

/// Moves all links from one object to another of its kind.
pub fn move_links(cx: &mut Cx, kind: ObjectKind, from: impl Id, into: impl Id) -> Result<()> {
    for kind in kind.ever() {
        store::move_all(cx, *kind, from.number(), into.number())?;
    }
    Ok(())
}

/// Replaces the objects on one side of a relation. All of them are locked.
pub(super) fn relate(cx: &mut Cx, relation: &Relation, id: i64, others: &[i64]) -> Result<()> {
    let of = LinkSet { kind: relation.kind, attribute: relation.attribute };
    let (end, other) = (relation.end, relation.end.other());
    let across = |end: End, (object, instance): (i64, i64)| if end == End::Object { instance } else { object };
    let links = store::links(cx, of, end, &[id])?;
    let before: Vec<i64> = links.into_iter().map(|link| across(end, link)).collect();
    let added: Vec<i64> = others.iter().copied().filter(|o| !before.contains(o)).collect();
    let removed: Vec<i64> = before.into_iter().filter(|o| !others.contains(o)).collect();
    if added.is_empty() && removed.is_empty() {
        return Ok(());
    }
    // An object that can be related to one only is unlinked from its previous one.
    let mut losers = Vec::new();
    if !relation.shared {
        let links = store::links(cx, of, other, &added)?;
        losers.extend(links.into_iter().map(|link| across(other, link)));
    }
    let these: Vec<i64> = std::iter::once(id).chain(losers).collect();
    let those: Vec<i64> = added.iter().chain(&removed).copied().collect();
    let (contacts, touched): (Vec<i64>, Vec<i64>) = match (relation.kind, end) {
        (TargetKind::Object, _) => (Vec::new(), these.into_iter().chain(those).collect()),
        (_, End::Object) => (these, those),
        (_, End::Instance) => (those, these),
    };
    if !relation.shared {
        store::remove_all(cx, of, other, &added)?;
    }
    store::remove(cx, of, (end, id), &removed)?;
    store::insert(cx, of, (end, id), &added)?;
    if relation.kind == TargetKind::Contact {
        let contacts: Vec<ContactId> = contacts.into_iter().map(ContactId::new).collect();
        store::recount_contacts(cx, &contacts)?;
    }
    let touched: Vec<ObjectInstanceId> = touched.into_iter().map(ObjectInstanceId::new).collect();
    Ok(instances::touch(cx, &touched)?)
}
