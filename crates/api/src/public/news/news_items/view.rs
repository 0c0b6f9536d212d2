//! News items as the API shows them.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::NewsItemId;
use deskwire_domain::news::{Full, NewsState};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::page::{List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A news item.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: NewsItemId,
    r#type: &'static str,
    workspace_id: &'a str,
    title: &'a str,
    body: &'a str,
    sender_id: i64,
    state: NewsState,
    labels: &'a RawValue,
    cover_image_url: Option<&'a str>,
    reactions: &'a RawValue,
    deliver_silently: bool,
    created_at: i64,
    updated_at: i64,
    newsfeed_assignments: Vec<Assignment>,
}

#[derive(Serialize)]
struct Assignment {
    newsfeed_id: i64,
    published_at: i64,
}

impl<'a> View<'a> {
    pub(super) fn new(full: &'a Full, request: &'a Request) -> Result<Self> {
        let item = &full.item;
        let assignments = full
            .assignments
            .iter()
            .map(|a| Assignment { newsfeed_id: a.newsfeed_id.number(), published_at: a.published_at });
        Ok(Self {
            id: item.id,
            r#type: "news-item",
            workspace_id: request.caller().workspace(),
            title: &item.title,
            body: &item.body,
            sender_id: item.sender_id.number(),
            state: item.state,
            labels: serde_json::from_str(&item.labels).map_err(Error::internal)?,
            cover_image_url: item.cover_image_url.as_deref(),
            reactions: serde_json::from_str(&item.reactions).map_err(Error::internal)?,
            deliver_silently: item.deliver_silently,
            created_at: item.created_at,
            updated_at: item.updated_at,
            newsfeed_assignments: assignments.collect(),
        })
    }
}

/// A page of news items.
pub(in crate::public::news) fn list(request: &Request, page: Numbered, rows: &[Full], total: i64) -> Result<Reply> {
    let views = rows.iter().map(|full| View::new(full, request)).collect::<Result<Vec<_>>>()?;
    request.json(&List::page(views, total, page.pages_by_cursor(request.caller().workspace(), total)))
}
