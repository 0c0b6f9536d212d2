//! `POST /admins/activity_logs/search`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::{activity, times};
use serde_json::Value;

use super::entries::{self, Query};
use crate::body::{Body, must_be};
use crate::page::Numbered;
use crate::reply::Reply;
use crate::request::Request;

/// The maximum number of types in one search.
const MAX: usize = 200;

/// The entries of these types, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let body = &request.body;
    let from = time(body, "created_at_after")?;
    let query = Query {
        from: from.ok_or_else(|| Error::missing("created_at_after is required").field("created_at_after"))?,
        until: time(body, "created_at_before")?,
        types: types(body)?,
        page: body.integer("page")?.flatten(),
        per_page: body.integer("per_page")?.flatten(),
        cursor: body.text("starting_after")?.flatten(),
    };
    entries::answer(&request, query, Numbered::search_pages_after).await
}

/// A time as a number, or as text in one of several formats.
fn time(body: &Body, key: &'static str) -> Result<Option<i64>> {
    match body.get(key).and_then(Value::as_str).and_then(times::parse) {
        Some(time) => Ok(Some(time)),
        None => Ok(body.time(key)?.flatten()),
    }
}

fn types(body: &Body) -> Result<Vec<String>> {
    let Some(items) = body.array("event_types")?.flatten() else { return Ok(Vec::new()) };
    if items.len() > MAX {
        return Err(Error::invalid(format!("event_types may name {MAX} types at most")).field("event_types"));
    }
    let read = |item: &Value| {
        let name = item.as_str().ok_or_else(|| must_be("event_types", "an array of strings"))?;
        if activity::is_type(name) {
            return Ok(name.to_owned());
        }
        Err(Error::invalid(format!("event_types: there is no type {name}")).field("event_types"))
    };
    items.iter().map(read).collect()
}
