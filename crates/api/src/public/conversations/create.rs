//! `POST /conversations`

use deskwire_domain::conversations::{self, New};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::html::Html;

use super::input;
use crate::body::Body;
use crate::public::messages::view::UserMessage;
use crate::reply::Reply;
use crate::request::Request;

/// Starts a conversation from a contact's message.
pub async fn handle(request: Request) -> Result<Reply> {
    let from = request.body.object("from")?.flatten();
    let from = Body(from.ok_or_else(|| Error::missing("from is required").field("from"))?.clone());
    let text = request.body.long_text("body")?;
    let new = New {
        from_type: from.needed_id("type")?,
        from_id: from.needed_id("id")?,
        body: Html::of_text(&text).ok_or_else(|| Error::missing("body is required").field("body"))?,
        subject: request.body.text("subject")?.flatten(),
        attachments: input::attachments(&request).await?,
        created_at: request.body.time("created_at")?.flatten(),
    };
    let row = request.write(move |cx| conversations::create(cx, &new)).await?;
    request.json(&UserMessage::of(&row, &text))
}
