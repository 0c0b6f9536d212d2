//! Closing conversations as a teammate, in every way that the inbox has: whether they may, and what is missing.
//! Programs close conversations without these rules.

use crate::Cx;
use crate::conversation_attributes;
use crate::conversations::{self, Author, Conversation, ConversationState, Edit};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AdminId;

/// What comes of a teammate's wish to close a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Closing {
    /// Nothing: it is closed already.
    Already,
    /// It is closed.
    Closes,
    /// It stays open: these attributes are required and empty.
    Lacks(Vec<String>),
}

/// What happens to an action that closes a conversation whose required attributes are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfilled {
    /// It is refused.
    Refuse,
    /// It is skipped.
    Skip,
}

/// Decides whether a teammate may close a conversation: the required attributes that they see have to be filled in.
pub(super) fn decide(cx: &mut Cx, admin: AdminId, row: &Conversation) -> Result<Closing> {
    if row.state == ConversationState::Closed {
        return Ok(Closing::Already);
    }
    let missing = conversation_attributes::missing(cx, admin, row)?;
    Ok(if missing.is_empty() { Closing::Closes } else { Closing::Lacks(missing) })
}

/// Rejects a teammate who may not close a conversation. Closing what is closed changes nothing, so they may.
pub(super) fn check(cx: &mut Cx, admin: AdminId, row: &Conversation) -> Result<()> {
    match decide(cx, admin, row)? {
        Closing::Already | Closing::Closes => Ok(()),
        Closing::Lacks(missing) => Err(refusal(&missing)),
    }
}

/// Closes a locked conversation, if the teammate may. Only if it closes, there is something to save.
pub(super) fn close(cx: &mut Cx, edit: &mut Edit, admin: AdminId, unfilled: Unfilled) -> Result<Closing> {
    let closing = decide(cx, admin, &edit.now)?;
    match &closing {
        Closing::Lacks(missing) if unfilled == Unfilled::Refuse => return Err(refusal(missing)),
        Closing::Already | Closing::Lacks(_) => {}
        Closing::Closes => close_checked(cx, edit, admin)?,
    }
    Ok(closing)
}

/// Closes a locked conversation, unless it is closed, for a teammate who may: that was checked before the message that
/// comes with it was written, and no message closes a conversation or fills in an attribute.
pub(super) fn close_checked(cx: &mut Cx, edit: &mut Edit, admin: AdminId) -> Result<()> {
    if edit.now.state == ConversationState::Closed {
        return Ok(());
    }
    conversations::close(cx, edit, Author::Admin(admin), None)
}

fn refusal(missing: &[String]) -> Error {
    Error::new(ErrorKind::AttributesMissing, format!("Required before closing: {}", missing.join(", ")))
}
