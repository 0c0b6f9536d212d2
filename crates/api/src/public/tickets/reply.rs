//! `POST /tickets/{id}/reply`

use deskwire_domain::conversations::MessageType;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::tickets;

use super::input::id;
use super::parts;
use crate::public::conversations::reply;
use crate::public::conversations::scene::Scene;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Replies to a ticket, as a teammate or on behalf of its contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let cross_post = request.body.boolean("cross_post")?.flatten().unwrap_or(false);
    let message = reply::read(&request).await?;
    if !request.version().has(Feature::TicketComments) && message.message_type != MessageType::Note {
        return Err(Error::invalid("message_type must be note").field("message_type"));
    }
    let answer = request.write(move |cx| tickets::reply(cx, id, &message, cross_post)).await?;
    request.json(&parts::reply(&answer.part, &answer.context, &Scene::of(&request)))
}
