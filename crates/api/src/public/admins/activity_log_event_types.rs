//! `GET /admins/activity_log_event_types`

use deskwire_domain::activity;
use deskwire_domain::error::Result;

use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// The types by which activity logs can be searched.
pub async fn handle(request: Request) -> Result<Reply> {
    let event_types = activity::types(request.version().has(Feature::ActivityTypes)).collect();
    request.json(&List::whole(event_types).named("activity_log_event_type.list", "event_types"))
}
