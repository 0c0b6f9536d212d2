//! What teammates have read, and where they are mentioned.

use std::collections::{HashMap, HashSet};

use deskwire_store::conversation_reads::{self as store, ConversationRead};
use deskwire_store::{conversation_parts, drafts};

use super::teammate;
use crate::Cx;
use crate::conversations::{self, AuthorType, Conversation, ConversationState};
use crate::error::Result;
use crate::ids::{AdminId, ConversationId, PartId};
use crate::notifications::{self, Recipient, Which};

/// The maximum number of conversations in the list of mentions.
const MENTIONS: i64 = 1_000;

/// The properties of a conversation that marks depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkedConversation {
    /// Its id.
    pub id: ConversationId,
    /// Whether it is closed.
    pub is_closed: bool,
    /// The teammate who started it, unless a contact did.
    pub begun_by: Option<AdminId>,
}

impl MarkedConversation {
    /// The properties in a row.
    pub fn of_row(row: &Conversation) -> Self {
        Self::new(row.id, row.state, (row.source_author_type, row.source_author_id))
    }

    /// The properties in these columns; the last two are the author of its source.
    pub(super) fn new(id: ConversationId, state: ConversationState, (author, number): (AuthorType, i64)) -> Self {
        let begun_by = (author == AuthorType::Admin).then(|| AdminId::new(number));
        Self { id, is_closed: state == ConversationState::Closed, begun_by }
    }
}

/// The marks of a conversation for a teammate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Whether somebody else wrote since the teammate read it. Closed conversations that they never read are not
    /// unread.
    pub unread: bool,
    /// Whether a note mentions them.
    pub mentioned: bool,
    /// Whether they have a draft in it.
    pub draft: bool,
    /// The last part that they have read, 0 for the first message; `None` if they never read it.
    pub read_part_id: Option<PartId>,
}

/// The marks of these conversations for the acting teammate. Takes four statements, whatever their number. Other actors
/// have no marks.
pub fn marks(cx: &mut Cx, of: &[MarkedConversation]) -> Result<HashMap<ConversationId, Marks>> {
    let Some(admin) = cx.actor().admin_id() else { return Ok(HashMap::new()) };
    let ids: Vec<ConversationId> = of.iter().map(|of| of.id).collect();
    let reads = store::of_many(cx, admin, &ids)?;
    let mentioned: HashSet<ConversationId> = store::mentioned_in(cx, admin, &ids)?.into_iter().collect();
    let drafts = drafts::in_any(cx, admin, &ids)?;
    // The part after which messages of others make the conversation unread; `None` if they do not matter.
    let after = |of: &MarkedConversation| match reads.get(&of.id) {
        Some(read) => (!read.is_unread).then_some((of.id, read.part_id)),
        None => (of.begun_by == Some(admin)).then_some((of.id, PartId::new(0))),
    };
    let after: Vec<(ConversationId, PartId)> = of.iter().filter_map(after).collect();
    let with_messages: HashSet<ConversationId> = store::with_messages_after(cx, admin, &after)?.into_iter().collect();
    let marks = |of: &MarkedConversation| {
        let read = reads.get(&of.id);
        let unread = match read {
            Some(read) => read.is_unread || with_messages.contains(&of.id),
            None if of.begun_by == Some(admin) => with_messages.contains(&of.id),
            None => !of.is_closed,
        };
        let (mentioned, draft) = (mentioned.contains(&of.id), drafts.contains(&of.id));
        (of.id, Marks { unread, mentioned, draft, read_part_id: read.map(|read| read.part_id) })
    };
    Ok(of.iter().map(marks).collect())
}

/// The conversations in which the teammate is mentioned, most recent mention first, at most 1,000.
pub fn mentions(cx: &mut Cx) -> Result<Vec<ConversationId>> {
    let admin = teammate(cx)?;
    Ok(store::mentions(cx, admin, MENTIONS)?)
}

/// The teammates whom these parts mention, and where.
pub fn mentioned_by(cx: &mut Cx, parts: &[(ConversationId, PartId)]) -> Result<Vec<(AdminId, ConversationId)>> {
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids: Vec<ConversationId> = parts.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = store::mentions_in(cx, &ids)?.into_iter();
    let found = found.filter(|mention| parts.contains(&(mention.conversation_id, mention.part_id)));
    Ok(found.map(|mention| (mention.admin_id, mention.conversation_id)).collect())
}

/// Marks a conversation and its notifications as read by the teammate.
pub fn read(cx: &mut Cx, id: ConversationId) -> Result<()> {
    let admin = teammate(cx)?;
    conversations::held(cx, id)?;
    let part_id = conversation_parts::last(cx, id)?.unwrap_or_default();
    put(cx, id, admin, part_id, false)?;
    notifications::mark_read(cx, Recipient::Admin(admin), &Which::Conversation(id))?;
    Ok(())
}

/// Marks a conversation as unread again, from the last message of somebody else on.
pub fn unread(cx: &mut Cx, id: ConversationId) -> Result<()> {
    let admin = teammate(cx)?;
    conversations::held(cx, id)?;
    let last = conversation_parts::last_message_of_others(cx, id, admin)?;
    let before = last.map_or(PartId::new(0), |last| PartId::new(last.number() - 1));
    put(cx, id, admin, before, true)
}

/// Records that the teammate has seen a part that they wrote in a locked conversation.
pub(super) fn seen(cx: &mut Cx, id: ConversationId, admin: AdminId, part: PartId) -> Result<()> {
    put(cx, id, admin, part, false)
}

/// Records that the teammate has seen a part that they wrote at `written_at` and that is sent only now. If they have
/// marked the conversation as unread since, it stays unread.
pub(super) fn seen_since(
    cx: &mut Cx,
    conversation_id: ConversationId,
    admin_id: AdminId,
    part_id: PartId,
    written_at: i64,
) -> Result<()> {
    let updated_at = cx.now();
    let row = ConversationRead { conversation_id, admin_id, part_id, is_unread: false, updated_at };
    Ok(store::put_unless_unread(cx, &row, written_at)?)
}

fn put(
    cx: &mut Cx,
    conversation_id: ConversationId,
    admin_id: AdminId,
    part_id: PartId,
    is_unread: bool,
) -> Result<()> {
    let updated_at = cx.now();
    Ok(store::put(cx, &ConversationRead { conversation_id, admin_id, part_id, is_unread, updated_at })?)
}
