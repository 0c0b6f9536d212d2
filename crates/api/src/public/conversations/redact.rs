//! `POST /conversations/redact`

use deskwire_domain::conversations::{self, Redact};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ConversationId, PartId};

use super::answer::changed;
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;

/// Redacts a part of a conversation, or its first message.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = ConversationId::parse(&request.body.needed_id("conversation_id")?);
    let what = read(&request.body)?;
    changed(request, move |cx| conversations::redact(cx, id, what)).await
}

fn read(body: &Body) -> Result<Redact> {
    match body.text("type")?.flatten().as_deref() {
        Some("conversation_part") => Ok(Redact::Part(PartId::parse(&body.needed_id("conversation_part_id")?))),
        Some("source") => Ok(Redact::Source(PartId::parse(&body.needed_id("source_id")?))),
        Some(_) => Err(Error::invalid("type must be 'conversation_part' or 'source'").field("type")),
        None => Err(Error::missing("type is required").field("type")),
    }
}
