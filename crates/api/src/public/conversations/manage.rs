//! `POST /conversations/{id}/parts`

use deskwire_domain::conversations::{self, Manage};
use deskwire_domain::error::{Error, Result};

use super::answer::changed;
use super::input::{self, id};
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;

/// Closes, snoozes, opens or assigns a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let what = read(&request)?;
    let admin = request.body.needed_id("admin_id")?;
    changed(request, move |cx| conversations::manage(cx, id, &admin, &what)).await
}

/// The actions, by `message_type`.
const KINDS: [&str; 4] = ["close", "snoozed", "open", "assignment"];

/// Whether a body requests one of them.
pub(super) fn is_meant(body: &Body) -> Result<bool> {
    Ok(body.text("message_type")?.flatten().is_some_and(|kind| KINDS.contains(&kind.as_str())))
}

fn read(request: &Request) -> Result<Manage> {
    let body = &request.body;
    match body.text("message_type")?.flatten().as_deref() {
        Some("close") => Ok(Manage::Close(input::html(request)?)),
        Some("snoozed") => {
            let until = body.time("snoozed_until")?.flatten();
            let missing = || Error::missing("snoozed_until is required").field("snoozed_until");
            Ok(Manage::Snooze(until.ok_or_else(missing)?))
        }
        Some("open") => Ok(Manage::Open),
        Some("assignment") => Ok(Manage::Assign {
            team: body.text("type")?.flatten().as_deref() == Some("team"),
            assignee: body.needed_id("assignee_id")?,
            body: input::html(request)?,
        }),
        Some(_) => {
            let message = format!("message_type must be one of {}", KINDS.join(", "));
            Err(Error::invalid(message).field("message_type"))
        }
        None => Err(Error::missing("message_type is required").field("message_type")),
    }
}
