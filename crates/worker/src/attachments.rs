//! The files of attachments: fetched from where their senders have them, and removed when nobody refers to them.

use std::time::Duration;

use deskwire_domain::attachments::{self, Content, Fetch, LARGEST};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::jobs::Job;
use deskwire_store::Tx;
use http::header::CONTENT_TYPE;

use crate::kinds::Outside;
use crate::outbound::Failure;

/// How long the sender's server may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Fetches a file and notes it. What cannot be had is tried again later; what may not be had is not.
pub(crate) async fn fetch(outside: &Outside, job: &Job) -> Result<()> {
    let asked = read(job)?;
    let answer = match outside.outbound.get(&asked.url, LARGEST, LIMIT).await {
        Ok(answer) if answer.status.is_success() => answer,
        Ok(answer) if answer.status.is_client_error() => return fail(outside, job, asked.id).await,
        Ok(answer) => return Err(Error::internal(format!("{} answered {}", asked.url, answer.status.as_u16()))),
        Err(Failure::Refused(_) | Failure::TooLarge(_)) => return fail(outside, job, asked.id).await,
        Err(failure) => return Err(Error::internal(format!("{}: {failure}", asked.url))),
    };
    let files = outside.files.clone();
    let stored = tokio::task::spawn_blocking(move || {
        let said = answer.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        Content::store(&files, &answer.body, said)
    });
    let content = stored.await.map_err(Error::internal)??;
    let workspace = job.workspace.clone();
    outside.db.write(move |tx| attachments::fetched(tx, &workspace, asked.id, &content)).await
}

async fn fail(outside: &Outside, job: &Job, id: i64) -> Result<()> {
    let workspace = job.workspace.clone();
    outside.db.write(move |tx| attachments::failed(tx, &workspace, id)).await
}

/// Notes that a file was asked for often enough.
pub(crate) fn fetch_failed(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    attachments::failed(tx, &job.workspace, read(job)?.id)
}

/// Removes a file that nobody refers to.
pub(crate) async fn remove(outside: &Outside, job: &Job) -> Result<()> {
    let payload = job.payload.clone();
    let Some(hash) = outside.db.read(move |tx| attachments::to_remove(tx, &payload)).await? else { return Ok(()) };
    let files = outside.files.clone();
    let removed = tokio::task::spawn_blocking(move || files.remove(&hash)).await.map_err(Error::internal)?;
    let young = || Error::internal("somebody has just stored the same file");
    if removed.map_err(Error::internal)? { Ok(()) } else { Err(young()) }
}

fn read(job: &Job) -> Result<Fetch> {
    serde_json::from_str(&job.payload).map_err(Error::internal)
}
