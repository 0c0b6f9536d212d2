//! `POST /app/v1/conversations/{id}/reply`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::drafts::{Draft, DraftKind};
use deskwire_domain::inbox::replies::{Message, Newer, Outcome, Then, send};
use deskwire_domain::{Cx, conversations};

use super::held;
use crate::inbox::conversations::view::{Scene, part};
use crate::inbox::drafts;
use crate::inbox::request::Request;
use crate::inbox::types::{self, ConversationState, NewMessage, PartRef, Row, Sent, ThenDo};
use crate::reply::Reply;

/// Writes a note at once, or holds a reply until it is sent. Responds 409 with the newer parts if others wrote after
/// the part that the teammate saw last.
pub async fn handle(request: Request) -> Result<Reply> {
    let conversation: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let message = read(&request)?;
    let is_held = message.kind == DraftKind::Reply;
    let reply = request.write(move |cx| {
        let outcome = send(cx, conversation, &message)?;
        answer(cx, outcome, &message)
    });
    let reply = reply.await?;
    if is_held {
        request.publish_held(conversation).await;
    }
    request.publish_drafts(conversation).await;
    Ok(reply)
}

fn answer(cx: &mut Cx, outcome: Outcome, message: &Message) -> Result<Sent> {
    match outcome {
        Outcome::Written(row, id, left) => {
            let (full, context) = conversations::with_part(cx, row.id, Some(id))?
                .ok_or_else(|| Error::internal("a conversation is missing"))?;
            let scene = Scene { context: &context, workspace: cx.workspace() };
            let written = full.parts.as_deref().and_then(<[_]>::first);
            let written = written.ok_or_else(|| Error::internal("a note is missing"))?;
            let view = part(written, scene);
            Ok(Sent { part: view, row: super::row(cx, row.id)?, draft: left_view(cx, left.as_ref())? })
        }
        Outcome::Held(row, reply, left) => {
            let view = held(cx, &[reply])?.pop();
            let view = view.ok_or_else(|| Error::internal("a held reply is missing"))?;
            let row = super::row(cx, row.id)?;
            let row = if message.send_at.is_none() { after(row, message.then) } else { row };
            Ok(Sent { row, part: view, draft: left_view(cx, left.as_ref())? })
        }
        Outcome::Newer(newer) => Err(conflict(cx, &newer)?),
    }
}

/// The draft of another device that is left.
fn left_view(cx: &mut Cx, draft: Option<&Draft>) -> Result<Option<types::Draft>> {
    draft.map(|draft| drafts::view(cx, draft)).transpose()
}

/// The row as it will be once the reply is sent and its action has run.
fn after(row: Row, then: Option<Then>) -> Row {
    match then {
        None => row,
        Some(Then::Close) => Row { state: ConversationState::Closed, snoozed_until: None, ..row },
        Some(Then::Snooze(until)) => Row { state: ConversationState::Snoozed, snoozed_until: Some(until), ..row },
    }
}

fn read(request: &Request) -> Result<Message> {
    let input: NewMessage = request.body()?;
    let then = match (input.then, input.snoozed_until) {
        (None, None) => None,
        (Some(ThenDo::Close), None) => Some(Then::Close),
        (Some(ThenDo::Snooze), Some(until)) => Some(Then::Snooze(until)),
        (Some(ThenDo::Snooze), None) => {
            return Err(Error::missing("snoozed_until is required").field("snoozed_until"));
        }
        (_, Some(_)) => {
            return Err(Error::invalid("snoozed_until is only for then: snooze").field("snoozed_until"));
        }
    };
    let wrong = || Error::invalid("seen must be the id of a part").field("seen");
    let seen = input.seen.as_deref().filter(|_| !input.force);
    let seen = seen.map(|id| PartRef::parse(id).map(PartRef::row).ok_or_else(wrong)).transpose()?;
    Ok(Message {
        kind: if input.kind == types::DraftKind::Note { DraftKind::Note } else { DraftKind::Reply },
        body: Html::read(&input.html, &request.origin, "html")?,
        origin: request.origin.clone(),
        attachments: input.attachment_ids,
        seen,
        then,
        send_at: input.send_at,
        macros: input.macro_ids,
        mentions: input.mentions,
        base: input.base,
    })
}

/// The 409 response, with the parts that others wrote.
fn conflict(cx: &mut Cx, newer: &Newer) -> Result<Error> {
    let (_, context) = conversations::with(cx, Vec::new(), &newer.parts)?;
    let scene = Scene { context: &context, workspace: cx.workspace() };
    let mut parts: Vec<_> = newer.parts.iter().map(|of| part(of, scene)).collect();
    parts.extend(held(cx, &newer.held)?);
    let parts = serde_json::to_value(parts).map_err(Error::internal)?;
    Ok(Error::from(ErrorKind::NewerActivity).with("parts", parts))
}
