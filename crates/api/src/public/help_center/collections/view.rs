//! Collections and sections as the API shows them.

use deskwire_domain::collections::Full;
use deskwire_domain::help_centers;
use deskwire_domain::ids::CollectionId;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::request::Request;
use crate::versions::Feature;

/// A collection.
#[derive(Serialize)]
pub(in crate::public::help_center) struct View<'a> {
    #[serde(flatten)]
    shared: Shared<'a>,
    description: &'a str,
    #[serde(flatten)]
    nested: Option<Nested>,
    help_center_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
}

/// Fields for versions with nested collections.
#[derive(Serialize)]
struct Nested {
    parent_id: Option<CollectionId>,
}

/// A collection below the first level, for versions that call it a section.
#[derive(Serialize)]
pub(in crate::public::help_center) struct Section<'a> {
    #[serde(flatten)]
    shared: Shared<'a>,
    r#type: &'static str,
    parent_id: Option<i64>,
}

/// The fields of both.
#[derive(Serialize)]
struct Shared<'a> {
    id: CollectionId,
    workspace_id: &'a str,
    name: &'a str,
    url: String,
    order: i64,
    created_at: i64,
    updated_at: i64,
    icon: &'a str,
    #[serde(flatten)]
    translated: Translated<'a>,
}

/// Fields for several languages.
#[derive(Serialize)]
struct Translated<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    default_locale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translated_content: Option<Texts<'a>>,
}

/// The name and description in each language.
struct Texts<'a>(&'a Full);

#[derive(Serialize)]
struct Text<'a> {
    r#type: &'static str,
    name: &'a str,
    description: &'a str,
}

impl<'a> View<'a> {
    pub(in crate::public::help_center) fn new(full: &'a Full, request: &'a Request) -> Self {
        let collection = &full.collection;
        let nested = request.version().has(Feature::NestedCollections);
        Self {
            shared: Shared::new(full, request),
            description: &collection.description,
            nested: nested.then_some(Nested { parent_id: collection.parent_id }),
            help_center_id: collection.help_center_id.number(),
            r#type: (!nested).then_some("collection"),
        }
    }
}

impl<'a> Section<'a> {
    pub(in crate::public::help_center) fn new(full: &'a Full, request: &'a Request) -> Self {
        let parent_id = full.collection.parent_id.map(CollectionId::number);
        Self { shared: Shared::new(full, request), r#type: "section", parent_id }
    }
}

impl<'a> Shared<'a> {
    fn new(full: &'a Full, request: &'a Request) -> Self {
        let collection = &full.collection;
        Self {
            id: collection.id,
            workspace_id: request.caller().workspace(),
            name: &collection.name,
            url: url(full, request),
            order: collection.position,
            created_at: collection.created_at,
            updated_at: collection.updated_at,
            icon: &collection.icon,
            translated: Translated::new(full, request),
        }
    }
}

impl<'a> Translated<'a> {
    fn new(full: &'a Full, request: &Request) -> Self {
        let many = help_centers::is_multilingual(&full.help_center) || full.collection.translations != "{}";
        let default_locale = help_centers::default_locale(&full.help_center);
        Self {
            default_locale: (many || !request.version().has(Feature::OptionalFields)).then_some(default_locale),
            translated_content: many.then_some(Texts(full)),
        }
    }
}

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(full) = self;
        let text = |name, description| Text { r#type: "group_content", name, description };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "group_translated_content")?;
        let own = text(&full.collection.name, &full.collection.description);
        map.serialize_entry(help_centers::default_locale(&full.help_center), &own)?;
        for (locale, translated) in &full.translations() {
            map.serialize_entry(locale, &text(&translated.name, &translated.description))?;
        }
        map.end()
    }
}

fn url(full: &Full, request: &Request) -> String {
    let base = help_centers::url(&full.help_center, request.caller().workspace(), &request.origin);
    let locale = help_centers::default_locale(&full.help_center);
    format!("{base}/{locale}/collections/{}", help_centers::slugged(full.collection.id, &full.collection.name))
}
