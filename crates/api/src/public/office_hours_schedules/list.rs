//! `GET /office_hours_schedules`

use deskwire_domain::error::Result;
use deskwire_domain::office_hours;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All schedules.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(office_hours::list).await?;
    let list = List::whole(all.iter().map(View::from).collect());
    request.json(&list.named("office_hours_schedule.list", "data"))
}
