//! Idempotent writes: a write that a browser retries, because it got no response, runs once and gets the same response.

use deskwire_store::{Tx, inbox_answers as store};
use serde::{Deserialize, Serialize};

use crate::Cx;
use crate::conversations::Conversation;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ConversationId;
use crate::jobs::{self, Job, JobKind, Work};

/// How long a response is kept, in seconds.
pub const RETENTION: i64 = 86_400;
/// The maximum length of a key, in characters.
pub const MAX_KEY_LENGTH: usize = 64;

/// The idempotency key of a write, and a hash of its request.
#[derive(Debug, Clone)]
pub struct Key {
    text: String,
    request: String,
}

impl Key {
    /// The key of a request. `request` is a hash of everything that distinguishes it from others.
    pub fn new(text: &str, request: String) -> Result<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if text.is_empty() || text.len() > MAX_KEY_LENGTH || !text.bytes().all(fits) {
            let message = format!("Idempotency-Key has 1 to {MAX_KEY_LENGTH} letters, digits, '-' and '_'");
            return Err(Error::invalid(message).field("Idempotency-Key"));
        }
        Ok(Self { text: text.to_owned(), request })
    }
}

/// Runs a write once per key, in its transaction. Later calls return the JSON response of the first one.
pub fn once(cx: &mut Cx, key: &Key, write: impl FnOnce(&mut Cx) -> Result<String>) -> Result<String> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    cx.guard("inbox_answer", &format!("{admin_id} {}", key.text))?;
    if let Some(known) = store::get(cx, admin_id, &key.text)?
        && known.created_at > cx.now() - RETENTION
    {
        return if known.request == key.request {
            Ok(known.answer)
        } else {
            Err(ErrorKind::IdempotencyKeyReused.into())
        };
    }
    let answer = write(cx)?;
    store::put(cx, admin_id, &key.text, &key.request, &answer)?;
    Ok(answer)
}

/// The payload of the job that deletes the responses about deleted conversations. They are not indexed by conversation,
/// because that would cost each write and serve deletions alone. So this reads all of them, once for all conversations
/// that are deleted together.
#[derive(Debug, Serialize, Deserialize)]
struct ForgetJob {
    conversation_ids: Vec<ConversationId>,
    /// No response is older than the oldest of the conversations.
    since: i64,
}

impl Work for ForgetJob {
    const KIND: JobKind = JobKind::ForgetAnswers;
}

/// Queues the deletion of the responses about conversations that are being deleted: they have their messages.
pub(crate) fn forget_later(cx: &mut Cx, gone: &[Conversation]) -> Result<()> {
    let Some(since) = gone.iter().map(|row| row.created_at).min() else { return Ok(()) };
    jobs::insert(cx, &ForgetJob { conversation_ids: gone.iter().map(|row| row.id).collect(), since })?;
    Ok(())
}

/// Deletes the responses about deleted conversations. A single step completes the job.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let ForgetJob { conversation_ids, since } = ForgetJob::of(job)?;
    store::forget(&mut tx.within(&job.workspace), &conversation_ids, since)?;
    Ok(true)
}
