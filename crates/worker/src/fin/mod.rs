//! Fin: answering messages, and sending its events.

mod model;

use std::time::Duration;

use bytes::Bytes;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::fin;
use deskwire_domain::jobs::Job;
use deskwire_store::fair::Key;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::kinds::Outside;

/// The header that proves that this server sent an event.
const SIGNATURE: HeaderName = HeaderName::from_static("x-fin-agent-api-webhook-signature");
/// How long the webhook may take to respond.
const LIMIT: Duration = Duration::from_secs(5);

/// Answers a message, unless it is answered already.
pub(crate) async fn answer(outside: &Outside, job: &Job) -> Result<()> {
    let db = outside.db.with_key(Key::workspace(&job.workspace));
    let loading = job.clone();
    let Some(turn) = db.search(move |tx| fin::load(tx, &loading)).await? else { return Ok(()) };
    let mut answer = fin::embedded(&turn);
    if let Some(endpoint) = fin::model_for(&turn, &answer)
        && let Some(better) = model::answer(outside, &db, job, &turn, endpoint).await?
    {
        answer = better;
    }
    let job = job.clone();
    db.write(move |tx| fin::finish(tx, &job, &answer)).await
}

/// Sends an event. After a crash or a failure it is sent again, so a client may receive it more than once.
pub(crate) async fn send(outside: &Outside, job: &Job) -> Result<()> {
    let (db, loading) = (outside.db.with_key(Key::workspace(&job.workspace)), job.clone());
    let pending = db.read(move |tx| fin::pending(&mut tx.within(&loading.workspace), &loading)).await?;
    let Some(delivery) = pending else { return Ok(()) };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(SIGNATURE, HeaderValue::from_str(&delivery.signature).map_err(Error::internal)?);
    match outside.outbound.post(&delivery.url, headers, Bytes::from(delivery.body), LIMIT).await {
        Ok(answer) if answer.status.is_success() => Ok(()),
        Ok(answer) => Err(Error::internal(format!("{} answered {}", delivery.url, answer.status.as_u16()))),
        Err(failure) => Err(Error::internal(format!("{}: {failure}", delivery.url))),
    }
}
