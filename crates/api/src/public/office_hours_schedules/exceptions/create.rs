//! `POST /office_hours_schedules/{id}/office_hours_exceptions`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;
use http::StatusCode;

use super::view::View;
use crate::public::office_hours_schedules::{input, schedule};
use crate::reply::Reply;
use crate::request::Request;

/// Creates an exception.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, new, ip) = (schedule(&request), input::exception(&request.body)?, request.ip());
    let made = request.write(move |cx| office_hours::create_exception(cx, id, &new, ip.as_deref())).await?;
    request.json_with(StatusCode::CREATED, &View::from(&made))
}
