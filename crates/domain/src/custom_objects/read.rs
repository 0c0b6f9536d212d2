//! Reading instances with their related objects.

use std::collections::{BTreeMap, HashMap, HashSet};

use deskwire_store::custom_object_links as links;
use deskwire_store::{Hold, custom_object_instances as store, custom_object_types as types};

use super::{
    Full, Instance, ObjectAttribute, ObjectKind, ObjectType, Relation, Target, TargetKind, Which, find_type,
    only_tickets,
};
use crate::Cx;
use crate::actor::Noun;
use crate::error::{self, Result};
use crate::ids::{ContactId, ConversationId, Id, ObjectInstanceId, ObjectTypeId};

/// The maximum number of objects shown per relation. A list of instances filtered by contact or conversation has all.
const MAX_SHOWN: i64 = 100;

/// The maximum total size of the custom attributes in a response, in bytes, of the listed instances and of those
/// related to them.
const MAX_BYTES: usize = 16 << 20;
/// The initial number of instances to read at once, doubled while they are small.
const CHUNK: usize = 10;

/// The objects that one relation leads to.
#[derive(Debug, Clone)]
pub struct Related {
    /// The attribute's id: one of a type of custom objects, or of conversations.
    pub attribute: i64,
    /// Its display name; `None` if the attribute is archived or does not belong to an object type.
    pub name: Option<String>,
    /// The objects.
    pub objects: Objects,
}

/// Objects of one kind.
#[derive(Debug, Clone)]
pub enum Objects {
    /// Instances of the type with this identifier, oldest first.
    Instances(String, Vec<Instance>),
    /// Contacts: id and external id.
    Contacts(Vec<(ContactId, Option<String>)>),
    /// Conversations.
    Conversations(Vec<ConversationId>),
    /// Tickets.
    Tickets(Vec<ConversationId>),
}

/// One page of the instances of a type.
#[derive(Debug, Clone)]
pub struct Page {
    /// Their type.
    pub object_type: ObjectType,
    /// The instances, newest first, with their related objects.
    pub instances: Vec<(Instance, Vec<Related>)>,
    /// The total count.
    pub total: i64,
}

/// The instance of a type with this id or external id.
pub fn find(cx: &mut Cx, identifier: &str, id: &str) -> Result<Full> {
    let object_type = find_type(cx, identifier)?;
    let mut found = None;
    if let Some(id) = ObjectInstanceId::parse(id) {
        found = store::get(cx, object_type.id, id)?;
    }
    if found.is_none() {
        found = store::by_external_id(cx, object_type.id, id)?;
    }
    full(cx, object_type, found)
}

/// The instance of a type with this external id.
pub fn find_by_external_id(cx: &mut Cx, identifier: &str, external_id: &str) -> Result<Full> {
    let object_type = find_type(cx, identifier)?;
    let found = store::by_external_id(cx, object_type.id, external_id)?;
    full(cx, object_type, found)
}

fn full(cx: &mut Cx, object_type: ObjectType, found: Option<Instance>) -> Result<Full> {
    let instance = found.ok_or(error::ErrorKind::InstanceNotFound)?;
    let attributes = types::of_type(cx, object_type.id)?;
    let related = related(cx, object_type.id, &attributes, &[instance.id])?.remove(&instance.id);
    Ok(Full { object_type, instance, related: related.unwrap_or_default() })
}

/// Some instances of a type, newest first.
pub fn list(cx: &mut Cx, identifier: &str, which: Which, offset: i64, limit: i64) -> Result<Page> {
    let object_type = find_type(cx, identifier)?;
    let which = seen(cx, which)?;
    let total = store::count(cx, object_type.id, which)?;
    if offset >= total {
        return Ok(Page { object_type, instances: Vec::new(), total });
    }
    let ids = store::page(cx, object_type.id, which, offset, limit)?;
    let (instances, all) = read_up_to(cx, &ids, MAX_BYTES)?;
    if !all {
        let message = format!("This page is larger than {} MB: ask for fewer instances", MAX_BYTES >> 20);
        return Err(error::Error::new(error::ErrorKind::Unprocessable, message).field("per_page"));
    }
    let attributes = types::of_type(cx, object_type.id)?;
    let mut related = related(cx, object_type.id, &attributes, &ids)?;
    let with_related = |i: Instance| (related.remove(&i.id).unwrap_or_default(), i);
    let instances = instances.into_iter().map(with_related).map(|(related, i)| (i, related)).collect();
    Ok(Page { object_type, instances, total })
}

/// Reads instances in the order of these ids until they exceed `most` bytes. Returns them, and whether all were read.
fn read_up_to(cx: &mut Cx, ids: &[ObjectInstanceId], most: usize) -> Result<(Vec<Instance>, bool)> {
    let (mut all, mut bytes, mut left, mut count) = (Vec::new(), 0, ids, CHUNK);
    while !left.is_empty() && bytes <= most {
        let (chunk, rest) = left.split_at(count.min(left.len()));
        let mut read = store::get_many(cx, chunk)?;
        bytes += read.iter().map(|instance| instance.custom_attributes.len()).sum::<usize>();
        let places: HashMap<ObjectInstanceId, usize> =
            chunk.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        read.sort_by_key(|instance| places.get(&instance.id).copied());
        all.append(&mut read);
        (left, count) = (rest, count * 2);
    }
    Ok((all, bytes <= most))
}

/// Makes a filter by an object that the actor may not see behave like one by an unknown id.
fn seen(cx: &mut Cx, which: Which) -> Result<Which> {
    let actor = cx.actor();
    let contact = which.contact.map(|id| if actor.sees(Noun::People) { id } else { ContactId::default() });
    let conversation = match which.conversation {
        Some(id) => {
            let only = Target::Other(ObjectKind::Conversation).is_seen(actor).then(|| only_tickets(actor));
            Some(match only {
                Some(None) => id,
                Some(only) => links::conversations(cx, &[id], only, Hold::Reference)?.pop().unwrap_or_default(),
                None => ConversationId::default(),
            })
        }
        None => None,
    };
    Ok(Which { contact, conversation })
}

/// The related objects of instances of a type, by their ids.
pub(super) fn related(
    cx: &mut Cx,
    type_id: ObjectTypeId,
    attributes: &[ObjectAttribute],
    ids: &[ObjectInstanceId],
) -> Result<HashMap<ObjectInstanceId, Vec<Related>>> {
    let relations: Vec<Relation> = Relation::of_type(type_id, attributes).collect();
    let mut all: HashMap<ObjectInstanceId, Vec<Related>> = HashMap::new();
    for end in [links::End::Instance, links::End::Object] {
        let visible: Vec<i64> = relations.iter().filter(|r| r.end == end).map(|r| r.attribute).collect();
        let kinds: &[TargetKind] = if end == links::End::Object { &[TargetKind::Object] } else { &[] };
        let rows = links::shown(cx, kinds, ids, Some(&visible), MAX_SHOWN)?;
        let of = |attribute| relations.iter().find(|r| r.end == end && r.attribute == attribute);
        for (id, list) in grouped(cx, rows, of)? {
            all.entry(id).or_default().extend(list);
        }
    }
    Ok(all)
}

/// The related objects of an object.
pub fn linked<I: Id>(cx: &mut Cx, kind: ObjectKind, id: I) -> Result<Vec<Related>> {
    Ok(linked_many(cx, kind, &[id])?.remove(&id).unwrap_or_default())
}

/// The related objects of several objects, by id, without objects that have none. Takes one statement if none has any,
/// else five.
pub fn linked_many<I: Id>(cx: &mut Cx, kind: ObjectKind, ids: &[I]) -> Result<HashMap<I, Vec<Related>>> {
    let actor = cx.actor();
    if !actor.sees(Noun::CustomObjects) {
        return Ok(HashMap::new());
    }
    let rows = links::shown(cx, kind.all(), ids, None, MAX_SHOWN)?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let relations = super::relations(cx, kind)?;
    grouped(cx, rows, |attribute| relations.iter().find(|r| r.attribute == attribute))
}

/// Groups rows of id, attribute and related object.
fn grouped<'r, I: Id>(
    cx: &mut Cx,
    rows: Vec<(I, i64, i64)>,
    relation: impl Fn(i64) -> Option<&'r Relation>,
) -> Result<HashMap<I, Vec<Related>>> {
    let actor = cx.actor();
    let kind_of = |attribute| match relation(attribute) {
        Some(Relation { target: Target::Other(kind), .. }) => Some(*kind),
        _ => None,
    };
    let wanted = |kind: Option<ObjectKind>| -> Vec<i64> {
        let mut ids: Vec<i64> = rows.iter().filter(|row| kind_of(row.1) == kind).map(|row| row.2).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    // The newest first, like the links that are shown.
    let newest: Vec<ObjectInstanceId> = wanted(None).into_iter().rev().map(ObjectInstanceId::new).collect();
    let (instances, _) = read_up_to(cx, &newest, MAX_BYTES)?;
    let instances: HashMap<i64, Instance> = instances.into_iter().map(|i| (i.id.number(), i)).collect();
    let contacts: Vec<ContactId> = wanted(Some(ObjectKind::Contact)).into_iter().map(ContactId::new).collect();
    let contacts = links::contacts(cx, &contacts)?;
    let contacts: HashMap<ContactId, Option<String>> = contacts.into_iter().collect();
    let seen: Option<HashSet<ConversationId>> = match only_tickets(actor) {
        None => None,
        only => {
            let ids = wanted(Some(ObjectKind::Conversation)).into_iter().map(ConversationId::new);
            let ids: Vec<ConversationId> = ids.collect();
            Some(links::conversations(cx, &ids, only, Hold::Reference)?.into_iter().collect())
        }
    };
    let mut names: HashMap<ObjectTypeId, String> = HashMap::new();
    if !instances.is_empty() {
        names.extend(types::all(cx)?.into_iter().map(|t| (t.id, t.identifier)));
    }
    let mut lists: BTreeMap<(I, i64), Vec<i64>> = BTreeMap::new();
    for (id, attribute, other) in rows {
        lists.entry((id, attribute)).or_default().push(other);
    }
    // An instance counts each time it appears.
    let mut left = MAX_BYTES;
    let mut visible = |id: &i64| {
        let instance = instances.get(id)?;
        left = left.checked_sub(instance.custom_attributes.len())?;
        Some(instance.clone())
    };
    let mut all: HashMap<I, Vec<Related>> = HashMap::new();
    for ((id, attribute), others) in lists {
        if relation(attribute).is_some_and(|r| !r.target.is_seen(actor)) {
            continue;
        }
        let objects = match kind_of(attribute) {
            None => {
                let list: Vec<Instance> = others.iter().filter_map(&mut visible).collect();
                let Some(name) = list.first().and_then(|i| names.get(&i.type_id)) else { continue };
                Objects::Instances(name.clone(), list)
            }
            Some(ObjectKind::Contact) => {
                let contact = |id: ContactId| contacts.get(&id).map(|external_id| (id, external_id.clone()));
                Objects::Contacts(others.into_iter().map(ContactId::new).filter_map(contact).collect())
            }
            Some(ObjectKind::Conversation) => {
                let is_seen = |id: &ConversationId| seen.as_ref().is_none_or(|seen| seen.contains(id));
                Objects::Conversations(others.into_iter().map(ConversationId::new).filter(is_seen).collect())
            }
            Some(ObjectKind::Ticket) => Objects::Tickets(others.into_iter().map(ConversationId::new).collect()),
        };
        let name = relation(attribute).map(|r| r.name.clone());
        all.entry(id).or_default().push(Related { attribute, name, objects });
    }
    Ok(all)
}
