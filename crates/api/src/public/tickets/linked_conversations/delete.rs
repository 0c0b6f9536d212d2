//! `DELETE /tickets/{id}/linked_conversations/{conversation_id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::ConversationId;
use deskwire_domain::tickets;

use crate::public::conversations::answer::changed;
use crate::public::tickets::input::id;
use crate::reply::Reply;
use crate::request::Request;

/// Unlinks a conversation from a tracker ticket and returns the changed conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let object = ConversationId::parse(request.param("conversation_id"));
    changed(request, move |cx| tickets::unlink(cx, id, object)).await
}
