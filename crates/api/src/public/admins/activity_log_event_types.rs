//! `GET /admins/activity_log_event_types`

use deskwire_domain::activity;
use deskwire_domain::error::Result;
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Version;

#[derive(Serialize)]
struct List {
    r#type: &'static str,
    event_types: Vec<&'static str>,
}

/// The types that activity logs can be searched by.
pub async fn handle(request: Request) -> Result<Reply> {
    let event_types = activity::types(request.version() == Version::Unstable).collect();
    request.json(&List { r#type: "activity_log_event_type.list", event_types })
}
