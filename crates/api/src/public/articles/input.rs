//! Reading articles from requests.

use std::collections::BTreeMap;

use deskwire_domain::articles::{ArticleState, Input, Text};
use deskwire_domain::content::Availability;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{AdminId, CollectionId};
use deskwire_domain::times;
use serde_json::Value;

use crate::body::{Body, Patch, must_be};
use crate::public::content::input::{audiences, availability, folder, html};
use crate::versions::{Feature, Version};

/// Reads the body. `origin` is the URL of this server. Parsing long texts is slow, so it happens before the
/// transaction.
pub(super) fn read(body: &Body, origin: &str, version: Version) -> Result<Input> {
    let newest = version.has(Feature::ArticleDrafts);
    let (translations, absent) = translations(body, origin, newest)?;
    Ok(Input {
        text: Text { audience_ids: None, ..text(body, origin, newest)? },
        translations,
        absent,
        folder_id: if version.has(Feature::ArticleParents) { folder(body)? } else { None },
        audience_ids: if newest { audiences(body)? } else { None },
        collections: collections(body, version)?,
        publish_at: if newest { moment(body, "scheduled_publish_at")? } else { None },
        unpublish_at: if newest { moment(body, "scheduled_unpublish_at")? } else { None },
    })
}

fn text(body: &Body, origin: &str, newest: bool) -> Result<Text> {
    Ok(Text {
        title: body.text("title")?.flatten(),
        description: body.text("description")?.map(Option::unwrap_or_default),
        body: html(body, origin, newest)?,
        author_id: body.integer("author_id")?.flatten().map(AdminId::new),
        state: state(body)?,
        audience_ids: if newest { audiences(body)? } else { None },
        availability: if newest { availability(body)? } else { Availability::default() },
    })
}

fn state(body: &Body) -> Result<Option<ArticleState>> {
    let unknown = || Error::invalid("state must be 'published' or 'draft'").field("state");
    let Some(text) = body.text("state")?.flatten() else { return Ok(None) };
    ArticleState::parse(&text).map(Some).ok_or_else(unknown)
}

/// The contents by language, and the languages that are null in the request.
fn translations(body: &Body, origin: &str, newest: bool) -> Result<(BTreeMap<String, Text>, Vec<String>)> {
    let (mut all, mut absent) = (BTreeMap::new(), Vec::new());
    for (locale, of_locale) in body.object("translated_content")?.flatten().into_iter().flatten() {
        match of_locale {
            // The type of the object itself.
            Value::String(_) if locale == "type" => {}
            Value::Null => absent.push(locale.clone()),
            Value::Object(fields) => {
                let fields = Body(fields.clone());
                all.insert(locale.clone(), text(&fields, origin, newest)?);
            }
            _ => return Err(must_be("translated_content", "an object of objects")),
        }
    }
    Ok((all, absent))
}

/// The collections in `parent_ids`, or the one in `parent_id`.
fn collections(body: &Body, version: Version) -> Result<Option<Vec<Option<CollectionId>>>> {
    if version.has(Feature::ArticleParents)
        && let Some(ids) = body.array("parent_ids")?
    {
        let id = |id: &Value| match id {
            Value::Number(number) => Ok(number.as_i64().map(CollectionId::new)),
            Value::String(text) => Ok(CollectionId::parse(text)),
            _ => Err(must_be("parent_ids", "an array of ids")),
        };
        return ids.into_iter().flatten().map(id).collect::<Result<_>>().map(Some);
    }
    if let Some(of) = body.text("parent_type")?.flatten()
        && !["collection", "section"].contains(&of.as_str())
    {
        return Err(Error::invalid("parent_type must be 'collection' or 'section'").field("parent_type"));
    }
    let one = body.id("parent_id")?;
    Ok(one.map(|id| id.filter(|id| !id.is_empty()).map(|id| CollectionId::parse(&id)).into_iter().collect()))
}

/// A future time in ISO 8601.
fn moment(body: &Body, field: &'static str) -> Result<Patch<i64>> {
    let Some(text) = body.id(field)? else { return Ok(None) };
    let Some(text) = text else { return Ok(Some(None)) };
    let invalid = || must_be(field, "an ISO 8601 timestamp");
    let second = times::parse(&text).and_then(times::second).ok_or_else(invalid)?;
    Ok(Some(Some(second)))
}
