//! `POST /events`

use deskwire_domain::data_events::{self, Input};
use deskwire_domain::error::Result;
use http::StatusCode;

use crate::public::person;
use crate::reply::Reply;
use crate::request::Request;

/// Records an event of a person. A duplicate gets the same response as the first.
pub async fn handle(request: Request) -> Result<Reply> {
    let body = &request.body;
    let input = Input {
        event_name: body.text("event_name")?.flatten(),
        created_at: body.time("created_at")?.flatten(),
        metadata: body.object("metadata")?.flatten().cloned(),
        person: person::required(body)?,
    };
    request.write(move |cx| data_events::create(cx, &input)).await?;
    Ok(Reply::empty(StatusCode::ACCEPTED))
}
