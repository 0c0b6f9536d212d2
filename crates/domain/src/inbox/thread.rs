//! The thread of a conversation: the newest parts, and earlier ones by cursor.

use deskwire_store::drafts::Draft;
use deskwire_store::held_replies::HeldReply;
use deskwire_store::{conversation_merges, conversation_rows as store};

use super::rows::{Row, rows};
use super::{drafts, held};
use crate::Cx;
use crate::actor::Noun;
use crate::conversations::{self, AuthorType, Context, Conversation, Full, Part, PartType, known, last_message};
use crate::error::{ErrorKind, Result};
use crate::ids::{ContactId, ConversationId, PartId};

pub use deskwire_store::conversation_links::Person;

/// The maximum number of parts on a page.
pub const MAX_PARTS: usize = 50;
/// The maximum total size of the texts on a page, in bytes. A page always has at least one part.
const MAX_BYTES: usize = 4 << 20;
/// The maximum number of contacts shown with their names.
const MAX_CONTACTS: usize = 50;
/// The maximum number of linked conversations shown.
const MAX_LINKED: usize = 20;

/// The maximum number of merged conversations shown.
const MAX_MERGED: i64 = 20;

/// A conversation with everything that the inbox shows of it.
#[derive(Debug)]
pub struct Thread {
    /// Its row in lists.
    pub row: Row,
    /// The conversation with its related data.
    pub full: Full,
    /// The objects that it and its parts refer to.
    pub context: Context,
    /// Its contacts, in the order in which they joined.
    pub contacts: Vec<Person>,
    /// The conversations and tickets that it is linked to, and the conversations that were merged into it.
    pub linked: Vec<Row>,
    /// The conversations that were merged into it, as far as the actor may see them.
    pub merged: Vec<Merged>,
    /// Its newest parts.
    pub parts: Parts,
    /// Its held replies as parts, and when each is sent (unix seconds).
    pub held: Vec<(Part, i64)>,
    /// The actor's drafts in it.
    pub drafts: Vec<Draft>,
}

/// A conversation that was merged into another one, as the thread of that one shows it.
#[derive(Debug)]
pub struct Merged {
    /// The conversation.
    pub id: ConversationId,
    /// The part that records the merge; `None` if an older release merged it.
    pub part: Option<PartId>,
    /// The beginning of its first message, without markup.
    pub excerpt: String,
    /// The number of its messages and notes.
    pub messages: i64,
}

/// Some parts of a conversation.
#[derive(Debug)]
pub struct Parts {
    /// The parts, oldest first.
    pub parts: Vec<Part>,
    /// The oldest of them, if there are earlier ones.
    pub before: Option<PartId>,
}

/// A conversation and its newest parts.
pub fn find(cx: &mut Cx, id: ConversationId) -> Result<Thread> {
    let conversation = known(cx, id)?;
    let mut parts = if conversation.count_parts == 0 {
        Parts { parts: Vec::new(), before: None }
    } else {
        read(cx, id, None, MAX_PARTS)?
    };
    let held: Vec<(Part, i64)> =
        held::of(cx, id)?.into_iter().map(|held| (held_part(&held), held.held_until)).collect();
    let drafts = if cx.actor().admin_id().is_some() { drafts::of(cx, id)? } else { Vec::new() };
    // The authors and files of held replies are read together with those of the parts.
    let count = parts.parts.len();
    parts.parts.extend(held.iter().map(|(part, _)| part.clone()));
    parts.parts.extend(drafts.iter().map(draft_part));
    let (mut fulls, context) = conversations::with(cx, vec![conversation], &parts.parts)?;
    parts.parts.truncate(count);
    let full = fulls.pop().ok_or(ErrorKind::ResourceNotFound)?;
    let contacts = contacts(cx, &full)?;
    let mut linked: Vec<ConversationId> = full.links.iter().take(MAX_LINKED).map(|linked| linked.id).collect();
    let mut merged = merged(cx, id, &parts)?;
    linked.extend(merged.iter().map(|merged| merged.id));
    let mut found = rows(cx, &[&[id], &linked[..]].concat())?;
    if found.is_empty() {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    let row = found.remove(0);
    merged.retain(|merged| found.iter().any(|row| row.row.id == merged.id));
    Ok(Thread { row, full, context, contacts, linked: found, merged, parts, held, drafts })
}

/// The conversations that were merged into this one, if its parts or earlier ones may record a merge.
fn merged(cx: &mut Cx, id: ConversationId, parts: &Parts) -> Result<Vec<Merged>> {
    let is_merge = |part: &Part| part.part_type == PartType::MergedPrimaryConversation;
    if parts.before.is_none() && !parts.parts.iter().any(is_merge) {
        return Ok(Vec::new());
    }
    let merged = conversation_merges::with_sizes(cx, id, MAX_MERGED)?;
    let ids: Vec<ConversationId> = merged.iter().map(|merged| merged.id).collect();
    let mut first = store::first_messages(cx, &ids)?;
    let merged = merged.into_iter().map(|of| Merged {
        excerpt: first.remove(&of.id).as_deref().map(last_message::excerpt).unwrap_or_default(),
        id: of.id,
        part: of.part_id,
        messages: of.messages,
    });
    Ok(merged.collect())
}

/// A held reply as the part that it will become.
fn held_part(held: &HeldReply) -> Part {
    Part {
        conversation_id: held.conversation_id,
        id: held.id,
        part_type: PartType::Comment,
        body: held.body.clone(),
        author_type: AuthorType::Admin,
        author_id: held.admin_id.number(),
        attachments: held.attachments.clone(),
        created_at: held.created_at,
        updated_at: held.created_at,
        ..Part::default()
    }
}

/// A part with the files of a draft.
fn draft_part(draft: &Draft) -> Part {
    let (author_type, author_id) = (AuthorType::Admin, draft.admin_id.number());
    Part { author_type, author_id, attachments: draft.attachments.clone(), ..Part::default() }
}

/// The parts of a conversation before a part, with the objects that they refer to, and the conversation itself, whose
/// first message comes before all parts.
pub fn earlier(
    cx: &mut Cx,
    id: ConversationId,
    before: Option<PartId>,
    limit: usize,
) -> Result<(Conversation, Parts, Context)> {
    let row = known(cx, id)?;
    let parts = read(cx, id, before, limit.clamp(1, MAX_PARTS))?;
    let rows = std::slice::from_ref(&row);
    let context = conversations::context(cx, if parts.before.is_none() { rows } else { &[] }, &parts.parts)?;
    Ok((row, parts, context))
}

/// The parts of a conversation after a part, at most [`MAX_PARTS`], with the objects that they refer to.
pub fn since(cx: &mut Cx, id: ConversationId, after: PartId) -> Result<(Vec<Part>, Context)> {
    let parts = store::parts_after_one(cx, id, after, i64::try_from(MAX_PARTS).unwrap_or(i64::MAX))?;
    let context = conversations::context(cx, &[], &parts)?;
    Ok((parts, context))
}

fn read(cx: &mut Cx, id: ConversationId, before: Option<PartId>, limit: usize) -> Result<Parts> {
    let one_more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut parts = store::parts_before(cx, id, before, one_more)?;
    let mut bytes = 0;
    let fitting = parts.iter().take_while(|part| {
        bytes += [&part.body, &part.attachments, &part.details].into_iter().flatten().map(String::len).sum::<usize>();
        bytes <= MAX_BYTES
    });
    let count = fitting.count().clamp(1, limit);
    let more = parts.len() > count;
    parts.truncate(count);
    let before = parts.last().filter(|_| more).map(|part| part.id);
    parts.reverse();
    Ok(Parts { parts, before })
}

/// The contacts of a conversation with their names.
fn contacts(cx: &mut Cx, full: &Full) -> Result<Vec<Person>> {
    if !cx.actor().sees(Noun::People) {
        return Ok(Vec::new());
    }
    let ids: Vec<ContactId> = full.contacts.iter().take(MAX_CONTACTS).map(|contact| contact.id).collect();
    let mut people = deskwire_store::conversation_links::people(cx, &ids, &[])?;
    people.sort_by_key(|person| ids.iter().position(|id| id.number() == person.id));
    Ok(people)
}
