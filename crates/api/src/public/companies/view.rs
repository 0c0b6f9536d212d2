//! A company as the API represents it. What is not set is left out, not null.

use deskwire_domain::companies::Full;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{CompanyId, NoteId, PlanId, TagId};
use deskwire_domain::notes::Note;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::page::{List, Pages};
use crate::public::notes::view as notes;
use crate::public::segments;
use crate::public::wire::Tag;
use crate::reply::Reply;
use crate::request::Request;

/// A company.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    company_id: &'a str,
    id: CompanyId,
    app_id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_created_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_request_at: Option<i64>,
    monthly_spend: i64,
    session_count: i64,
    user_count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    industry: Option<&'a str>,
    tags: List<Tag<'a>>,
    segments: List<segments::View<'a>>,
    notes: Notes<'a>,
    plan: Plan<'a>,
    custom_attributes: &'a RawValue,
}

/// A plan, or an empty object.
#[derive(Serialize, Default)]
struct Plan<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<PlanId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// The newest notes: complete under `notes`, as in the description, and as references under `data`, as in its examples.
#[derive(Serialize)]
struct Notes<'a> {
    r#type: &'static str,
    notes: Vec<notes::View<'a>>,
    data: Vec<NoteEntry>,
    url: String,
    total_count: i64,
    has_more: bool,
}

#[derive(Serialize)]
struct NoteEntry {
    id: NoteId,
    r#type: &'static str,
    url: String,
}

/// The view of a company in a workspace.
pub(crate) fn view<'a>(workspace: &'a str, full: &'a Full) -> Result<View<'a>> {
    let c = &full.company;
    let id = c.id;
    let tag = |(id, name): &'a (TagId, String)| Tag::new(*id, name);
    let entry = |note: &Note| NoteEntry { url: format!("/notes/{}", note.id), id: note.id, r#type: "note" };
    Ok(View {
        r#type: "company",
        company_id: &c.company_id,
        app_id: workspace,
        // The description requires a name.
        name: c.name.as_deref().unwrap_or_default(),
        remote_created_at: c.remote_created_at,
        created_at: c.created_at,
        updated_at: c.updated_at,
        last_request_at: c.last_request_at,
        monthly_spend: c.monthly_spend,
        session_count: c.session_count,
        user_count: c.user_count,
        size: c.size,
        website: c.website.as_deref(),
        industry: c.industry.as_deref(),
        tags: List::whole(full.tags.iter().map(tag).collect()).named("tag.list", "tags"),
        segments: List::whole(full.segments.iter().map(Into::into).collect()).named("segment.list", "segments"),
        notes: Notes {
            r#type: "note.list",
            notes: full.notes.iter().map(notes::View::from).collect(),
            data: full.notes.iter().map(entry).collect(),
            url: format!("/companies/{id}/notes"),
            total_count: full.note_count,
            has_more: full.note_count > i64::try_from(full.notes.len()).unwrap_or(i64::MAX),
        },
        plan: full.plan.as_ref().map_or_else(Plan::default, |(id, name)| Plan {
            r#type: Some("plan"),
            id: Some(*id),
            name: Some(name),
        }),
        custom_attributes: serde_json::from_str(&c.custom_attributes).map_err(Error::internal)?,
        id,
    })
}

impl View<'_> {
    /// As in the examples of a contact's companies: without fields that only the description has.
    pub(crate) fn brief(self) -> Self {
        Self { size: None, website: None, industry: None, ..self }
    }
}

/// The views of several companies.
pub(crate) fn views<'a>(workspace: &'a str, companies: &'a [Full]) -> Result<Vec<View<'a>>> {
    companies.iter().map(|full| view(workspace, full)).collect()
}

/// A response of one company.
pub(crate) fn one(request: &Request, full: &Full) -> Result<Reply> {
    request.json(&view(request.caller().workspace(), full)?)
}

/// A page of companies.
pub(crate) fn page(request: &Request, companies: &[Full], total: i64, pages: Pages) -> Result<Reply> {
    request.json(&list(request, companies, total, pages)?)
}

/// Renders such a page as a list.
pub(crate) fn list<'a>(
    request: &'a Request,
    companies: &'a [Full],
    total: i64,
    pages: Pages,
) -> Result<List<View<'a>>> {
    Ok(List::page(views(request.caller().workspace(), companies)?, total, pages))
}
