//! `POST /messages`

use deskwire_domain::error::Result;
use deskwire_domain::{conversations, messages};

use super::input::{self, NewMessage};
use super::view::{AdminMessage, UserMessage};
use crate::reply::Reply;
use crate::request::Request;

/// Sends a message on behalf of an admin, or starts a conversation from a contact's message.
pub async fn handle(request: Request) -> Result<Reply> {
    match input::read(&request).await? {
        NewMessage::ByContact(who, new) => {
            let row = request.write(move |cx| conversations::create_from(cx, &who, &new)).await?;
            request.json(&UserMessage::of(&row, &input::text(&request.body)?))
        }
        NewMessage::ByAdmin(new) => {
            let sent = request.write(move |cx| messages::send(cx, &new)).await?;
            request.json(&AdminMessage::of(&sent, &input::text(&request.body)?))
        }
    }
}
