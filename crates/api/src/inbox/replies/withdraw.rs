//! `POST /app/v1/conversations/{id}/parts/{part_id}/withdraw`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::{ConversationId, PartId};
use deskwire_domain::inbox::drafts::Prepended;
use deskwire_domain::inbox::held;

use crate::inbox::drafts;
use crate::inbox::request::Request;
use crate::inbox::types::Withdrawn;
use crate::reply::Reply;

/// Withdraws a held reply, which becomes a draft. Responds 409 if it was already sent.
pub async fn handle(request: Request) -> Result<Reply> {
    let conversation: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let part: PartId = request.id("part_id", ErrorKind::ResourceNotFound)?;
    let reply = request.write(move |cx| {
        let (row, Prepended { draft, base }) = held::withdraw(cx, conversation, part)?;
        Ok(Withdrawn { row: super::row(cx, row.id)?, draft: drafts::view(cx, &draft)?, base })
    });
    let reply = reply.await?;
    request.publish_held(conversation).await;
    request.publish_drafts(conversation).await;
    Ok(reply)
}
