//! From how callers name things to the things.

use std::collections::{HashMap, HashSet};

use deskwire_store::{Hold, contact_tags, custom_object_instances as instances, custom_object_links as links};
use serde_json::Value;

use super::values::refused;
use super::{Kind, Relation, Target, only_tickets};
use crate::Cx;
use crate::error::{self, Result};
use crate::ids;

/// The most references of one attribute in one request.
const MOST: usize = 1_000;

/// A relation and the ids to set.
pub(super) type Named = (Relation, Vec<i64>);

/// The ids that a value of a relation names: a list of ids or external ids, a single one, or null for none. Objects
/// that the actor may not see are unknown.
pub(super) fn named(cx: &mut Cx, relation: &Relation, value: &Value) -> Result<Vec<i64>> {
    let actor = cx.actor();
    if !relation.target.is_seen(actor) {
        return Err(unknown(relation));
    }
    let texts = texts(value).ok_or_else(|| unknown(relation))?;
    if texts.len() > MOST {
        return Err(refused(&relation.name, &format!("can be given at most {MOST} references at once")));
    }
    if texts.len() > 1 && !relation.many {
        return Err(refused(&relation.name, "refers to one record only"));
    }
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let parse = if relation.target == Target::Other(Kind::Contact) { ids::parse_hex } else { ids::parse_decimal };
    let ids: Vec<i64> = texts.iter().filter_map(|t| parse(t)).collect();
    let known = match relation.target {
        Target::Instances(type_id) => instances::known(cx, type_id, &ids)?,
        Target::Other(Kind::Contact) => links::contacts(cx, &ids)?.into_iter().map(|(id, _)| id).collect(),
        Target::Other(Kind::Ticket) => links::conversations(cx, &ids, Some(true))?,
        Target::Other(Kind::Conversation) => links::conversations(cx, &ids, only_tickets(actor))?,
    };
    let known: HashSet<i64> = known.into_iter().collect();
    let ours = |text: &str| parse(text).filter(|id| known.contains(id));
    let rest: Vec<&str> = texts.iter().map(String::as_str).filter(|t| ours(t).is_none()).collect();
    let theirs: HashMap<String, i64> = match relation.target {
        Target::Instances(type_id) => instances::by_external_ids(cx, type_id, &rest)?,
        Target::Other(Kind::Contact) => contact_tags::by_external_ids(cx, &rest)?,
        Target::Other(_) => Vec::new(),
    }
    .into_iter()
    .collect();
    let found: Option<Vec<i64>> = texts.iter().map(|t| ours(t).or_else(|| theirs.get(t).copied())).collect();
    let found = found.ok_or_else(|| unknown(relation))?;
    let mut seen = HashSet::new();
    // Named twice, maybe once by our id and once by the caller's.
    if found.iter().all(|id| seen.insert(*id)) { Ok(found) } else { Err(error::Kind::BadReference.into()) }
}

/// Locks the objects of relations, and the instance itself. Every write locks conversations before contacts and
/// contacts before instances, to avoid deadlocks.
pub(super) fn hold(cx: &mut Cx, all: &[Named], own: Option<i64>) -> Result<()> {
    let (mut contacts, mut instances) = (HashSet::new(), HashSet::new());
    for (relation, ids) in all {
        match relation.target {
            Target::Instances(_) => instances.extend(ids.iter().copied()),
            Target::Other(Kind::Contact) => contacts.extend(ids.iter().copied()),
            // Conversations were locked when they were looked up.
            Target::Other(_) => {}
        }
    }
    let wanted: Vec<i64> = contacts.into_iter().collect();
    if links::lock_contacts(cx, &wanted)?.len() < wanted.len() {
        return Err(error::Kind::BadContactReference.into());
    }
    let wanted: Vec<i64> = instances.iter().copied().chain(own).collect();
    let held = instances::hold_many(cx, &wanted, Hold::Change)?;
    if held.iter().filter(|id| instances.contains(id)).count() < instances.len() {
        return Err(error::Kind::BadReference.into());
    }
    Ok(())
}

/// The texts of a value; numbers are converted to digits.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
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
        Target::Other(Kind::Contact) => error::Kind::BadContactReference.into(),
        _ => error::Kind::BadReference.into(),
    }
}
