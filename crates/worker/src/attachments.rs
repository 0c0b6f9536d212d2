//! The files of attachments: fetched from where their senders have them, and removed when nobody refers to them.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use deskwire_domain::attachments::{self, Content, Fetch, LARGEST};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::AttachmentId;
use deskwire_domain::jobs::{Job, Work as _};
use deskwire_store::{Files, Tx, Unfinished};
use http::header::CONTENT_TYPE;

use crate::kinds::Outside;
use crate::outbound::{Failure, Receiver};

/// How long the sender's server may take in all.
const LIMIT: Duration = Duration::from_secs(60);
/// Bytes written to the disk at a time.
const PIECE: usize = 256 << 10;

/// Fetches a file and notes it. What cannot be had is tried again later; what may not be had is not.
pub(crate) async fn fetch(outside: &Outside, job: &Job) -> Result<()> {
    let fetch = Fetch::of(job)?;
    let mut file = Incoming::begin(&outside.files).await?;
    let fetched = outside.outbound.fetch(&fetch.url, LARGEST, LIMIT, &mut file).await;
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

/// A file on its way to the disk. However its fetch ends, nothing of it stays unless it is finished.
struct Incoming {
    file: Option<Unfinished>,
    piece: BytesMut,
}

impl Incoming {
    async fn begin(files: &Files) -> Result<Self> {
        let files = files.clone();
        let begun = tokio::task::spawn_blocking(move || files.begin()).await.map_err(Error::internal)?;
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

/// Notes that a file was asked for often enough.
pub(crate) fn fetch_failed(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    attachments::failed(&mut tx.within(&job.workspace), Fetch::of(job)?.id)
}

/// Removes a file that nobody refers to.
pub(crate) async fn remove(outside: &Outside, job: &Job) -> Result<()> {
    let job = job.clone();
    let Some(hash) = outside.db.read(move |tx| attachments::to_remove(tx, &job)).await? else { return Ok(()) };
    let files = outside.files.clone();
    let removed = tokio::task::spawn_blocking(move || files.remove(&hash)).await.map_err(Error::internal)?;
    let young = || Error::internal("somebody has just stored the same file");
    if removed.map_err(Error::internal)? { Ok(()) } else { Err(young()) }
}

impl Receiver for Incoming {
    async fn receive(&mut self, piece: Bytes) -> io::Result<()> {
        self.piece.extend_from_slice(&piece);
        if self.piece.len() >= PIECE { self.write().await } else { Ok(()) }
    }
}

/// A file this old is either referred to or was never committed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Removes what was never finished, and of those that begin with these two hexadecimal digits the files that nobody refers
/// to: a process died between storing one and committing its row.
pub(crate) async fn sweep(outside: &Outside, digits: u8) -> Result<usize> {
    let files = outside.files.clone();
    let look = move || Ok::<_, io::Error>((files.remove_unfinished(ABANDONED)?, files.older(digits, ABANDONED)?));
    let found = tokio::task::spawn_blocking(look).await.map_err(Error::internal)?;
    let (unfinished, old) = found.map_err(Error::internal)?;
    let orphans = outside.db.read(move |tx| attachments::orphans(tx, &old)).await?;
    let (files, count) = (outside.files.clone(), orphans.len());
    let remove = move || orphans.iter().try_for_each(|hash| files.remove(hash).map(|_| ()));
    tokio::task::spawn_blocking(remove).await.map_err(Error::internal)?.map_err(Error::internal)?;
    Ok(unfinished + count)
}
