//! `POST /app/v1/conversations/{id}/actions`

use deskwire_domain::Cx;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::actions::{self, Done};
use deskwire_domain::inbox::{rows, thread};

use super::super::request::Request;
use super::super::types::{Action, Changed};
use super::view;
use crate::live::Marks;
use crate::reply::Reply;

/// Runs an action on a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let action = request.body::<Action>()?.read()?;
    let unread = match action {
        actions::Action::Read => Some(false),
        actions::Action::Unread => Some(true),
        _ => None,
    };
    let reply = request.write(move |cx| {
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

/// The conversation after a change, and the parts that the change wrote.
pub(crate) fn changed(cx: &mut Cx, done: Done) -> Result<Changed> {
    let row = rows::rows(cx, &[done.id])?.pop().ok_or(ErrorKind::ResourceNotFound)?;
    let (parts, context) = thread::since(cx, done.id, done.after)?;
    let scene = view::Scene { context: &context, workspace: cx.workspace() };
    Ok(Changed { row: view::row(&row), parts: parts.iter().map(|part| view::part(part, scene)).collect() })
}
