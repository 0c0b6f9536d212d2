//! Pages of activity logs.

use deskwire_domain::Principal;
use deskwire_domain::activity::{self, ActivityLog, Filter};
use deskwire_domain::cursor::{open_pair, seal_pair};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ActivityLogId;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::page::{Limits, Numbered, Pages, per_page_within, positive};
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::undescribed;

const LIMITS: Limits = Limits { default: 20, most: 250 };

/// The search of a request.
pub(super) struct Query {
    pub(super) from: i64,
    pub(super) until: Option<i64>,
    pub(super) types: Vec<String>,
    pub(super) page: Option<i64>,
    pub(super) per_page: Option<i64>,
    pub(super) cursor: Option<String>,
}

#[derive(Serialize)]
struct List {
    r#type: &'static str,
    pages: Pages,
    activity_logs: Vec<Entry>,
}

/// An entry.
#[derive(Serialize)]
pub(crate) struct Entry {
    id: String,
    performed_by: By,
    metadata: Box<RawValue>,
    created_at: i64,
    activity_type: String,
    activity_description: String,
}

#[derive(Serialize)]
struct By {
    r#type: &'static str,
    id: String,
    email: String,
    ip: String,
}

/// A page of entries. Its cursor holds the number of the next page and the newest entry of the first, so that entries
/// written meanwhile do not shift those already seen. `pages` builds the `pages` object from the page, the total and
/// the cursor of the next page.
pub(super) async fn answer(
    request: &Request,
    query: Query,
    pages: impl FnOnce(Numbered, i64, String) -> Pages,
) -> Result<Reply> {
    let workspace = request.caller().workspace().to_owned();
    let per_page = per_page_within(query.per_page, LIMITS)?;
    let (page, newest) = match &query.cursor {
        Some(cursor) => open_pair(&workspace, cursor)?,
        None => (positive("page", query.page, 1)?, ActivityLogId::new(i64::MAX)),
    };
    let filter = Filter {
        from: query.from,
        until: query.until.unwrap_or(i64::MAX),
        types: query.types,
        without: undescribed(request.version()),
        newest,
        admin: None,
    };
    let offset = (page - 1).saturating_mul(per_page);
    let (rows, total) = request.search(move |cx| activity::page(cx, &filter, per_page, offset)).await?;
    let newest = if page == 1 { rows.iter().map(|r| r.id).max().unwrap_or(newest) } else { newest };
    let cursor = seal_pair(&workspace, (page + 1, newest));
    let pages = pages(Numbered { page, per_page }, total, cursor);
    let activity_logs = rows.into_iter().map(entry).collect::<Result<_>>()?;
    request.json(&List { r#type: "activity_log.list", pages, activity_logs })
}

/// An entry of the activity log as the API represents it.
pub(crate) fn entry(row: ActivityLog) -> Result<Entry> {
    // The API has no other type here; the id 0 stands for other actors, such as the operator on the command line.
    let id = Principal::of(row.actor_type, row.actor_id).and_then(Principal::admin_id).unwrap_or_default().to_string();
    let (email, ip) = (row.admin_email.unwrap_or_default(), row.ip.unwrap_or_default());
    Ok(Entry {
        id: row.uuid,
        performed_by: By { r#type: "admin", id, email, ip },
        metadata: RawValue::from_string(row.metadata).map_err(Error::internal)?,
        created_at: row.created_at,
        activity_type: row.activity_type,
        activity_description: row.activity_description,
    })
}
