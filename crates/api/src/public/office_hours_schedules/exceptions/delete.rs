//! `DELETE /office_hours_schedules/{id}/office_hours_exceptions/{exception_id}`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;

use crate::public::deleted::Deleted;
use crate::public::office_hours_schedules::{exception, schedule};
use crate::reply::Reply;
use crate::request::Request;

/// Deletes an exception.
pub async fn handle(request: Request) -> Result<Reply> {
    let (schedule, id, ip) = (schedule(&request), exception(&request), request.ip());
    request.write(move |cx| office_hours::delete_exception(cx, schedule, id, ip.as_deref())).await?;
    request.json(&Deleted::new("office_hours_exception", request.param("exception_id").to_owned()))
}
