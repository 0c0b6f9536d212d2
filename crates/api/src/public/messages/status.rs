//! `GET /messages/status`

use deskwire_domain::error::{Error, Result};
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

/// How many a page holds, and may hold.
const PER_PAGE: (i64, i64) = (50, 100);

#[derive(Serialize)]
struct List {
    r#type: &'static str,
    ruleset_id: String,
    pages: Pages,
    total_count: i64,
    events: [(); 0],
}

#[derive(Serialize)]
struct Pages {
    r#type: &'static str,
    per_page: i64,
    total_pages: i64,
    next: Option<()>,
}

/// What became of messages that were sent in bulk over `WhatsApp`: this server sends none.
pub async fn handle(request: Request) -> Result<Reply> {
    let Some(ruleset_id) = request.query("ruleset_id") else {
        return Err(Error::missing("ruleset_id is required"));
    };
    let per_page = request.query_integer("per_page")?.unwrap_or(PER_PAGE.0).clamp(1, PER_PAGE.1);
    request.json(&List {
        r#type: "list",
        ruleset_id: ruleset_id.into_owned(),
        pages: Pages { r#type: "pages", per_page, total_pages: 0, next: None },
        total_count: 0,
        events: [],
    })
}
