//! Replies to tickets: as in conversations, within what the category allows.

use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::ticket_links;

use super::locked;
use crate::Cx;
use crate::conversations::{self, Context, MessageType, Reply, ReplyAuthor, ReplyTo};
use crate::error::{ErrorKind, Result};
use crate::ids::ConversationId;
use crate::ticket_types::Category;

/// The part of a reply, with its related data.
#[derive(Debug)]
pub struct Answer {
    /// The part.
    pub part: Part,
    /// Its related data.
    pub context: Context,
}

/// Writes a reply. With `cross_post`, a note on a back-office ticket is copied to the linked conversations.
pub fn reply(cx: &mut Cx, id: ConversationId, reply: &Reply, cross_post: bool) -> Result<Answer> {
    let actor = cx.actor();
    // Replies to a merged ticket go to its primary, whose rules apply.
    let row = locked(cx, id)?;
    let row = conversations::primary(cx, row)?;
    let back_office = row.ticket_category == Some(Category::BackOffice);
    if back_office && matches!(reply.by, ReplyAuthor::Contact(_)) {
        return Err(ErrorKind::ParameterMismatch.into());
    }
    let (row, part) = conversations::reply(cx, &ReplyTo::Id(row.id), reply)?;
    if cross_post && back_office && reply.message_type == MessageType::Note {
        // A back-office ticket has only the link that it was created with.
        let linked = ticket_links::linked(cx, &[row.id], 10)?.remove(&row.id).unwrap_or_default();
        for other in linked.into_iter().filter(|other| actor.writes(conversations::noun(other.is_ticket))) {
            conversations::reply(cx, &ReplyTo::Id(other.id), reply)?;
        }
    }
    let part = conversation_parts::get(cx, row.id, part)?.ok_or(ErrorKind::ResourceNotFound)?;
    let (_, context) = conversations::with(cx, vec![row], std::slice::from_ref(&part))?;
    Ok(Answer { part, context })
}
