//! `POST /tickets/{id}/linked_conversations`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::tickets;

use crate::public::conversations::answer::changed;
use crate::public::tickets::input::id;
use crate::reply::Reply;
use crate::request::Request;

/// Links a conversation to a tracker ticket and returns the changed conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let object = request.body.id("conversation_id")?.flatten().filter(|id| !id.is_empty());
    let object = object.ok_or_else(|| Error::missing("conversation_id not specified"))?;
    let object = ConversationId::parse(&object);
    changed(request, move |cx| tickets::link(cx, id, object)).await
}
