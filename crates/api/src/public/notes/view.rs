//! A note as the API represents it.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::{AdminId, NoteId};
use deskwire_domain::notes::{self, Note, Subject};
use serde::Serialize;

use crate::page::{Limits, List, Parts};
use crate::public::wire::Reference;
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 50, most: 150 };

/// A note.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: NoteId,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Reference<'static>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<Reference<'static>>,
    author: Option<Author<'a>>,
    body: &'a str,
}

/// The admin who wrote it.
#[derive(Serialize)]
struct Author<'a> {
    r#type: &'static str,
    id: AdminId,
    name: &'a str,
    email: &'a str,
    away_mode_enabled: bool,
    away_mode_reassign: bool,
    #[serde(flatten)]
    details: Option<Details<'a>>,
}

/// Further fields of the admin.
#[derive(Serialize)]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    job_title: Option<&'a str>,
    has_inbox_seat: bool,
    team_ids: Vec<i64>,
}

impl<'a> From<&'a Note> for View<'a> {
    fn from(note: &'a Note) -> Self {
        Self {
            r#type: "note",
            id: note.id,
            created_at: note.created_at,
            contact: note.contact_id.map(|id| Reference::new("contact", id.to_string())),
            company: note.company_id.map(|id| Reference::new("company", id.to_string())),
            author: note.author.as_ref().map(|a| Author {
                r#type: "admin",
                id: a.id,
                name: &a.name,
                email: &a.email,
                away_mode_enabled: a.away_mode_enabled,
                away_mode_reassign: a.away_mode_reassign,
                details: a.details.as_ref().map(|details| Details {
                    job_title: details.job_title.as_deref(),
                    has_inbox_seat: details.has_inbox_seat,
                    team_ids: details.team_ids.iter().map(|id| id.number()).collect(),
                }),
            }),
            body: &note.body,
        }
    }
}

/// A page of the notes of a contact or company.
pub(crate) async fn page(request: &Request, of: Subject) -> Result<Reply> {
    let page = Parts::read(request, LIMITS)?;
    let after = page.after.map(NoteId::new);
    let found = request.read(move |cx| notes::page(cx, of, after, page.offset(), page.numbered.per_page)).await?;
    let last = found.notes.last().filter(|_| found.more).map(|note| note.id.number());
    let pages = page.pages(request, found.total, last);
    request.json(&List::page(found.notes.iter().map(View::from).collect(), found.total, pages))
}

/// Writes a note on a contact or company.
pub(crate) async fn create(request: &Request, of: Subject) -> Result<Reply> {
    let author = request.body.id("admin_id")?.flatten();
    let text = request.body.long_text("body")?;
    let body = Html::read(&text, &request.origin, "body")?;
    let body = body.ok_or_else(|| Error::missing("body is required").field("body"))?;
    let note = request.write(move |cx| notes::create(cx, of, author.as_deref(), &body)).await?;
    request.json(&View::from(&note))
}
