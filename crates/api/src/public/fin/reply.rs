//! `POST /fin/reply`

use deskwire_domain::error::Result;
use deskwire_domain::fin;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Gives Fin the next message of a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let body = &request.body;
    let reply = fin::Reply {
        external_id: input::conversation_id(body, "conversation_id is required")?,
        message: input::message(&request)?,
        user: input::user(body)?,
        options: input::options(&request)?,
        attachments: input::attachments(&request).await?,
        origin: request.origin.clone(),
    };
    let started = request.write(move |cx| fin::reply(cx, &reply)).await?;
    view::answer(&request, &started)
}
