//! An instance as the API represents it, and instances among the attributes of what they are related to.

use deskwire_domain::custom_objects::{Full, Instance, Objects, Related};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ContactId, ConversationId, ObjectInstanceId};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::public::wire::{Contact, Reference};

/// An instance.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    id: ObjectInstanceId,
    r#type: &'a str,
    custom_attributes: Attributes<'a>,
    external_id: &'a str,
    external_created_at: Option<i64>,
    external_updated_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl<'a> View<'a> {
    /// The view of an instance with its type and relations.
    pub(super) fn of(full: &'a Full) -> Result<Self> {
        Self::new(&full.object_type.identifier, &full.instance, &full.related)
    }

    /// The view of an instance of the type with this identifier.
    pub(super) fn new(identifier: &'a str, instance: &'a Instance, related: &'a [Related]) -> Result<Self> {
        Ok(Self {
            id: instance.id,
            r#type: identifier,
            custom_attributes: Attributes::new(&instance.custom_attributes, related)?,
            external_id: &instance.external_id,
            external_created_at: instance.external_created_at,
            external_updated_at: instance.external_updated_at,
            created_at: instance.created_at,
            updated_at: instance.updated_at,
        })
    }
}

/// Custom attributes: stored values, followed by related objects.
pub(crate) struct Attributes<'a> {
    values: &'a RawValue,
    related: &'a [Related],
}

impl<'a> Attributes<'a> {
    /// The view of a JSON object and relations.
    pub(crate) fn new(values: &'a str, related: &'a [Related]) -> Result<Self> {
        Ok(Self { values: serde_json::from_str(values).map_err(Error::internal)?, related })
    }
}

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.related.is_empty() {
            return self.values.serialize(serializer);
        }
        let values: Map<String, Value> = serde_json::from_str(self.values.get()).map_err(serde::ser::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &values {
            map.serialize_entry(name, value)?;
        }
        for related in self.related {
            if let Some(name) = &related.name {
                map.serialize_entry(
                    name,
                    &RelatedView::try_from(&related.objects).map_err(serde::ser::Error::custom)?,
                )?;
            }
        }
        map.end()
    }
}

/// The view of a relation.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum RelatedView<'a> {
    /// Instances, without their own relations.
    Instances {
        r#type: String,
        instances: Vec<Nested<'a>>,
    },
    Contacts {
        r#type: &'static str,
        contacts: Vec<Contact<'a>>,
    },
    Conversations {
        r#type: &'static str,
        conversations: Vec<Reference<'static>>,
    },
    Tickets {
        r#type: &'static str,
        tickets: Vec<Reference<'static>>,
    },
}

#[derive(Serialize)]
pub(crate) struct Nested<'a> {
    id: ObjectInstanceId,
    external_id: &'a str,
    external_created_at: Option<i64>,
    external_updated_at: Option<i64>,
    custom_attributes: &'a RawValue,
    r#type: &'a str,
}

impl<'a> TryFrom<&'a Objects> for RelatedView<'a> {
    type Error = Error;

    fn try_from(objects: &'a Objects) -> Result<Self> {
        let references =
            |r#type, ids: &[ConversationId]| ids.iter().map(|id| Reference::new(r#type, id.to_string())).collect();
        Ok(match objects {
            Objects::Instances(identifier, instances) => {
                let nested = |i: &'a Instance| {
                    Ok(Nested {
                        id: i.id,
                        external_id: &i.external_id,
                        external_created_at: i.external_created_at,
                        external_updated_at: i.external_updated_at,
                        custom_attributes: serde_json::from_str(&i.custom_attributes).map_err(Error::internal)?,
                        r#type: identifier,
                    })
                };
                let instances = instances.iter().map(nested).collect::<Result<_>>()?;
                RelatedView::Instances { r#type: format!("{identifier}.list"), instances }
            }
            Objects::Contacts(contacts) => {
                let contact =
                    |(id, external_id): &'a (ContactId, Option<String>)| Contact::new(*id, external_id.as_deref());
                RelatedView::Contacts { r#type: "contact.list", contacts: contacts.iter().map(contact).collect() }
            }
            Objects::Conversations(ids) => RelatedView::Conversations {
                r#type: "conversation.list",
                conversations: references("conversation", ids),
            },
            Objects::Tickets(ids) => RelatedView::Tickets { r#type: "ticket.list", tickets: references("ticket", ids) },
        })
    }
}
