//! `GET /conversations/{id}/handling_events`

use deskwire_domain::conversations::HandlingKind;
use deskwire_domain::conversations::handling::{self, Event};
use deskwire_domain::error::Result;
use deskwire_domain::times;
use serde::Serialize;

use super::input::id;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct List<'a> {
    handling_events: Vec<View<'a>>,
}

#[derive(Serialize)]
struct View<'a> {
    teammate: Teammate<'a>,
    r#type: HandlingKind,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Teammate<'a> {
    r#type: &'static str,
    id: i64,
    name: &'a str,
    email: Option<&'a str>,
}

impl<'a> From<&'a Event> for View<'a> {
    fn from(event: &'a Event) -> Self {
        let teammate = Teammate {
            r#type: "admin",
            id: event.row.admin_id.number(),
            name: &event.name,
            email: event.email.as_deref(),
        };
        Self {
            teammate,
            r#type: event.row.kind,
            timestamp: times::utc(event.row.created_at),
            reason: event.row.reason.as_deref(),
        }
    }
}

/// When teammates paused and resumed work on a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let events = request.read(move |cx| handling::list(cx, id)).await?;
    request.json(&List { handling_events: events.iter().map(View::from).collect() })
}
