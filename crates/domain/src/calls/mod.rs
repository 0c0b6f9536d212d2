//! Phone calls. A workspace file declares them, and a telephony provider registers the calls that Fin answers. Each
//! belongs to a conversation and is deleted with it.

mod declare;
mod fin_voice;
mod start;
mod transcript;

pub use declare::{Declared, Recording, declare, declared};
pub use fin_voice::{New, Registered, of_conversation, register, registered, status};
pub use transcript::{Entry, Speaker, text as transcript_text};

pub use deskwire_store::calls::{Call, CallDirection, CallResolution, CallSource};

use std::collections::HashMap;

use deskwire_store::counters::{self, Counter};
use deskwire_store::{attachments as files, call_transcripts, calls as store};

use crate::Cx;
use crate::attachments;
use crate::error::{ErrorKind, Result};
use crate::ids::{CallId, ConversationId};

/// The maximum number of conversations in a search of calls.
pub const MAX_SEARCHED: usize = 20;
/// The maximum number of calls per conversation.
const MAX_OF_CONVERSATION: usize = 10;

/// A call, and the call that Fin answered before.
#[derive(Debug, Clone)]
pub struct Full {
    /// The row.
    pub call: Call,
    /// The row of Fin's call.
    pub fin: Option<Call>,
}

/// A page of calls, newest first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    let calls = store::page(cx, limit, offset)?;
    Ok((full(cx, calls)?, counters::value(cx, Counter::Calls)?))
}

/// One call.
pub fn find(cx: &mut Cx, id: CallId) -> Result<Full> {
    let call = row(cx, id)?;
    full(cx, vec![call])?.pop().ok_or_else(|| ErrorKind::CallNotFound.into())
}

/// The calls of these conversations, newest first, with their transcripts. Unknown conversations are ignored.
pub fn search(cx: &mut Cx, conversations: &[ConversationId]) -> Result<Vec<(Full, Vec<Entry>)>> {
    let calls = store::of_conversations(cx, conversations)?;
    let mut transcripts = transcripts(cx, &calls)?;
    let calls = full(cx, calls)?.into_iter();
    let said = |full: Full| {
        let entries = transcripts.remove(&full.call.id).unwrap_or_default();
        (full, entries)
    };
    Ok(calls.map(said).collect())
}

/// A call with its transcript. Fails if it has none.
pub fn transcript(cx: &mut Cx, id: CallId) -> Result<(Call, Vec<Entry>)> {
    let call = row(cx, id)?;
    let entries = transcripts(cx, std::slice::from_ref(&call))?.remove(&id);
    Ok((call, entries.ok_or(ErrorKind::CallNotFound)?))
}

/// The path and query of the signed URL of a call's recording.
pub fn recording(cx: &mut Cx, id: CallId) -> Result<String> {
    let recording = row(cx, id)?.recording_id.ok_or(ErrorKind::RecordingNotFound)?;
    let file = files::get(cx, recording)?.ok_or(ErrorKind::RecordingNotFound)?;
    let key = files::key(cx)?.ok_or(ErrorKind::RecordingNotFound)?;
    Ok(attachments::path(&key, cx.workspace(), &file, cx.now()))
}

/// Removes the calls of a deleted conversation.
pub(crate) fn remove_of(cx: &mut Cx, conversation: ConversationId) -> Result<()> {
    let (count, recordings) = store::delete_of_conversation(cx, conversation)?;
    attachments::remove(cx, &recordings)?;
    Ok(counters::decrease_by(cx, Counter::Calls, count)?)
}

/// The state of a call.
pub fn state(call: &Call) -> &'static str {
    match (call.answered_at, call.ended_at) {
        (_, Some(_)) => "completed",
        (Some(_), None) => "in-progress",
        (None, None) => "initiated",
    }
}

/// The duration of a call for the contact, in seconds: from its start if it is inbound, else from the answer.
pub fn duration(call: &Call) -> Option<i64> {
    let from = match call.direction {
        CallDirection::Inbound => Some(call.initiated_at),
        CallDirection::Outbound => call.answered_at,
    };
    Some(call.ended_at? - from?)
}

/// The talk time in seconds: as the provider reported it, else the time since the answer without the time on hold.
pub fn talk_time(call: &Call) -> Option<i64> {
    let connected = || Some((call.ended_at? - call.answered_at? - call.hold_time.unwrap_or(0)).max(0));
    call.talk_time.or_else(connected)
}

fn row(cx: &mut Cx, id: CallId) -> Result<Call> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::CallNotFound.into())
}

/// Adds Fin's calls.
fn full(cx: &mut Cx, calls: Vec<Call>) -> Result<Vec<Full>> {
    let mut ids: Vec<CallId> = calls.iter().filter_map(|call| call.fin_call_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let fins = store::get_many(cx, &ids)?;
    let fin = |call: &Call| fins.iter().find(|fin| Some(fin.id) == call.fin_call_id).cloned();
    Ok(calls.into_iter().map(|call| Full { fin: fin(&call), call }).collect())
}

/// The transcripts of those calls that have one.
fn transcripts(cx: &mut Cx, calls: &[Call]) -> Result<HashMap<CallId, Vec<Entry>>> {
    let ids: Vec<CallId> = calls.iter().filter(|call| call.has_transcript).map(|call| call.id).collect();
    let rows = call_transcripts::get_many(cx, &ids)?;
    rows.into_iter().map(|row| Ok((row.call_id, transcript::read(&row.entries)?))).collect()
}
