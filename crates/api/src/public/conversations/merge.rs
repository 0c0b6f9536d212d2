//! `POST /conversations/{id}/merge`

use deskwire_domain::conversations;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ConversationId;

use super::answer::changed;
use super::input::id;
use crate::reply::Reply;
use crate::request::Request;

/// Merges a conversation into another one.
pub async fn handle(request: Request) -> Result<Reply> {
    let secondary = id(&request)?;
    let message = "merge_into_conversation_id must be a valid integer conversation ID";
    let invalid = || Error::invalid(message).field("merge_into_conversation_id");
    let primary = request.body.id("merge_into_conversation_id").ok().flatten().flatten();
    let primary = primary.and_then(|id| ConversationId::parse(&id)).ok_or_else(invalid)?;
    changed(request, move |cx| conversations::merge(cx, secondary, primary)).await
}
