//! `POST /events/summaries`

use deskwire_domain::data_events::{self, Summary};
use deskwire_domain::error::{Error, Result};
use http::StatusCode;
use serde_json::Value;

use crate::body::{Body, must_be};
use crate::public::person;
use crate::reply::Reply;
use crate::request::Request;

/// The maximum number of summaries in one request.
const MAX: usize = 100;

/// Sets how often a person caused an event.
pub async fn handle(request: Request) -> Result<Reply> {
    let person = person::required(&request.body)?;
    let summaries = read(&request.body)?;
    request.write(move |cx| data_events::summarize(cx, &person, &summaries)).await?;
    Ok(Reply::empty(StatusCode::OK))
}

/// The summaries: one object, or a list of them.
fn read(body: &Body) -> Result<Vec<Summary>> {
    match body.get("event_summaries") {
        Some(Value::Object(map)) => Ok(vec![one(&Body(map.clone()))?]),
        Some(Value::Array(items)) if items.len() <= MAX => items
            .iter()
            .map(|item| match item {
                Value::Object(map) => one(&Body(map.clone())),
                _ => Err(must_be("event_summaries", "an object or a list of objects")),
            })
            .collect(),
        Some(Value::Array(_)) => {
            Err(Error::invalid(format!("At most {MAX} event_summaries are taken at once")).field("event_summaries"))
        }
        None | Some(Value::Null) => Err(Error::missing("event_summaries is required").field("event_summaries")),
        Some(_) => Err(must_be("event_summaries", "an object or a list of objects")),
    }
}

fn one(body: &Body) -> Result<Summary> {
    let (first, last) = (body.time("first")?.flatten(), body.time("last")?.flatten());
    let either = first.or(last).ok_or_else(|| Error::missing("first is required").field("first"))?;
    Ok(Summary {
        event_name: body.text("event_name")?.flatten().unwrap_or_default(),
        count: body.integer("count")?.flatten().unwrap_or(1),
        first_at: first.unwrap_or(either),
        last_at: last.unwrap_or(either),
    })
}
