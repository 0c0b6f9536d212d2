//! `DELETE /office_hours_schedules/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;

use super::schedule;
use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes a schedule.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, ip) = (schedule(&request), request.ip());
    request.write(move |cx| office_hours::delete(cx, id, ip.as_deref())).await?;
    request.json(&Deleted::new("office_hours_schedule", request.param("id").to_owned()))
}
