//! Uploads: files that teammates upload before they send the message.

use deskwire_store::WorkspaceTx;
use deskwire_store::attachments as attachment_rows;
use deskwire_store::uploads as store;
use deskwire_store::uploads::Upload;

pub use deskwire_store::attachments::Attachment;

use super::{drafts, teammate};
use crate::Cx;
use crate::attachments::{self, New};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, AttachmentId, ConversationId};

/// How long an upload without a draft is kept, in seconds.
const RETENTION: i64 = 86_400;
/// The maximum number of uploads without a draft per teammate.
const MAX_UPLOADS: i64 = 100;

/// Adds a stored file as an upload of the acting teammate.
pub fn add(cx: &mut Cx, file: &New) -> Result<Attachment> {
    let admin = teammate(cx)?;
    cx.guard("uploads", &admin.to_string())?;
    if store::count_loose(cx, admin, MAX_UPLOADS)? >= MAX_UPLOADS {
        let message = format!("You have {MAX_UPLOADS} uploads that are not used yet. Use some, or wait for a day.");
        return Err(Error::new(ErrorKind::RateLimited, message));
    }
    let ids = attachments::insert(cx, std::slice::from_ref(file))?;
    let id = ids.first().copied().ok_or_else(|| Error::internal("an upload has no attachment"))?;
    let kept_until = Some(cx.now() + RETENTION);
    store::insert(cx, &Upload { id, admin_id: admin, kept_until })?;
    attachment_rows::get(cx, id)?.ok_or_else(|| Error::internal("an upload has no attachment"))
}

/// Rejects attachments that are not uploads of the teammate, or that belong to a draft in a conversation other than
/// these.
pub(super) fn check(cx: &mut Cx, admin: AdminId, ids: &[AttachmentId], places: &[ConversationId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let drafted = drafts::files_in(cx, admin, places)?;
    if ids.iter().any(|id| !drafted.contains(id)) {
        // Only one of several concurrent requests may be the first to use an upload.
        cx.guard("uploads", &admin.to_string())?;
    }
    let own = store::of_admin(cx, admin, ids)?;
    for id in ids {
        let upload = own.iter().find(|upload| upload.id == *id).ok_or_else(|| unknown(*id))?;
        if upload.kept_until.is_none() && !drafted.contains(id) {
            let message = format!("{id} belongs to your draft in another conversation");
            return Err(Error::invalid(message).field("attachment_ids"));
        }
    }
    Ok(())
}

/// Moves uploads to a message in one of these conversations: they are no longer uploads.
pub(super) fn take(cx: &mut Cx, admin: AdminId, ids: &[AttachmentId], places: &[ConversationId]) -> Result<()> {
    check(cx, admin, ids, places)?;
    let (mut distinct, given) = (ids.to_vec(), ids.len());
    distinct.sort_unstable();
    distinct.dedup();
    // A concurrent message may have taken one.
    match ids.first() {
        Some(first) if store::forget(cx, &distinct)? != u64::try_from(given).unwrap_or(u64::MAX) => {
            Err(unknown(*first))
        }
        _ => Ok(()),
    }
}

fn unknown(id: AttachmentId) -> Error {
    Error::invalid(format!("{id} is not an upload of yours that can still be used")).field("attachment_ids")
}

/// Turns attachments back into uploads of a teammate.
pub(super) fn give_back(cx: &mut Cx, admin: AdminId, ids: &[AttachmentId]) -> Result<()> {
    for id in ids {
        store::insert(cx, &Upload { id: *id, admin_id: admin, kept_until: None })?;
    }
    Ok(())
}

/// Keeps uploads while a draft has them.
pub(super) fn keep(cx: &mut Cx, ids: &[AttachmentId]) -> Result<()> {
    Ok(store::keep(cx, ids, None)?)
}

/// Releases uploads that a draft no longer has.
pub(super) fn release(cx: &mut Cx, ids: &[AttachmentId]) -> Result<()> {
    let until = cx.now() + RETENTION;
    Ok(store::keep(cx, ids, Some(until))?)
}

/// Removes at most `most` expired uploads. Returns how many.
pub(crate) fn purge(tx: &mut WorkspaceTx, most: i64) -> Result<u64> {
    let ids: Vec<AttachmentId> = store::expired(tx, most)?.into_iter().map(|upload| upload.id).collect();
    // A concurrent message may have taken some.
    let gone = store::forget_expired(tx, &ids)?;
    attachments::remove(tx, &gone)?;
    Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
}

/// A file and its URL.
#[derive(Debug, Clone)]
pub struct Located {
    /// The file.
    pub file: Attachment,
    /// The path and query of its signed URL.
    pub path: String,
}

/// Files and their URLs, in the order of their ids.
pub fn located(cx: &mut Cx, ids: &[AttachmentId]) -> Result<Vec<Located>> {
    let files = attachment_rows::get_many(cx, ids)?;
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let key = attachment_rows::key(cx)?.unwrap_or_default();
    let (now, workspace) = (cx.now(), cx.workspace());
    let located = |file: Attachment| Located { path: attachments::path(&key, workspace, &file, now), file };
    Ok(files.into_iter().map(located).collect())
}
