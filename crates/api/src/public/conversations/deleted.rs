//! `GET /conversations/deleted`

use deskwire_domain::conversations::{self, Deleted};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ConversationId;
use serde::Serialize;

use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 20, most: 60 };

#[derive(Serialize)]
struct Item {
    r#type: &'static str,
    id: ConversationId,
    metrics_retained: bool,
    deleted_at: i64,
}

impl From<Deleted> for Item {
    fn from(d: Deleted) -> Self {
        Self { r#type: "conversation", id: d.id, metrics_retained: d.metrics_retained, deleted_at: d.deleted_at }
    }
}

/// The ids of deleted conversations.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, LIMITS)?;
    let newest_first = match request.query("order").as_deref() {
        None | Some("desc") => true,
        Some("asc") => false,
        Some(_) => return Err(Error::invalid("order must be 'asc' or 'desc'").field("order")),
    };
    let (limit, offset) = (page.per_page, page.offset());
    let read = request.search(move |cx| conversations::deleted(cx, newest_first, limit, offset));
    let (rows, total) = read.await?;
    let list = List::page(rows.into_iter().map(Item::from).collect(), total, page.pages(&request, total));
    request.json(&list.named("conversations.list", "conversations"))
}
