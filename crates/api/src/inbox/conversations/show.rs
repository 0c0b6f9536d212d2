//! `GET /app/v1/conversations/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::thread;

use super::super::request::Request;
use super::view;
use crate::reply::Reply;

/// A conversation with its newest parts and its sidebar.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    request.search(move |cx| view::detail(&thread::find(cx, id)?, cx.workspace())).await
}
