//! The rows of the inbox for live updates.

use std::future::ready;
use std::time::Duration;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::hub::Hub;
use super::presence::{Activity, Writing};
use super::viewer::Viewer;
use super::{poll, sse, ws};
use crate::inbox;
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::reply::Reply;

/// The longest wait of a poll, in seconds.
const MAX_WAIT: i64 = 25;

/// The rows. Permissions are checked for each event.
pub(crate) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/live", Needs::Session, |request| ready(socket(&request)));
    rows.row("GET /app/v1/live/stream", Needs::Session, stream);
    rows.row("GET /app/v1/live/poll", Needs::Session, poll);
    rows.row("POST /app/v1/live/presence", Needs::Session, presence);
}

/// Opens a WebSocket.
fn socket(request: &Request) -> Result<Reply> {
    // Browsers let pages of any origin open WebSockets.
    if !inbox::is_same_origin(&request.parts.headers, &request.origin) {
        return Err(ErrorKind::CrossSite.into());
    }
    let viewer = viewer(request)?;
    request.app.live.admit()?;
    let places = request.app.live.places(&viewer)?;
    ws::accept(request.app.clone(), viewer, &request.parts.headers, places)
}

/// Server-sent events after the last one that a reconnecting client has received, else after the position in the query.
async fn stream(request: Request) -> Result<Reply> {
    let after = match last_event_id(&request.parts.headers)? {
        Some(last) => Some(last),
        None => after(&request)?,
    };
    let viewer = viewer(&request)?;
    request.app.live.admit()?;
    let places = request.app.live.places(&viewer)?;
    sse::answer(request.app.clone(), viewer, after, places).await
}

/// The frames after a position, within `wait` seconds.
async fn poll(request: Request) -> Result<Reply> {
    let (after, wait) = (after(&request)?, request.query_integer("wait")?.unwrap_or(MAX_WAIT));
    let Ok(seconds) = u64::try_from(wait) else { return Err(out_of_range()) };
    if wait > MAX_WAIT {
        return Err(out_of_range());
    }
    let viewer = viewer(&request)?;
    let places = request.app.live.places(&viewer)?;
    poll::answer(&request.app, &viewer, after, Duration::from_secs(seconds), places).await
}

fn out_of_range() -> Error {
    Error::invalid(format!("wait must be 0 to {MAX_WAIT} seconds")).field("wait")
}

/// The presence of a teammate whose client has no WebSocket.
#[derive(Deserialize)]
struct Presence {
    /// The conversation that the teammate looks at, if any.
    conversation_id: Option<ConversationId>,
    /// What they are writing in it, if anything.
    kind: Option<Writing>,
}

/// Updates the teammate's presence. An id that the teammate may not read, or that nothing has, is like none.
async fn presence(request: Request) -> Result<Reply> {
    let Presence { conversation_id, kind } = request.body()?;
    let activity = match (conversation_id, kind) {
        (Some(conversation), Some(writing)) => Activity::Typing(conversation, writing),
        (Some(conversation), None) => Activity::Viewing(conversation),
        (None, _) => Activity::Idle,
    };
    Hub::report_presence(&request.app, &viewer(&request)?, activity).await;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn viewer(request: &Request) -> Result<Viewer> {
    let actor = request.actor();
    Ok(Viewer {
        tenant: actor.tenant.clone(),
        admin: actor.admin_id().ok_or(ErrorKind::Forbidden)?,
        sees: actor.permissions,
        manages_apps: request.teammate.session.can_manage_apps,
        session: request.teammate.session.id,
    })
}

fn after(request: &Request) -> Result<Option<i64>> {
    match request.query_integer("after")? {
        Some(after) if after < 0 => Err(Error::invalid("after must not be negative").field("after")),
        after => Ok(after),
    }
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>> {
    const HEADER: &str = "Last-Event-ID";
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let position = value.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|position| *position >= 0);
    position.map(Some).ok_or_else(|| Error::invalid(format!("{HEADER} must be the id of an event")).field(HEADER))
}
