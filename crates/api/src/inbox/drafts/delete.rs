//! `DELETE /app/v1/conversations/{id}/drafts/{kind}`

use deskwire_domain::error::Result;
use deskwire_domain::inbox::drafts as verbs;

use super::{answer, which};
use crate::inbox::request::Request;
use crate::inbox::types::DiscardDraft;
use crate::reply::Reply;

/// Discards a draft. Succeeds if there is none.
pub async fn handle(request: Request) -> Result<Reply> {
    let (conversation, kind) = which(&request)?;
    let input: DiscardDraft = request.body()?;
    let reply = request.write(move |cx| {
        let saved = verbs::discard(cx, conversation, kind, input.base)?;
        answer(cx, &saved)
    });
    let reply = reply.await?;
    request.publish_drafts(conversation).await;
    Ok(reply)
}
