//! `POST /fin/start`

use deskwire_domain::error::Result;
use deskwire_domain::fin::{self, FinMode, Start};

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Gives Fin the first message of a conversation; it answers by events.
pub async fn handle(request: Request) -> Result<Reply> {
    let body = &request.body;
    let metadata = input::metadata(body)?;
    let start = Start {
        external_id: input::conversation_id(body, "conversation_id is required")?,
        mode: FinMode::Conversation,
        procedure_id: None,
        message: Some(input::message(&request)?),
        user: input::user(body)?,
        history: input::history(&metadata, &request.origin)?,
        attributes: input::attributes(&metadata)?,
        options: input::options(&request)?,
        attachments: input::attachments(&request).await?,
        origin: request.origin.clone(),
    };
    let started = request.write(move |cx| fin::start(cx, &start)).await?;
    view::answer(&request, &started)
}
