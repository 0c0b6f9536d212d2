//! `PUT /office_hours_schedules/{id}/office_hours_exceptions/{exception_id}`

use deskwire_domain::error::Result;
use deskwire_domain::{Cx, office_hours};

use super::view::View;
use crate::public::office_hours_schedules::{exception, input, schedule};
use crate::reply::Reply;
use crate::request::Request;

/// Changes an exception.
pub async fn handle(request: Request) -> Result<Reply> {
    let (schedule, id, ip) = (schedule(&request), exception(&request), request.ip());
    let change = input::exception(&request.body)?;
    let verb = move |cx: &mut Cx| office_hours::update_exception(cx, schedule, id, &change, ip.as_deref());
    let changed = request.write(verb).await?;
    request.json(&View::from(&changed))
}
