//! `POST /office_hours_schedules`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;
use http::StatusCode;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a schedule.
pub async fn handle(request: Request) -> Result<Reply> {
    let (new, ip) = (input::schedule(&request.body)?, request.ip());
    let made = request.write(move |cx| office_hours::create(cx, &new, ip.as_deref())).await?;
    request.json_with(StatusCode::CREATED, &View::from(&made))
}
