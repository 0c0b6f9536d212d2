//! Drafts: one per teammate, conversation and kind. A save must be based on the newest version.

use deskwire_store::drafts as store;

pub use deskwire_store::drafts::{Draft, DraftKind};

use super::replies::{MAX_LENGTH, Message};
use super::{images, teammate, uploads};
use crate::Cx;
use crate::attachments;
use crate::conversations::{self, attachment_ids};
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AdminId, AttachmentId, ConversationId};
use crate::{markup, names};

/// The maximum number of drafts per teammate. A further one evicts the oldest.
const MAX_DRAFTS: i64 = 500;
/// The maximum number of files of a draft, those of several messages: withdrawn replies bring theirs with them.
const MAX_FILES: usize = 5 * attachments::MAX_FILES;
/// How often to retry when another device of the teammate concurrently saves or discards the draft.
const TRIES: usize = 5;

/// A draft as a teammate saves it.
#[derive(Debug, Clone)]
pub struct Content {
    /// The body so far.
    pub body: Option<Html>,
    /// The URL of this server, to recognize its images.
    pub origin: String,
    /// Uploads of the teammate.
    pub attachments: Vec<AttachmentId>,
    /// The time of the draft that it is based on; 0 for none.
    pub base: i64,
}

/// The outcome of saving or discarding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It was saved or discarded; the current draft.
    Now(Option<Draft>),
    /// Nothing was done: the current draft is newer; `None` if it was sent or discarded.
    Changed(Option<Draft>),
}

/// The drafts of the teammate in a conversation.
pub fn of(cx: &mut Cx, conversation: ConversationId) -> Result<Vec<Draft>> {
    let admin = teammate(cx)?;
    Ok(store::of(cx, conversation, admin)?)
}

/// Saves a draft; an empty one is discarded.
pub fn save(cx: &mut Cx, conversation: ConversationId, kind: DraftKind, content: &Content) -> Result<Saved> {
    let (admin, merged_into) = open(cx, conversation)?;
    if let Some(body) = &content.body {
        names::at_most("html", body.as_str(), MAX_LENGTH)?;
    }
    if content.attachments.len() > MAX_FILES {
        let message = format!("attachment_ids may hold {MAX_FILES} files at most");
        return Err(Error::invalid(message).field("attachment_ids"));
    }
    // A reply that was withdrawn after a merge became a draft in the other conversation.
    let places: Vec<ConversationId> = [Some(conversation), merged_into].into_iter().flatten().collect();
    uploads::check(cx, admin, &content.attachments, &places)?;
    let before = store::lock(cx, conversation, admin, kind)?;
    if before.as_ref().map_or(0, |draft| draft.updated_at) != content.base {
        return Ok(Saved::Changed(before));
    }
    let body = images::body(cx, content.body.as_ref(), &content.origin, &content.attachments)?;
    if body.is_none() && content.attachments.is_empty() {
        remove(cx, before.as_slice())?;
        return Ok(Saved::Now(None));
    }
    let row = row(cx, (conversation, admin, kind), before.as_ref(), (body, &content.attachments));
    write(cx, before.as_ref(), &row)
}

/// Discards a draft.
pub fn discard(cx: &mut Cx, conversation: ConversationId, kind: DraftKind, base: Option<i64>) -> Result<Saved> {
    let (admin, _) = open(cx, conversation)?;
    let before = store::lock(cx, conversation, admin, kind)?;
    match (&before, base) {
        (Some(draft), Some(base)) if draft.updated_at != base => Ok(Saved::Changed(before)),
        _ => {
            remove(cx, before.as_slice())?;
            Ok(Saved::Now(None))
        }
    }
}

/// Locks a conversation, which the teammate may read, against deletion. Returns the one that it was merged into, too.
fn open(cx: &mut Cx, conversation: ConversationId) -> Result<(AdminId, Option<ConversationId>)> {
    let admin = teammate(cx)?;
    let row = conversations::held(cx, conversation)?;
    Ok((admin, row.merged_into))
}

/// A draft to which something was prepended.
#[derive(Debug, Clone)]
pub struct Prepended {
    /// The draft with both.
    pub draft: Draft,
    /// The time of the draft before; 0 if there was none.
    pub base: i64,
}

/// Prepends text and files to the teammate's draft, unless both are too large for one. The conversation is locked.
pub(super) fn prepend(
    cx: &mut Cx,
    conversation: ConversationId,
    kind: DraftKind,
    body: Option<&str>,
    files: &[AttachmentId],
) -> Result<Prepended> {
    let admin = teammate(cx)?;
    for _ in 0..TRIES {
        let before = store::lock(cx, conversation, admin, kind)?;
        let body = match (body, before.as_ref().and_then(|draft| draft.body.as_deref())) {
            (Some(first), Some(rest)) => Some(format!("{first}{rest}")),
            (first, rest) => first.or(rest).map(str::to_owned),
        };
        let files: Vec<AttachmentId> = files.iter().copied().chain(before.iter().flat_map(files_of)).collect();
        if before.is_some() {
            fits(body.as_deref(), &files)?;
        }
        let row = row(cx, (conversation, admin, kind), before.as_ref(), (body, &files));
        if let Saved::Now(Some(draft)) = write(cx, before.as_ref(), &row)? {
            return Ok(Prepended { draft, base: before.map_or(0, |draft| draft.updated_at) });
        }
    }
    Err(ErrorKind::Conflict.into())
}

/// Rejects a draft, joined from two, that could not be saved again.
fn fits(body: Option<&str>, files: &[AttachmentId]) -> Result<()> {
    let html = body.unwrap_or_default();
    let has_room = files.len() <= MAX_FILES && names::at_most("html", html, MAX_LENGTH).is_ok();
    if has_room && markup::check(html, "html").is_ok() {
        return Ok(());
    }
    let message = "Your draft and this reply are too large for one draft. Send or shorten your draft first.";
    Err(Error::new(ErrorKind::Unprocessable, message))
}

/// Removes the draft of a message that is sent with `body`. Files that are not in the message expire later. If another
/// device has saved a newer version with other words, that version stays and is returned.
pub(super) fn sent(
    cx: &mut Cx,
    conversation: ConversationId,
    admin: AdminId,
    message: &Message,
    body: Option<&str>,
) -> Result<Option<Draft>> {
    let Some(draft) = store::lock(cx, conversation, admin, message.kind)? else { return Ok(None) };
    let all = files_of(&draft);
    // If the page was closed while it saved the draft, it does not know the version of its own words.
    let is_same = draft.body.as_deref() == body && all == message.attachments;
    let files: Vec<AttachmentId> = all.iter().copied().filter(|id| !message.attachments.contains(id)).collect();
    let is_empty = draft.body.is_none() && files.is_empty();
    if is_same || is_empty || message.base.is_none_or(|base| base == draft.updated_at) {
        remove(cx, std::slice::from_ref(&draft))?;
        return Ok(None);
    }
    if files.len() == all.len() {
        return Ok(Some(draft));
    }
    // The message has taken some of its files.
    let rest = row(cx, (conversation, admin, message.kind), Some(&draft), (draft.body.clone(), &files));
    let (Saved::Now(left) | Saved::Changed(left)) = write(cx, Some(&draft), &rest)?;
    Ok(left)
}

/// The files of a teammate's drafts in these conversations.
pub(super) fn files_in(cx: &mut Cx, admin: AdminId, conversations: &[ConversationId]) -> Result<Vec<AttachmentId>> {
    let mut files = Vec::new();
    for conversation in conversations {
        files.extend(store::of(cx, *conversation, admin)?.iter().flat_map(files_of));
    }
    Ok(files)
}

/// Removes all drafts in a conversation that is deleted.
pub(crate) fn remove_of(cx: &mut Cx, conversation: ConversationId) -> Result<()> {
    let all = store::all_of(cx, conversation)?;
    remove(cx, &all)
}

fn row(
    cx: &Cx,
    (conversation_id, admin_id, kind): (ConversationId, AdminId, DraftKind),
    before: Option<&Draft>,
    (body, files): (Option<String>, &[AttachmentId]),
) -> Draft {
    let updated_at = cx.now().max(before.map_or(0, |draft| draft.updated_at + 1));
    Draft { conversation_id, admin_id, kind, body, attachments: attachments::listed(files), updated_at }
}

fn write(cx: &mut Cx, before: Option<&Draft>, after: &Draft) -> Result<Saved> {
    let files = files_of(after);
    match before {
        Some(before) => {
            store::update(cx, before, after)?;
            let gone: Vec<AttachmentId> = files_of(before).into_iter().filter(|id| !files.contains(id)).collect();
            release_files(cx, after, gone)?;
        }
        None if !store::insert_new(cx, after)? => {
            let found = store::lock(cx, after.conversation_id, after.admin_id, after.kind)?;
            return Ok(Saved::Changed(found));
        }
        None => {
            let surplus = store::surplus(cx, after.admin_id, MAX_DRAFTS)?;
            remove(cx, &surplus)?;
        }
    }
    uploads::keep(cx, &files)?;
    Ok(Saved::Now(Some(after.clone())))
}

fn remove(cx: &mut Cx, drafts: &[Draft]) -> Result<()> {
    for draft in drafts {
        store::delete(cx, draft.conversation_id, draft.admin_id, draft.kind)?;
        release_files(cx, draft, files_of(draft))?;
    }
    Ok(())
}

/// Releases files that a draft no longer has, unless the teammate's other draft in the conversation has them.
fn release_files(cx: &mut Cx, draft: &Draft, mut gone: Vec<AttachmentId>) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let others = store::of(cx, draft.conversation_id, draft.admin_id)?;
    let others: Vec<AttachmentId> = others.iter().filter(|other| other.kind != draft.kind).flat_map(files_of).collect();
    gone.retain(|id| !others.contains(id));
    uploads::release(cx, &gone)
}

/// The ids of a draft's files.
pub fn files_of(draft: &Draft) -> Vec<AttachmentId> {
    draft.attachments.as_deref().map(attachment_ids).unwrap_or_default()
}
