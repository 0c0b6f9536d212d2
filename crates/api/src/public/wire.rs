//! Objects in the views of several nouns.

use deskwire_domain::ids::{ContactId, TagId};
use deskwire_domain::tags::Tagging;
use serde::Serialize;

/// An object reduced to its type and id.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Reference<'a> {
    r#type: &'a str,
    id: String,
}

impl<'a> Reference<'a> {
    /// A reference to an object of this type.
    pub(crate) fn new(r#type: &'a str, id: String) -> Self {
        Self { r#type, id }
    }
}

/// A contact reduced to its ids.
#[derive(Serialize)]
pub(crate) struct Contact<'a> {
    r#type: &'static str,
    id: ContactId,
    external_id: Option<&'a str>,
}

impl<'a> Contact<'a> {
    /// The contact with this id.
    pub(crate) fn new(id: ContactId, external_id: Option<&'a str>) -> Self {
        Self { r#type: "contact", id, external_id }
    }
}

/// A tag.
#[derive(Serialize)]
pub(crate) struct Tag<'a> {
    r#type: &'static str,
    id: TagId,
    name: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag with this id.
    pub(crate) fn new(id: TagId, name: &'a str) -> Self {
        Self { r#type: "tag", id, name }
    }
}

/// The tags of a content.
#[derive(Serialize)]
pub(crate) struct TagList<'a> {
    r#type: &'static str,
    tags: Vec<AppliedTag<'a>>,
}

impl<'a> TagList<'a> {
    /// These tags.
    pub(crate) fn of(tags: &'a [Tagging]) -> Self {
        Self { r#type: "tag.list", tags: tags.iter().map(AppliedTag::from).collect() }
    }
}

/// A tag on an object, with the time and the author of the tagging.
#[derive(Serialize)]
pub(crate) struct AppliedTag<'a> {
    r#type: &'static str,
    id: TagId,
    name: &'a str,
    applied_at: Option<i64>,
    applied_by: Option<Reference<'static>>,
}

impl<'a> AppliedTag<'a> {
    /// A tag without an object, in the same shape.
    pub(crate) fn unapplied(id: TagId, name: &'a str) -> Self {
        Self { r#type: "tag", id, name, applied_at: None, applied_by: None }
    }

    /// In conversations and tickets: if no admin applied the tag, a bot did.
    pub(crate) fn by_admin_or_bot(tagging: &'a Tagging) -> Self {
        let bot = || Reference::new("bot", "0".to_owned());
        let applied = Self::from(tagging);
        Self { applied_by: Some(applied.applied_by.unwrap_or_else(bot)), ..applied }
    }
}

impl<'a> From<&'a Tagging> for AppliedTag<'a> {
    fn from(tagging: &'a Tagging) -> Self {
        Self {
            applied_at: Some(tagging.applied_at),
            applied_by: tagging.applied_by.map(|id| Reference::new("admin", id.to_string())),
            ..Self::unapplied(tagging.tag_id, &tagging.name)
        }
    }
}
