//! `PUT /admins/{id}/away`

use deskwire_domain::admins::{self, Away};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::AwayStatusReasonId;

use super::view;
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Sets whether an admin is away.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::AdminForIdNotFound)?;
    let reason = if request.version().has(Feature::AwayReasons) { reason(&request.body)? } else { None };
    let body = &request.body;
    let away = Away { enabled: flag(body, "away_mode_enabled")?, reassign: flag(body, "away_mode_reassign")?, reason };
    let ip = request.ip();
    let full = request.write(move |cx| admins::away(cx, id, &away, ip.as_deref())).await?;
    request.json(&view::View::new(&full))
}

fn flag(body: &Body, key: &'static str) -> Result<bool> {
    body.boolean(key)?.flatten().ok_or_else(|| Error::missing(format!("{key} is required")).field(key))
}

fn reason(body: &Body) -> Result<Option<AwayStatusReasonId>> {
    let Some(text) = body.id("away_status_reason_id")?.flatten() else { return Ok(None) };
    let unknown = || Error::invalid("Away status reason not found").field("away_status_reason_id");
    AwayStatusReasonId::parse(&text).map(Some).ok_or_else(unknown)
}
