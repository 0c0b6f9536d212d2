//! Creating or updating an instance.

use deskwire_store::{custom_object_instances as store, custom_object_types as types};
use serde_json::{Map, Value};

use super::references::{Named, hold, named};
use super::relate::{is_list_object, relate};
use super::values::{Changes, invalid, merged, typed};
use super::{Full, Instance, ObjectAttribute, ObjectType, Relation, find_type, read};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};

/// How often to retry when an instance is deleted between finding and locking it.
const TRIES: usize = 5;

/// The fields of an instance in a request.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The external id, unique among instances of a type.
    pub external_id: Option<String>,
    /// When it was created in the external system; `Some(None)` clears it.
    pub external_created_at: Option<Option<i64>>,
    /// When it was updated there.
    pub external_updated_at: Option<Option<i64>>,
    /// Values and relations by name. Null clears a value; omitted ones stay unchanged.
    pub custom_attributes: Option<Map<String, Value>>,
}

/// Creates or updates the instance with this external id.
pub fn save(cx: &mut Cx, identifier: &str, input: &Input) -> Result<Full> {
    let object_type = find_type(cx, identifier)?;
    let external_id = input.external_id.as_deref().filter(|id| !id.is_empty());
    let external_id = external_id.ok_or_else(|| Error::missing("external_id is required").field("external_id"))?;
    let attributes = types::of_type(cx, object_type.id)?;
    let (values, relations) = read_attributes(cx, &object_type, &attributes, input.custom_attributes.as_ref())?;
    if !relations.is_empty() {
        let own = store::by_external_id(cx, object_type.id, external_id)?.map(|i| i.id);
        hold(cx, &relations, own)?;
    }
    let instance = upsert(cx, &object_type, external_id, input, &values)?;
    for (relation, others) in &relations {
        relate(cx, relation, instance.id.number(), others)?;
    }
    let related = read::related(cx, object_type.id, &attributes, &[instance.id])?.remove(&instance.id);
    Ok(Full { object_type, instance, related: related.unwrap_or_default() })
}

fn upsert(
    cx: &mut Cx,
    object_type: &ObjectType,
    external_id: &str,
    input: &Input,
    values: &Changes,
) -> Result<Instance> {
    let now = cx.now();
    let new = Instance {
        id: cx.mint(),
        type_id: object_type.id,
        external_id: external_id.to_owned(),
        external_created_at: input.external_created_at.flatten(),
        external_updated_at: input.external_updated_at.flatten(),
        custom_attributes: merged("{}", values),
        created_at: now,
        updated_at: now,
    };
    for _ in 0..TRIES {
        if store::insert_new(cx, &new)? {
            return Ok(new);
        }
        if let Some(before) = store::lock_by_external_id(cx, object_type.id, external_id)? {
            let after = Instance {
                external_created_at: input.external_created_at.unwrap_or(before.external_created_at),
                external_updated_at: input.external_updated_at.unwrap_or(before.external_updated_at),
                custom_attributes: merged(&before.custom_attributes, values),
                updated_at: cx.now(),
                ..before.clone()
            };
            store::update(cx, &before, &after)?;
            return Ok(after);
        }
    }
    Err(ErrorKind::Conflict.into())
}

/// The values and relations to set.
fn read_attributes(
    cx: &mut Cx,
    object_type: &ObjectType,
    attributes: &[ObjectAttribute],
    given: Option<&Map<String, Value>>,
) -> Result<(Changes, Vec<Named>)> {
    let (mut values, mut shown) = (Vec::new(), Vec::new());
    let relations: Vec<Relation> = Relation::of_type(object_type.id, attributes).collect();
    for (name, value) in given.into_iter().flatten() {
        let own = |a: &&ObjectAttribute| a.type_id == object_type.id && a.target_kind.is_none() && a.name == *name;
        if let Some(attribute) = attributes.iter().find(own) {
            values.push((name.clone(), typed(attribute, value)?));
        } else if let Some(relation) = relations.iter().find(|r| r.name == *name) {
            if is_list_object(value) {
                continue;
            }
            let others = named(cx, relation, value)?;
            shown.push((relation.clone(), others));
        } else {
            return Err(invalid(name, "does not exist"));
        }
    }
    Ok((values, shown))
}
