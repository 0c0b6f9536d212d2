//! `GET /contacts/{id}/merge_history`

use deskwire_domain::contacts;
use deskwire_domain::cursor::{first_without_cursor, open_pair, seal_pair};
use deskwire_domain::error::{Error, ErrorKind, Result};
use serde::Serialize;

use super::view::MergeHistory;
use crate::page::{Limits, per_page_within};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 50, most: 150 };

#[derive(Serialize)]
struct View {
    r#type: &'static str,
    data: Vec<MergeHistory>,
    next_cursor: Option<String>,
    has_more: bool,
}

/// The contacts that were merged into a user.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::MergeHistoryNotFound)?;
    let limit = per_page_within(request.query_integer("per_page")?, LIMITS)?;
    let ascending = match request.query("order").as_deref() {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Err(Error::invalid("order must be 'asc' or 'desc'").field("order")),
    };
    let workspace = request.caller().workspace().to_owned();
    let cursor = request.query("cursor");
    first_without_cursor(request.query_integer("page")?, cursor.is_some())?;
    let after = cursor.map(|c| open_pair(&workspace, &c)).transpose()?;
    let mut rows = request.read(move |cx| contacts::merge_history(cx, id, ascending, after, limit)).await?;
    let has_more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = rows.last().filter(|_| has_more).map(|last| seal_pair(&workspace, (last.merged_at, last.id)));
    request.json(&View { r#type: "list", data: rows.iter().map(MergeHistory::from).collect(), next_cursor, has_more })
}
