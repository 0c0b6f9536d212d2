//! `PUT /app/v1/conversations/{id}/drafts/{kind}`

use deskwire_domain::error::Result;
use deskwire_domain::html::Html;
use deskwire_domain::inbox::drafts::{self as verbs, Content};

use super::{answer, which};
use crate::inbox::request::Request;
use crate::inbox::types::SaveDraft;
use crate::reply::Reply;

/// Saves a draft; an empty one is discarded.
pub async fn handle(request: Request) -> Result<Reply> {
    let (conversation, kind) = which(&request)?;
    let input: SaveDraft = request.body()?;
    let content = Content {
        body: Html::read(&input.html, &request.origin, "html")?,
        origin: request.origin.clone(),
        attachments: input.attachment_ids,
        base: input.base,
    };
    let reply = request.write(move |cx| {
        let saved = verbs::save(cx, conversation, kind, &content)?;
        answer(cx, &saved)
    });
    let reply = reply.await?;
    request.publish_drafts(conversation).await;
    Ok(reply)
}
