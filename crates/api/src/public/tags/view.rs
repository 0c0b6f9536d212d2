//! A tag as the API shows it.

use deskwire_domain::tags::{self, Tag, Tagging};
use deskwire_domain::{conversations, ids};
use serde::Serialize;

/// A tag.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: String,
    name: &'a str,
}

impl<'a> From<&'a Tag> for View<'a> {
    fn from(tag: &'a Tag) -> Self {
        Self { r#type: "tag", id: tag.id.to_string(), name: &tag.name }
    }
}

/// A tag on something.
#[derive(Serialize)]
pub(crate) struct Applied<'a> {
    r#type: &'static str,
    id: String,
    name: &'a str,
    applied_at: Option<i64>,
    applied_by: Option<Reference>,
}

impl<'a> Applied<'a> {
    /// A tag alone, in the same form.
    pub(super) fn to_nothing(tag: &'a Tag) -> Self {
        Self { r#type: "tag", id: tag.id.to_string(), name: &tag.name, applied_at: None, applied_by: None }
    }
}

#[derive(Serialize)]
struct Reference {
    r#type: &'static str,
    id: String,
}

impl<'a> From<&'a Tagging> for Applied<'a> {
    fn from(tagging: &'a Tagging) -> Self {
        Self {
            r#type: "tag",
            id: tagging.tag_id.to_string(),
            name: &tagging.name,
            applied_at: Some(tagging.applied_at),
            applied_by: tagging.applied_by.map(|id| Reference { r#type: "admin", id: id.to_string() }),
        }
    }
}

impl<'a> From<&'a conversations::Tagging> for Applied<'a> {
    fn from(tagging: &'a conversations::Tagging) -> Self {
        Self {
            r#type: "tag",
            id: tagging.tag_id.to_string(),
            name: &tagging.name,
            applied_at: Some(tagging.applied_at),
            applied_by: tagging.applied_by.map(|id| Reference { r#type: "admin", id: id.to_string() }),
        }
    }
}

/// A tag with what has just been tagged or untagged.
#[derive(Serialize)]
pub(super) struct Saved<'a> {
    #[serde(flatten)]
    tag: View<'a>,
    users: Vec<Tagged>,
    companies: Vec<Tagged>,
}

#[derive(Serialize)]
struct Tagged {
    id: String,
    tagged: bool,
}

impl<'a> From<&'a tags::Saved> for Saved<'a> {
    fn from(saved: &'a tags::Saved) -> Self {
        let list = |all: &[(i64, bool)]| {
            all.iter().map(|(id, tagged)| Tagged { id: ids::hex(*id), tagged: *tagged }).collect()
        };
        Self { tag: View::from(&saved.tag), users: list(&saved.users), companies: list(&saved.companies) }
    }
}
