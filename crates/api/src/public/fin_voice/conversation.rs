//! `GET /fin_voice/conversation/{conversation_id}`

use deskwire_domain::calls;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// The registered calls of a conversation, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("conversation_id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| calls::of_conversation(cx, id)).await?;
    let workspace = request.caller().workspace();
    let views: Vec<View<'_>> = found.iter().map(|(call, said)| View::new(call, said, workspace)).collect();
    request.json(&views)
}
