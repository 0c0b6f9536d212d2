//! Replies of contacts to messages.

use deskwire_store::{conversations as rows, messages as store};

use super::{Message, Recipients, start_conversation};
use crate::Cx;
use crate::attachments;
use crate::conversations::{self, Conversation, ReplyTo, attachment_ids};
use crate::error::{ErrorKind, Result};
use crate::ids::{AttachmentId, ContactId, MessageId, PartId};

/// Records a contact's reply to a message. The first reply creates the conversation, with the message as its source and
/// all visible recipients as participants; further ones are added to it. Each BCC recipient gets a separate
/// conversation.
pub fn answer(
    cx: &mut Cx,
    message: MessageId,
    contact: ContactId,
    reply: &conversations::Reply,
) -> Result<(Conversation, PartId)> {
    let message = store::lock(cx, message)?.ok_or(ErrorKind::ResourceNotFound)?;
    let received = store::received(cx, message.id, contact)?.ok_or(ErrorKind::ResourceNotFound)?;
    let existing = match received {
        Some(id) => rows::lock(cx, id)?.map(|c| c.id),
        None => None,
    };
    let recipients = Recipients::of(&message);
    let with = if recipients.bcc.contains(&contact) { vec![contact] } else { recipients.open() };
    let id = if let Some(id) = existing {
        id
    } else {
        let message = with_own_files(cx, message)?;
        start_conversation(cx, &message, &with)?.id
    };
    conversations::reply(cx, &ReplyTo::Id(id), reply)
}

/// The message for one more conversation. Its files are attachments of their own, because deleting a conversation removes
/// its attachments.
fn with_own_files(cx: &mut Cx, message: Message) -> Result<Message> {
    let ids = message.attachments.as_deref().map(attachment_ids).unwrap_or_default();
    let copies: Vec<AttachmentId> = attachments::copies(cx, &ids)?.into_iter().map(|(_, copy)| copy).collect();
    Ok(Message { attachments: attachments::listed(&copies), ..message })
}
