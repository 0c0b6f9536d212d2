//! `GET /office_hours_schedules/{id}/office_hours_exceptions`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;

use super::view::View;
use crate::page::List;
use crate::public::office_hours_schedules::schedule;
use crate::reply::Reply;
use crate::request::Request;

/// The exceptions of a schedule.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = schedule(&request);
    let all = request.read(move |cx| office_hours::list_exceptions(cx, id)).await?;
    let list = List::whole(all.iter().map(View::from).collect());
    request.json(&list.named("office_hours_exception.list", "data"))
}
