//! `GET /contacts/activities`

use deskwire_domain::contacts::{self, ActivityType, ContactRole};
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::{ContactActivityId, ContactId};
use serde::Serialize;

use crate::page::{self, Limits, per_page_within};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 50, most: 150 };

#[derive(Serialize)]
struct View {
    r#type: &'static str,
    data: Vec<Activity>,
    pages: Pages,
}

#[derive(Serialize)]
struct Activity {
    r#type: &'static str,
    id: ContactActivityId,
    event_type: ActivityType,
    contact_id: ContactId,
    external_id: Option<String>,
    role: ContactRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    merge_source_id: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merge_target_id: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    created_at: i64,
}

#[derive(Serialize)]
struct Pages {
    r#type: &'static str,
    per_page: i64,
    next: Option<Next>,
}

#[derive(Serialize)]
struct Next {
    starting_after: ContactActivityId,
}

/// The activities of contacts, oldest first. The id of an activity is the cursor after it.
pub async fn handle(request: Request) -> Result<Reply> {
    let per_page = per_page_within(request.query_integer("per_page")?, LIMITS)?;
    let after = match page::cursor(&request)? {
        None => ContactActivityId::default(),
        Some(text) => ContactActivityId::parse(&text).ok_or(ErrorKind::ClientError)?,
    };
    let mut rows = request.search(move |cx| contacts::activities(cx, after, per_page)).await?;
    let limit = usize::try_from(per_page).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| Next { starting_after: last.id });
    let data = rows
        .into_iter()
        .map(|a| Activity {
            r#type: "contact_activity",
            id: a.id,
            event_type: a.event_type,
            contact_id: a.contact_id,
            external_id: a.external_id,
            role: a.role,
            merge_source_id: a.merge_source_id,
            merge_target_id: a.merge_target_id,
            failure_reason: a.failure_reason,
            created_at: a.created_at,
        })
        .collect();
    request.json(&View { r#type: "list", data, pages: Pages { r#type: "pages", per_page, next } })
}
