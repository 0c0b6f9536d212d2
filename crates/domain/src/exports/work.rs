//! Filling exports. The worker writes a piece outside of any transaction, slice by slice, and then records it in one
//! transaction with the position that it ends at. A piece that was not recorded is written again.

use deskwire_store::csv::Csv;
use deskwire_store::gzip::Content;
use deskwire_store::reporting::{self, Position, Selection};
use deskwire_store::{Tx, WorkspaceTx, exports as store, jobs as job_rows, receipts};

use super::{Export, ExportKind, ExportState, Payload, content, files, over, reporting as requests};
use crate::attachments::{self, New};
use crate::error::Result;
use crate::ids::ExportId;
use crate::jobs::{Job, Work as _};

/// The next piece of an export.
#[derive(Debug, Clone)]
pub struct Plan {
    export: ExportId,
    kind: Kind,
    period: (i64, i64),
    /// The position after which it begins.
    pub after: Position,
    /// The size and checksum of the content before it.
    pub content: Content,
    /// The header, if it is the first piece.
    header: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
enum Kind {
    Receipts,
    Reporting(Selection),
}

/// A piece that has been written.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The position that it ends at; `None` at the end of the export.
    pub after: Option<Position>,
    /// How many rows it has.
    pub rows: i64,
    /// The size and checksum of the content up to its end.
    pub content: Content,
    /// The hash of its file, and its size.
    pub file: (String, i64),
}

/// The piece that a job is to write next; `None` if the job is no longer claimed or its export has finished.
pub fn begin(tx: &mut Tx<'_>, job: &Job) -> Result<Option<Plan>> {
    let Some(before) = claimed(tx, job)? else { return Ok(None) };
    let tx = &mut tx.within(&job.workspace);
    // Messages sent from now on are omitted, so that the export always ends.
    let until = before.until_at.min(tx.now());
    let export = Export { state: ExportState::InProgress, until_at: until, ..before.clone() };
    if before.state == ExportState::Pending {
        store::update(tx, &before, &export)?;
    }
    let (kind, names) = match export.kind {
        ExportKind::MessageData => (Kind::Receipts, receipts::COLUMNS.iter().map(|name| (*name).to_owned()).collect()),
        ExportKind::ReportingData => {
            let (selection, names) = requests::selection(&export)?;
            (Kind::Reporting(selection), names)
        }
    };
    Ok(Some(Plan {
        export: export.id,
        kind,
        period: (export.from_at, export.until_at),
        after: Position { at: export.after_at, id: export.after_id },
        content: content(&export),
        header: (export.bytes_written == 0).then_some(names),
    }))
}

/// The next rows of a piece, after `after`, and the position to continue at if there may be more. An export that has
/// finished has no more.
pub fn slice(tx: &mut WorkspaceTx, plan: &Plan, after: Position) -> Result<(Csv, Option<Position>)> {
    let mut csv = Csv::default();
    if let (true, Some(names)) = (after == plan.after, &plan.header) {
        csv.header(names.iter().map(String::as_str));
    }
    if !store::get(tx, plan.export)?.is_some_and(|export| export.state.is_live()) {
        return Ok((csv, None));
    }
    let next = match &plan.kind {
        Kind::Receipts => receipts::slice(tx, plan.period, after, &mut csv)?,
        Kind::Reporting(selection) => reporting::slice(tx, selection, plan.period.1, after, &mut csv)?,
    };
    Ok((csv, next))
}

/// Records a piece, unless the job is no longer claimed or its export has finished.
pub fn finish_piece(tx: &mut Tx<'_>, job: &Job, piece: &Progress) -> Result<()> {
    let (hash, filesize) = &piece.file;
    let Some(before) = claimed(tx, job)? else {
        return attachments::unneeded(&mut tx.within(&job.workspace), std::slice::from_ref(hash));
    };
    let tx = &mut tx.within(&job.workspace);
    let mut after = Export {
        rows_written: before.rows_written + piece.rows,
        bytes_written: i64::try_from(piece.content.length).unwrap_or(i64::MAX),
        checksum: piece.content.checksum.into(),
        ..before.clone()
    };
    if let Some(position) = piece.after {
        (after.after_at, after.after_id) = (position.at, position.id);
    } else {
        let is_empty = after.rows_written == 0 && after.kind == ExportKind::MessageData;
        let state = if is_empty { ExportState::NoData } else { ExportState::Completed };
        after = over(&after, state, tx.now());
    }
    if after.state == ExportState::NoData {
        attachments::unneeded(tx, std::slice::from_ref(hash))?;
    } else {
        let file = New::Stored {
            name: format!("export-{}", after.id),
            content_type: "application/octet-stream".to_owned(),
            filesize: *filesize,
            size: None,
            hash: hash.clone(),
        };
        let mut pieces = files(&before);
        pieces.extend(attachments::insert(tx, std::slice::from_ref(&file))?);
        after.files = attachments::listed(&pieces).unwrap_or(before.files.clone());
    }
    Ok(store::update(tx, &before, &after)?)
}

/// Whether a job has nothing left to do.
pub fn is_over(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let id = Payload::of(job)?.export;
    let export = store::get(&mut tx.within(&job.workspace), id)?;
    Ok(!export.is_some_and(|export| export.state.is_live()))
}

/// Records that an export has failed.
pub fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    let tx = &mut tx.within(&job.workspace);
    let Some(before) = store::lock(tx, Payload::of(job)?.export)? else { return Ok(()) };
    if !before.state.is_live() {
        return Ok(());
    }
    attachments::remove(tx, &files(&before))?;
    let failed = over(&before, ExportState::Failed, tx.now());
    let after = Export { files: "[]".to_owned(), ..failed };
    Ok(store::update(tx, &before, &after)?)
}

/// The export of a job, locked; `None` if the job is no longer claimed or the export has finished.
fn claimed(tx: &mut Tx<'_>, job: &Job) -> Result<Option<Export>> {
    let tx = &mut tx.within(&job.workspace);
    if !job_rows::lock_if_claimed(tx, job)? {
        return Ok(None);
    }
    Ok(store::lock(tx, Payload::of(job)?.export)?.filter(|export| export.state.is_live()))
}
