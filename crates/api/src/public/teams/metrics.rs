//! `GET /teams/{id}/metrics`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::AdminId;
use deskwire_domain::teams;
use serde::Serialize;

use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// Seconds without an answer after which a conversation counts as idle: the minimum, the default and the maximum.
const IDLE: (i64, i64, i64) = (1, 1_800, 86_400);

#[derive(Serialize)]
struct Metric {
    r#type: &'static str,
    admin_id: AdminId,
    open: i64,
    idle: i64,
    snoozed: i64,
}

impl From<teams::Metric> for Metric {
    fn from(m: teams::Metric) -> Self {
        Self { r#type: "team_metric", admin_id: m.admin_id, open: m.open, idle: m.idle, snoozed: m.snoozed }
    }
}

/// The workload of each member of a team.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::TeamNotFound)?;
    let (least, default, most) = IDLE;
    let idle = request.query_integer("idle_threshold")?.unwrap_or(default).clamp(least, most);
    let metrics = request.search(move |cx| teams::metrics(cx, id, idle)).await?;
    let metrics = metrics.into_iter().map(Metric::from).collect();
    request.json(&List::whole(metrics).named("team_metric.list", "data"))
}
