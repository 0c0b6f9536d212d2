//! Exports: files of message receipts and of reporting, which the worker fills.

mod message_data;
mod reporting;
mod work;

pub use deskwire_store::exports::{Export, ExportKind, ExportState};
pub use deskwire_store::reporting::{Attribute, Position};
pub use message_data::{cancel, enqueue};
pub use reporting::{Request, datasets, enqueue as enqueue_reporting};
pub use work::{Plan, Progress, begin, finish_piece, give_up, is_over, slice};

use deskwire_store::gzip::{Content, Frame};
use deskwire_store::{WorkspaceTx, counters, exports as store};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Cx;
use crate::activity;
use crate::attachments;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AttachmentId, ExportId, as_number};
use crate::jobs::{self, JobKind, Work};

/// How long an export is kept after it has finished, in seconds.
const RETENTION: i64 = 2 * 86_400;
/// The number of expired exports removed per transaction.
const BATCH: i64 = 20;

/// The payload of the job that fills an export.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    #[serde(serialize_with = "as_number")]
    export: ExportId,
}

impl Work for Payload {
    const KIND: JobKind = JobKind::Export;
}

/// The file of an export, for download.
#[derive(Debug, Clone)]
pub struct Download {
    /// Its file name.
    pub name: String,
    /// The header and trailer around the pieces.
    pub frame: Frame,
    /// The hashes of the stored pieces, in order.
    pub pieces: Vec<String>,
    /// The total size, in bytes.
    pub length: u64,
}

/// The export with this kind and id.
pub fn find(cx: &mut Cx, kind: ExportKind, id: &str) -> Result<Export> {
    let found = match ExportId::parse(id) {
        Some(id) => store::get(cx, id)?,
        None => None,
    };
    let actor = cx.actor();
    let is_visible = |export: &Export| export.kind == kind && reporting::may_read(actor, export);
    found.filter(is_visible).ok_or_else(|| unknown(id))
}

/// The file of a completed export.
pub fn download(cx: &mut Cx, kind: ExportKind, id: &str) -> Result<Download> {
    let export = find(cx, kind, id)?;
    if export.state != ExportState::Completed || export.expires_at.is_some_and(|at| at <= cx.now()) {
        return Err(unknown(id));
    }
    let files = deskwire_store::attachments::get_many(cx, &files(&export))?;
    let content = content(&export);
    let (name, frame) = match &export.dataset {
        None => (format!("message-data-{}.csv.gz", export.id), Frame::plain(content)),
        Some(dataset) => {
            let modified_at = u64::try_from(export.created_at).unwrap_or_default();
            let frame = Frame::tar(content, &format!("{dataset}.csv"), modified_at).map_err(Error::internal)?;
            (format!("{dataset}-{}.tgz", export.id), frame)
        }
    };
    let stored: i64 = files.iter().map(|file| file.filesize).sum();
    let around = frame.head.len() + frame.tail.len();
    let length = u64::try_from(stored).unwrap_or_default() + around as u64;
    let pieces = files.into_iter().filter_map(|file| file.hash).collect();
    Ok(Download { name, frame, pieces, length })
}

/// Removes some of the exports that have expired. Returns whether there may be more.
pub fn tidy(tx: &mut WorkspaceTx) -> Result<bool> {
    let expired = store::expired(tx, BATCH)?;
    for export in &expired {
        attachments::remove(tx, &files(export))?;
        store::delete(tx, export.id)?;
    }
    Ok(i64::try_from(expired.len()).unwrap_or(BATCH) >= BATCH)
}

/// Adds an export and its job, if fewer than `most` of its kind are pending.
fn insert(cx: &mut Cx, mut export: Export, most: i64, refused: &str, ip: Option<&str>) -> Result<Export> {
    // Serializes the creation of exports, so that the limit holds.
    export.id = counters::next(cx, counters::Counter::Export)?;
    if store::live(cx, export.kind)? >= most {
        return Err(Error::new(ErrorKind::RateLimited, format!("Exceeded rate limit of {most} pending {refused}")));
    }
    store::insert(cx, &export)?;
    jobs::insert(cx, &Payload { export: export.id })?;
    let what = if export.kind == ExportKind::MessageData { "message data" } else { "reporting data" };
    let metadata = json!({"type": what, "created_at_after": export.from_at, "created_at_before": export.until_at});
    activity::log_action(cx, "app_data_export", &format!("exported {what}"), metadata, ip)?;
    Ok(export)
}

/// A new export of a period, inclusive.
fn new(cx: &Cx, kind: ExportKind, from_at: i64, until_at: i64) -> Export {
    let start = Position::before(from_at);
    Export {
        id: ExportId::default(),
        kind,
        state: ExportState::Pending,
        from_at,
        until_at,
        dataset: None,
        attributes: None,
        is_narrow: false,
        after_at: start.at,
        after_id: start.id,
        rows_written: 0,
        bytes_written: 0,
        checksum: 0,
        files: "[]".to_owned(),
        created_at: cx.now(),
        expires_at: None,
    }
}

/// The export in its final state.
fn over(export: &Export, state: ExportState, now: i64) -> Export {
    Export { state, expires_at: Some(now + RETENTION), ..export.clone() }
}

/// The attachments that hold an export.
fn files(export: &Export) -> Vec<AttachmentId> {
    serde_json::from_str::<Vec<i64>>(&export.files).unwrap_or_default().into_iter().map(AttachmentId::new).collect()
}

fn content(export: &Export) -> Content {
    let checksum = u32::try_from(export.checksum).unwrap_or_default();
    Content { length: u64::try_from(export.bytes_written).unwrap_or_default(), checksum }
}

fn unknown(id: &str) -> Error {
    Error::new(ErrorKind::ResourceNotFound, format!("Export job not found for identifier: {id}"))
}
