//! `GET /app/v1/conversations`

use deskwire_domain::conversations::ConversationState;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::inbox::lists::{self, MAX_ROWS, Wanted};
use deskwire_domain::inbox::views::{ViewSort, Which};

use super::super::request::Request;
use super::super::types::RowPage;
use super::view;
use crate::reply::Reply;

/// A window of a list.
pub async fn handle(request: Request) -> Result<Reply> {
    let wanted = wanted(&request)?;
    request
        .search(move |cx| {
            let window = lists::window(cx, &wanted)?;
            Ok(RowPage { items: window.rows.iter().map(view::row).collect(), next: window.next })
        })
        .await
}

fn wanted(request: &Request) -> Result<Wanted> {
    let name = request.query("view").ok_or_else(|| Error::missing("view is required").field("view"))?;
    let which = Which::parse(&name).ok_or(ErrorKind::ViewNotFound)?;
    let state = match request.query("state").as_deref() {
        None => Some(ConversationState::Open),
        Some("all") => None,
        Some(text) => Some(
            ConversationState::parse(text)
                .ok_or_else(|| Error::invalid("state must be open, snoozed, closed or all").field("state"))?,
        ),
    };
    let sort = request.query("sort").map(|text| {
        let text_of = ViewSort::TEXTS.join(", ");
        ViewSort::parse(&text).ok_or_else(|| Error::invalid(format!("sort must be one of {text_of}")).field("sort"))
    });
    let limit = request.query_integer("limit")?.map_or(Some(MAX_ROWS), |limit| usize::try_from(limit).ok());
    let limit = limit.filter(|limit| (1..=MAX_ROWS).contains(limit));
    let limit = limit.ok_or_else(|| Error::invalid(format!("limit must be from 1 to {MAX_ROWS}")).field("limit"))?;
    Ok(Wanted { which, state, sort: sort.transpose()?, after: request.query("after").map(Into::into), limit })
}
