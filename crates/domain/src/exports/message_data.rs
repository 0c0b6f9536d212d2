//! Exports of message data: who received which message, and when.

use deskwire_store::exports as store;

use super::{Export, ExportKind, files, find, insert, new, over};
use crate::error::{Error, Result};
use crate::{Cx, attachments};

/// The maximum number of pending exports per workspace.
const MAX_PENDING: i64 = 1;

/// Adds an export of the messages that were sent in a period, inclusive.
pub fn enqueue(cx: &mut Cx, from: i64, until: i64, ip: Option<&str>) -> Result<Export> {
    if from > until {
        let message = "created_at_after must not be later than created_at_before";
        return Err(Error::invalid(message).field("created_at_after"));
    }
    let export = new(cx, ExportKind::MessageData, from, until);
    insert(cx, export, MAX_PENDING, "message data export jobs", ip)
}

/// Cancels an export of message data, unless it has finished.
pub fn cancel(cx: &mut Cx, id: &str) -> Result<Export> {
    let id = find(cx, ExportKind::MessageData, id)?.id;
    let before = store::lock(cx, id)?.ok_or_else(|| super::unknown(&id.to_string()))?;
    if !before.state.is_live() {
        return Ok(before);
    }
    attachments::remove(cx, &files(&before))?;
    let canceled = over(&before, store::ExportState::Canceled, cx.now());
    let after = Export { files: "[]".to_owned(), ..canceled };
    store::update(cx, &before, &after)?;
    Ok(after)
}
