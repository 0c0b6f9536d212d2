//! `GET /office_hours_schedules/{id}/office_hours_exceptions/{exception_id}`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;

use super::view::View;
use crate::public::office_hours_schedules::{exception, schedule};
use crate::reply::Reply;
use crate::request::Request;

/// One exception.
pub async fn handle(request: Request) -> Result<Reply> {
    let (schedule, id) = (schedule(&request), exception(&request));
    let found = request.read(move |cx| office_hours::find_exception(cx, schedule, id)).await?;
    request.json(&View::from(&found))
}
