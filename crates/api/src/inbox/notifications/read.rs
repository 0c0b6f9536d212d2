//! `POST /app/v1/notifications/read`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::inbox;
use deskwire_domain::notifications::{self as verbs, Which};

use crate::inbox::request::Request;
use crate::inbox::types::{ReadNotifications, UnreadNotifications};
use crate::reply::Reply;

/// The maximum number of notifications listed in one request.
const MAX_IDS: usize = 100;

/// Marks notifications of the teammate as read.
pub async fn handle(request: Request) -> Result<Reply> {
    let input: ReadNotifications = request.body()?;
    let which = match input {
        ReadNotifications { ids: Some(ids), up_to: None, conversation_id: None } if ids.len() <= MAX_IDS => {
            Which::Ids(ids)
        }
        ReadNotifications { ids: Some(_), up_to: None, conversation_id: None } => {
            return Err(Error::invalid(format!("ids may hold {MAX_IDS} notifications at most")).field("ids"));
        }
        ReadNotifications { ids: None, up_to: Some(newest), conversation_id: None } => Which::UpTo(newest),
        ReadNotifications { ids: None, up_to: None, conversation_id: Some(id) } => Which::Conversation(id),
        _ => return Err(Error::invalid("One of ids, up_to and conversation_id is required").field("ids")),
    };
    let reply = request.write(move |cx| {
        let me = inbox::recipient(cx)?;
        verbs::mark_read(cx, me, &which)?;
        Ok(UnreadNotifications { unread: verbs::unread(cx, me)?.count })
    });
    let reply = reply.await?;
    request.recount();
    Ok(reply)
}
