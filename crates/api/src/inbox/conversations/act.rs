//! `POST /app/v1/conversations/{id}/actions`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::actions::{self, Done};
use deskwire_domain::inbox::{rows, thread};
use deskwire_domain::{Cx, conversations};
use serde_json::{Value, json};

use super::super::request::Request;
use super::super::seen;
use super::super::types::{Action, Changed};
use super::view;
use crate::live::Marks;
use crate::reply::Reply;

/// Runs an action on a conversation. `was` has the value that the teammate saw, by the name that it has in the action.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let (action, body) = (request.body::<Action>()?.read()?, request.fields());
    let unread = match action {
        actions::Action::Read => Some(false),
        actions::Action::Unread => Some(true),
        _ => None,
    };
    let reply = request.write(move |cx| {
        if seen::is_given(&body) {
            let now = now(cx, id, &action)?;
            seen::check_fields(&body, &now)?;
            seen::check(&body, &now)?;
        }
        let done = actions::act(cx, id, &action)?;
        changed(cx, done)
    });
    let reply = reply.await?;
    if unread.is_some() {
        request.publish_marks(id, Marks { unread, ..Marks::default() });
        request.recount();
    }
    Ok(reply)
}

/// The value that an action changes, as the inbox displays it and by the name that it has in the action. The conversation
/// is locked.
fn now(cx: &mut Cx, id: ConversationId, action: &actions::Action) -> Result<Value> {
    let conversation = conversations::lock(cx, id)?;
    match action {
        actions::Action::Title(_) => {
            let row = rows::rows(cx, &[conversation.id])?.pop().ok_or(ErrorKind::ResourceNotFound)?;
            Ok(json!({"title": row.title()}))
        }
        actions::Action::Attribute(name, _) => {
            let (_, context) = conversations::with(cx, vec![conversation.clone()], &[])?;
            Ok(json!({"value": context.custom_attributes(&conversation).get(name)}))
        }
        actions::Action::TicketState(_) => Ok(json!({"state_id": conversation.ticket_state_id})),
        actions::Action::TicketAttribute(name, _) => {
            let (_, context) = conversations::with(cx, vec![conversation.clone()], &[])?;
            let ticket = view::ticket(&conversation, view::Scene { context: &context, workspace: cx.workspace() });
            Ok(json!({"value": ticket.as_ref().and_then(|ticket| ticket.attributes.get(name))}))
        }
        _ => Err(Error::invalid("was is only for actions that replace a text or an attribute").field("was")),
    }
}

/// The conversation after a change, and the parts that the change wrote.
pub(crate) fn changed(cx: &mut Cx, done: Done) -> Result<Changed> {
    let row = rows::rows(cx, &[done.id])?.pop().ok_or(ErrorKind::ResourceNotFound)?;
    let (parts, context) = thread::since(cx, done.id, done.after)?;
    let scene = view::Scene { context: &context, workspace: cx.workspace() };
    Ok(Changed { row: view::row(&row), parts: parts.iter().map(|part| view::part(part, scene)).collect() })
}
