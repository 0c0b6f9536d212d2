//! The files of attachments: fetched from their senders' servers, and removed once unreferenced.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use deskwire_domain::attachments::{self, Content, Fetch, MAX_BYTES};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::AttachmentId;
use deskwire_domain::jobs::{Job, Work as _};
use deskwire_store::loose_files::{REMOVAL_TIMEOUT, Taking};
use deskwire_store::{Db, Files, Key, Tx, Unfinished, background};
use http::header::CONTENT_TYPE;

use crate::kinds::Outside;
use crate::outbound::{Failure, Receiver};

/// How long a fetch may take in all.
const LIMIT: Duration = Duration::from_secs(60);
/// The maximum number of bytes written to the disk at a time.
const PIECE: usize = 256 << 10;

/// Fetches a file and records it. A file that is unavailable is tried again later; one that is not allowed is not.
pub(crate) async fn fetch(outside: &Outside, job: &Job) -> Result<()> {
    let fetch = Fetch::of(job)?;
    let mut file = Incoming::begin(&outside.files, &job.workspace).await?;
    let fetched = outside.outbound.fetch(&fetch.url, MAX_BYTES, LIMIT, &mut file).await;
    let headers = match fetched {
        Ok((status, headers)) if status.is_success() => headers,
        Ok((status, _)) if status.is_client_error() => return fail(outside, job, fetch.id).await,
        Ok((status, _)) => return Err(Error::internal(format!("{} answered {}", fetch.url, status.as_u16()))),
        Err(Failure::Refused(_) | Failure::TooLarge(_)) => return fail(outside, job, fetch.id).await,
        Err(failure) => return Err(Error::internal(format!("{}: {failure}", fetch.url))),
    };
    let content = file.finish(headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).map(str::to_owned)).await?;
    let workspace = job.workspace.clone();
    outside.db.write(move |tx| attachments::fetched(&mut tx.within(&workspace), fetch.id, &content)).await
}

/// A file being written to the disk. Unless it is finished, it is removed when dropped.
struct Incoming {
    file: Option<Unfinished>,
    piece: BytesMut,
}

impl Incoming {
    async fn begin(files: &Files, workspace: &str) -> Result<Self> {
        let (files, workspace) = (files.clone(), workspace.to_owned());
        let begun = tokio::task::spawn_blocking(move || files.begin(&workspace)).await.map_err(Error::internal)?;
        Ok(Self { file: Some(begun.map_err(Error::internal)?), piece: BytesMut::new() })
    }

    async fn write(&mut self) -> io::Result<()> {
        let mut file = self.file.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let piece = std::mem::take(&mut self.piece);
        let written = tokio::task::spawn_blocking(move || file.write(&piece).map(|()| file)).await;
        self.file = Some(written.map_err(io::Error::other)??);
        Ok(())
    }

    async fn finish(mut self, content_type: Option<String>) -> Result<Content> {
        self.write().await.map_err(Error::internal)?;
        let file = self.file.take().ok_or_else(|| Error::internal("the file is gone"))?;
        let finished = tokio::task::spawn_blocking(move || Content::finish(file, content_type.as_deref())).await;
        finished.map_err(Error::internal)?
    }
}

async fn fail(outside: &Outside, job: &Job, id: AttachmentId) -> Result<()> {
    let workspace = job.workspace.clone();
    outside.db.write(move |tx| attachments::failed(&mut tx.within(&workspace), id)).await
}

/// Records that a file was attempted often enough.
pub(crate) fn fetch_failed(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    attachments::failed(&mut tx.within(&job.workspace), Fetch::of(job)?.id)
}

impl Receiver for Incoming {
    async fn receive(&mut self, piece: Bytes) -> io::Result<()> {
        self.piece.extend_from_slice(&piece);
        if self.piece.len() >= PIECE { self.write().await } else { Ok(()) }
    }
}

/// Removes an unreferenced file.
pub(crate) async fn remove(outside: &Outside, job: &Job) -> Result<()> {
    let (db, files, job) = (outside.db.clone(), outside.files.clone(), job.clone());
    background::run(move || {
        let began = Instant::now();
        let (file, taking) = db.write_sync(move |tx| attachments::take_of(tx, &job))?;
        let removed = match taking {
            Taking::Kept => true,
            Taking::Taken => finish_removal(&db, &files, &file, began)?,
            Taking::Later => false,
        };
        let of = [file.hash.clone()];
        let is_used = db.read_sync(move |tx| attachments::orphans(tx, &of))?.is_empty();
        let removed = removed && (is_used || files.delete_shared(&file.hash).map_err(Error::internal)?);
        if removed { Ok(()) } else { Err(Error::internal("another process has just stored or claimed the same file")) }
    })
    .await
}

/// Removes a taken file; false if another process may have taken it since.
fn finish_removal(db: &Db, files: &Files, file: &Key, taken: Instant) -> Result<bool> {
    if taken.elapsed().as_secs() >= REMOVAL_TIMEOUT.unsigned_abs() / 5 {
        return Ok(false);
    }
    files.delete(&file.workspace, &file.hash).map_err(Error::internal)?;
    let of = file.clone();
    db.write_sync(move |tx| attachments::removed(tx, &of))?;
    Ok(true)
}

/// The age at which an unfinished file is abandoned.
const ABANDONED: Duration = Duration::from_secs(3600);
/// The maximum number of rounds of one sweep; the rest waits for the next sweep.
const ROUNDS: usize = 50;

/// Removes abandoned files of this machine.
pub(crate) async fn remove_unfinished(outside: &Outside) -> Result<usize> {
    let files = outside.files.clone();
    background::run(move || files.remove_unfinished(ABANDONED).map_err(Error::internal)).await
}

/// Marks unreferenced files whose names begin with these two hexadecimal digits: a process died between storing the
/// file and committing its row. Removes those that were marked long enough ago.
pub(crate) async fn sweep(outside: &Outside, digits: u8) -> Result<usize> {
    let (db, files) = (outside.db.clone(), outside.files.clone());
    background::run(move || {
        let shared = sweep_shared(&db, &files, digits)?;
        let mut failed = None;
        let listed = files.list(digits, &mut |found| {
            note(&db, found).map_err(|error| {
                let why = io::Error::other(error.to_string());
                failed = Some(error);
                why
            })
        });
        failed.map_or(Ok(()), Err)?;
        listed.map_err(Error::internal)?;
        Ok(shared + remove_unclaimed(&db, &files)?)
    })
    .await
}

/// Marks the unreferenced ones of these files.
fn note(db: &Db, found: Vec<Key>) -> Result<()> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Key { workspace, hash } in found {
        all.entry(workspace).or_default().push(hash);
    }
    for (workspace, hashes) in all {
        let of = workspace.clone();
        let unmarked = db.read_sync(move |tx| attachments::unmarked(tx, &of, &hashes))?;
        if !unmarked.is_empty() {
            db.write_sync(move |tx| attachments::mark(tx, &workspace, &unmarked))?;
        }
    }
    Ok(())
}

/// Removes files that have had no row for long.
fn remove_unclaimed(db: &Db, files: &Files) -> Result<usize> {
    let mut removed = 0;
    for _ in 0..ROUNDS {
        let due = db.write_sync(attachments::unclaimed)?;
        let mut went_on = false;
        for file in due {
            let (began, of) = (Instant::now(), file.clone());
            let taking = db.write_sync(move |tx| attachments::take_unclaimed(tx, &of))?;
            went_on |= taking != Taking::Later;
            if taking == Taking::Taken && finish_removal(db, files, &file, began)? {
                removed += 1;
            }
        }
        if !went_on {
            break;
        }
    }
    Ok(removed)
}

/// Removes shared files that no workspace references any more.
fn sweep_shared(db: &Db, files: &Files, digits: u8) -> Result<usize> {
    let old = files.list_shared(digits, ABANDONED).map_err(Error::internal)?;
    let orphans = db.read_sync(move |tx| attachments::orphans(tx, &old))?;
    let mut removed = 0;
    for hash in orphans {
        removed += usize::from(files.delete_shared(&hash).map_err(Error::internal)?);
    }
    Ok(removed)
}
