//! Resolving references of callers to objects.

use std::collections::{HashMap, HashSet};

use deskwire_store::{Hold, contact_tags, custom_object_instances as instances, custom_object_links as links};
use serde_json::Value;

use super::values::invalid;
use super::{ObjectKind, Relation, Target, only_tickets};
use crate::error::{self, Result};
use crate::ids::{ContactId, Id, ObjectInstanceId};
use crate::{Cx, numbers};

/// The maximum number of references of one attribute per request.
const MAX: usize = 1_000;

/// A relation and the ids to set.
pub(super) type Named = (Relation, Vec<i64>);

/// Resolves the value of a relation: a list of ids or external ids, a single one, or null for none. Objects that the
/// actor may not see are unknown.
pub(super) fn named(cx: &mut Cx, relation: &Relation, value: &Value) -> Result<Vec<i64>> {
    let actor = cx.actor();
    if !relation.target.is_seen(actor) {
        return Err(unknown(relation));
    }
    let texts = texts(value).ok_or_else(|| unknown(relation))?;
    if texts.len() > MAX {
        return Err(invalid(&relation.name, &format!("can be given at most {MAX} references at once")));
    }
    if texts.len() > 1 && !relation.many {
        return Err(invalid(&relation.name, "refers to one record only"));
    }
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let found = match relation.target {
        Target::Instances(type_id) => found(
            cx,
            &texts,
            |cx, ids| instances::known(cx, type_id, ids),
            |cx, texts| instances::by_external_ids(cx, type_id, texts),
        ),
        Target::Other(ObjectKind::Contact) => found(
            cx,
            &texts,
            |cx, ids| Ok(links::contacts(cx, ids)?.into_iter().map(|(id, _)| id).collect()),
            |cx, texts| contact_tags::by_external_ids(cx, texts),
        ),
        Target::Other(kind) => {
            let only = if kind == ObjectKind::Ticket { Some(true) } else { only_tickets(actor) };
            // What may be related to one instance only is changed, as by whoever relates it to another one.
            let hold = if relation.shared { Hold::Reference } else { Hold::Change };
            found(cx, &texts, |cx, ids| links::conversations(cx, ids, only, hold), |_, _| Ok(Vec::new()))
        }
    }?;
    let found = found.ok_or_else(|| unknown(relation))?;
    let mut seen = HashSet::new();
    // The same object may be given twice, once by its id and once by its external id.
    if found.iter().all(|id| seen.insert(*id)) { Ok(found) } else { Err(error::ErrorKind::BadReference.into()) }
}

/// Resolves texts to the numbers of ids, first as ids, then as external ids; `None` if one of them is neither.
fn found<I: Id>(
    cx: &mut Cx,
    texts: &[String],
    known: impl FnOnce(&mut Cx, &[I]) -> deskwire_store::Result<Vec<I>>,
    by_external_ids: impl FnOnce(&mut Cx, &[&str]) -> deskwire_store::Result<Vec<(String, I)>>,
) -> Result<Option<Vec<i64>>> {
    let ids: Vec<I> = texts.iter().filter_map(|text| I::parse(text)).collect();
    let known: HashSet<I> = known(cx, &ids)?.into_iter().collect();
    let ours = |text: &str| I::parse(text).filter(|id| known.contains(id));
    let rest: Vec<&str> = texts.iter().map(String::as_str).filter(|text| ours(text).is_none()).collect();
    let theirs: HashMap<String, I> = by_external_ids(cx, &rest)?.into_iter().collect();
    let found = texts.iter().map(|text| ours(text).or_else(|| theirs.get(text).copied()).map(I::number));
    Ok(found.collect())
}

/// Locks the objects of relations, and the instance itself. Every write locks conversations before contacts and
/// contacts before instances, to avoid deadlocks.
pub(super) fn hold(cx: &mut Cx, all: &[Named], own: Option<ObjectInstanceId>) -> Result<()> {
    let (mut contacts, mut instances) = (HashSet::new(), HashSet::new());
    for (relation, ids) in all {
        match relation.target {
            Target::Instances(_) => instances.extend(ids.iter().copied().map(ObjectInstanceId::new)),
            Target::Other(ObjectKind::Contact) => contacts.extend(ids.iter().copied().map(ContactId::new)),
            // Conversations were locked when they were looked up.
            Target::Other(_) => {}
        }
    }
    let wanted: Vec<ContactId> = contacts.into_iter().collect();
    if links::lock_contacts(cx, &wanted)?.len() < wanted.len() {
        return Err(error::ErrorKind::BadContactReference.into());
    }
    let wanted: Vec<ObjectInstanceId> = instances.iter().copied().chain(own).collect();
    let held = instances::hold_many(cx, &wanted, Hold::Change)?;
    if held.iter().filter(|id| instances.contains(id)).count() < instances.len() {
        return Err(error::ErrorKind::BadReference.into());
    }
    Ok(())
}

/// The texts of a value; numbers are converted to digits.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => numbers::digits(number),
        _ => None,
    };
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().map(text).collect(),
        value => text(value).map(|text| vec![text]),
    }
}

fn unknown(relation: &Relation) -> error::Error {
    match relation.target {
        Target::Other(ObjectKind::Contact) => error::ErrorKind::BadContactReference.into(),
        _ => error::ErrorKind::BadReference.into(),
    }
}
