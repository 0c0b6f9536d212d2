//! `GET /admins/activity_logs`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::times;

use super::entries::{self, Query};
use crate::reply::Reply;
use crate::request::Request;

/// The activity log, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let from = time(&request, "created_at_after")?;
    let query = Query {
        from: from.ok_or_else(|| Error::missing("created_at_after is required").field("created_at_after"))?,
        until: time(&request, "created_at_before")?,
        types: Vec::new(),
        page: request.query_integer("page")?,
        per_page: request.query_integer("per_page")?,
        cursor: request.query("starting_after").map(std::borrow::Cow::into_owned),
    };
    entries::answer(&request, query, |page, total, cursor| page.pages_after(&request, total, &cursor)).await
}

fn time(request: &Request, name: &'static str) -> Result<Option<i64>> {
    let read = |text: std::borrow::Cow<'_, str>| {
        let invalid = || Error::invalid(format!("{name} must be a unix timestamp in seconds")).field(name);
        times::parse(&text).ok_or_else(invalid)
    };
    request.query(name).map(read).transpose()
}
