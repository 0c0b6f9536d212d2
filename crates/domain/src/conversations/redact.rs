//! Redacting messages.

use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::search;

use super::edit::{Edit, Happened};
use super::{Conversation, attachment_ids, last_message};
use crate::Cx;
use crate::attachments;
use crate::attributes::parse;
use crate::conversation_index;
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::ids::{ConversationId, PartId};

/// The text of a redacted message.
const DELETED: &str = "<p><i>This message was deleted</i></p>";

/// The message to redact. A malformed id is treated like an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redact {
    /// The part with this id.
    Part(Option<PartId>),
    /// The first message, which has this id.
    Source(Option<PartId>),
}

/// Redacts a part or the first message: removes its body and its attachments. A message can be redacted once.
pub fn redact(cx: &mut Cx, id: Option<ConversationId>, what: Redact) -> Result<Conversation> {
    let unknown = |e: Error| if e.kind == ErrorKind::ResourceNotFound { ErrorKind::PartNotFound.into() } else { e };
    let mut edit = Edit::open_own(cx, id.unwrap_or_default()).map_err(unknown)?;
    let part = match what {
        Redact::Part(part) => {
            let part = redact_part(cx, edit.now.id, part)?;
            last_message::redacted(&mut edit.now, part, DELETED);
            Some(part)
        }
        Redact::Source(source) => {
            redact_source(cx, &mut edit, source)?;
            None
        }
    };
    edit.emit(Happened::any(Topic::PartRedacted), part);
    edit.save(cx)
}

fn redact_part(cx: &mut Cx, conversation: ConversationId, id: Option<PartId>) -> Result<PartId> {
    let found = match id {
        Some(id) => conversation_parts::lock(cx, conversation, id)?,
        None => None,
    };
    let before = found.ok_or(ErrorKind::PartNotFound)?;
    if before.redacted || before.body.is_none() {
        return Err(ErrorKind::NotRedactable.into());
    }
    forget(cx, before.attachments.as_deref())?;
    let mut after = Part {
        body: Some(DELETED.to_owned()),
        attachments: None,
        redacted: true,
        updated_at: cx.now(),
        ..before.clone()
    };
    if let Some(details) = &before.details {
        // The headers and the history of a mail repeat its text.
        let mut details = parse(details);
        details.shift_remove("email_message_metadata");
        after.details = Some(serde_json::Value::Object(details).to_string());
    }
    conversation_parts::update(cx, &before, &after)?;
    // Searches must not find redacted text.
    search::forget_grams(cx, after.id.number())?;
    Ok(after.id)
}

fn redact_source(cx: &mut Cx, edit: &mut Edit, id: Option<PartId>) -> Result<()> {
    let row = &mut edit.now;
    if id != Some(row.source_id) {
        return Err(ErrorKind::PartNotFound.into());
    }
    let by_contact = row.source_author_type.is_contact();
    if row.source_redacted || !by_contact {
        return Err(ErrorKind::NotRedactable.into());
    }
    forget(cx, row.source_attachments.as_deref())?;
    row.source_body = Some(DELETED.to_owned());
    row.source_attachments = None;
    row.source_redacted = true;
    // Searches must not find redacted text.
    conversation_index::keys(row, None);
    if row.last_part_id.is_none() && row.last_by.is_some() {
        last_message::begin(row);
    }
    Ok(())
}

fn forget(cx: &mut Cx, files: Option<&str>) -> Result<()> {
    let files = files.map(attachment_ids).unwrap_or_default();
    attachments::remove(cx, &files)
}
