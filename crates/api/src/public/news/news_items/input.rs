//! Reading news items from requests.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::{AdminId, NewsfeedId};
use deskwire_domain::news::{Assignment, Input, NewsState};
use serde_json::Value;

use crate::body::{Body, must_be};
use crate::request::Request;

/// The maximum number of entries of a list.
const MAX_ENTRIES: usize = 100;

/// Reads the body.
pub(super) fn read(request: &Request) -> Result<Input> {
    let body = &request.body;
    let html = match body.long("body")? {
        Some(Some(text)) => Some(Html::read(&text, &request.origin, "body")?),
        other => other.map(|_| None),
    };
    let state = body.text("state")?.flatten();
    let unknown = || Error::invalid("state must be 'draft' or 'live'").field("state");
    let reactions = texts(body, "reactions")?;
    let labels = texts(body, "labels")?.map(|labels| labels.into_iter().flatten().collect());
    Ok(Input {
        title: body.text("title")?.flatten(),
        body: html,
        sender_id: body.integer("sender_id")?.flatten().map(AdminId::new),
        state: state.map(|text| NewsState::parse(&text).ok_or_else(unknown)).transpose()?,
        deliver_silently: body.boolean("deliver_silently")?.flatten(),
        labels,
        reactions,
        cover_image_url: body.text("cover_image_url")?,
        assignments: assignments(body)?,
    })
}

/// A list of strings and nulls; null clears it.
fn texts(body: &Body, key: &'static str) -> Result<Option<Vec<Option<String>>>> {
    let text = |value: &Value| match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(must_be(key, "an array of strings")),
    };
    list(body, key)?.map(|values| values.iter().map(text).collect()).transpose()
}

fn assignments(body: &Body) -> Result<Option<Vec<Assignment>>> {
    const KEY: &str = "newsfeed_assignments";
    let assignment = |value: &Value| {
        let fields = value.as_object().ok_or_else(|| must_be(KEY, "an array of objects"))?;
        let fields = Body(fields.clone());
        let id = fields.integer("newsfeed_id")?.flatten();
        let id = id.ok_or_else(|| Error::missing("newsfeed_id is required").field("newsfeed_id"))?;
        let published_at = fields.time("published_at")?.flatten();
        Ok(Assignment { newsfeed_id: NewsfeedId::new(id), published_at })
    };
    list(body, KEY)?.map(|values| values.iter().map(assignment).collect()).transpose()
}

/// A list of limited length; null clears it.
fn list<'a>(body: &'a Body, key: &'static str) -> Result<Option<&'a [Value]>> {
    let Some(values) = body.array(key)? else { return Ok(None) };
    let values = values.map_or(&[][..], Vec::as_slice);
    if values.len() > MAX_ENTRIES {
        return Err(Error::invalid(format!("{key} is too long (maximum is {MAX_ENTRIES} entries)")).field(key));
    }
    Ok(Some(values))
}
