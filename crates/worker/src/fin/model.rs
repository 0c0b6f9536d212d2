//! Answers of a language model, streamed to the followers of a session while the model writes them.

use std::io;
use std::time::{Duration, Instant};

use bytes::Bytes;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::fin::model::{self, Completion, Model};
use deskwire_domain::fin::{Answer, Turn};
use deskwire_domain::jobs::Job;
use deskwire_store::Db;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::kinds::Outside;
use crate::outbound::Receiver;

/// How often followers get the text written so far.
const PACE: Duration = Duration::from_millis(200);
/// The maximum size of a response, in bytes.
const MAX_LENGTH: usize = 1 << 20;

/// A response being read.
struct Reading<'a> {
    db: &'a Db,
    job: &'a Job,
    stream_id: &'a str,
    completion: Completion,
    /// What was last sent to followers, when, and how often.
    sent: String,
    sent_at: Instant,
    chunks: i64,
}

impl Receiver for Reading<'_> {
    async fn receive(&mut self, piece: Bytes) -> io::Result<()> {
        self.completion.read(&piece);
        let Some(text) = self.completion.visible_text().filter(|text| *text != self.sent) else { return Ok(()) };
        if self.chunks > 0 && self.sent_at.elapsed() < PACE {
            return Ok(());
        }
        let (job, stream_id, index) = (self.job.clone(), self.stream_id.to_owned(), self.chunks);
        self.sent.clone_from(&text);
        let sent = self.db.write(move |tx| model::chunk(tx, &job, &stream_id, index, &text)).await;
        (self.sent_at, self.chunks) = (Instant::now(), self.chunks + 1);
        match sent {
            Ok(true) => Ok(()),
            // A newer message arrived: this answer is obsolete.
            Ok(false) => Err(io::Error::other("the turn is over")),
            Err(error) => Err(io::Error::other(error.to_string())),
        }
    }
}

/// Lets the model answer a turn; `None` if it may not or cannot.
pub(super) async fn answer(
    outside: &Outside,
    db: &Db,
    job: &Job,
    turn: &Turn,
    model: &Model,
) -> Result<Option<Answer>> {
    let request = model.request(turn);
    let (reserving, endpoint, length) = (job.clone(), model.clone(), request.clone());
    let reserved = db.write(move |tx| model::reserve(tx, &reserving, &endpoint, &length)).await?;
    let Some(reserved) = reserved else {
        tracing::warn!(workspace = job.workspace, "the tokens of the day are used up: Fin answers without the model");
        return Ok(None);
    };
    let stream_id = model::stream_id()?;
    let mut reading = Reading {
        db,
        job,
        stream_id: &stream_id,
        completion: Completion::default(),
        sent: String::new(),
        sent_at: Instant::now(),
        chunks: 0,
    };
    let (url, limit) = (model.url(), Duration::from_secs(model.timeout_seconds()));
    let sent = outside.outbound.post_into(&url, headers(model)?, request.into(), MAX_LENGTH, limit, &mut reading);
    let failed = match sent.await {
        Ok(status) if status.is_success() => None,
        Ok(status) => Some(format!("it answered {}", status.as_u16())),
        Err(failure) => Some(failure.to_string()),
    };
    let Reading { completion, chunks, .. } = reading;
    if let Some(used) = completion.used {
        let settling = job.clone();
        db.write(move |tx| model::record_usage(tx, &settling, reserved, used)).await?;
    }
    if let Some(why) = failed {
        tracing::warn!(workspace = job.workspace, why, "the model did not answer: Fin answers without it");
        return Ok(None);
    }
    Ok(completion.answer(turn, (chunks > 0).then_some(stream_id)))
}

fn headers(model: &Model) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(authorization) = model.authorization() {
        let mut value =
            HeaderValue::from_str(&authorization).map_err(|_| Error::internal("the key is not a header"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}
