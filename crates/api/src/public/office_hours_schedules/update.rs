//! `PUT /office_hours_schedules/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;

use super::{input, schedule, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a schedule.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, change, ip) = (schedule(&request), input::schedule(&request.body)?, request.ip());
    let changed = request.write(move |cx| office_hours::update(cx, id, &change, ip.as_deref())).await?;
    request.json(&View::from(&changed))
}
