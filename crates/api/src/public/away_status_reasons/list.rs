//! `GET /away_status_reasons`

use deskwire_domain::away_reasons::{self, AwayStatusReason};
use deskwire_domain::error::Result;
use deskwire_domain::ids::AwayStatusReasonId;
use serde::Serialize;

use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View {
    r#type: &'static str,
    id: AwayStatusReasonId,
    label: String,
    emoji: String,
    order: i64,
    deleted: bool,
    created_at: i64,
    updated_at: i64,
}

impl From<AwayStatusReason> for View {
    fn from(r: AwayStatusReason) -> Self {
        Self {
            r#type: "away_status_reason",
            id: r.id,
            label: r.label,
            emoji: r.emoji,
            order: r.position,
            deleted: r.deleted,
            created_at: r.created_at,
            updated_at: r.updated_at,
        }
    }
}

/// All reasons for being away, deleted ones included.
pub async fn handle(request: Request) -> Result<Reply> {
    let reasons = request.read(away_reasons::list).await?;
    request.json(&List::whole(reasons.into_iter().map(View::from).collect()))
}
