//! `GET /office_hours_schedules/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;

use super::{schedule, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// One schedule.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = schedule(&request);
    let found = request.read(move |cx| office_hours::find(cx, id)).await?;
    request.json(&View::from(&found))
}
