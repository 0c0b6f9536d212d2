//! A call as the API represents it.

use deskwire_domain::calls::{self, Call, CallDirection, Entry, Full};
use deskwire_domain::ids::{AdminId, CallId, ContactId, ConversationId};
use serde::Serialize;

/// A call.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: CallId,
    conversation_id: ConversationId,
    admin_id: Option<AdminId>,
    contact_id: Option<ContactId>,
    state: &'static str,
    initiated_at: i64,
    answered_at: Option<i64>,
    ended_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    recording_url: Option<String>,
    transcription_url: Option<String>,
    call_type: &'static str,
    direction: CallDirection,
    ended_reason: Option<&'a str>,
    phone: Option<&'a str>,
    fin_recording_url: Option<String>,
    fin_transcription_url: Option<String>,
    duration: Option<i64>,
    talk_time: Option<i64>,
    queue_time: Option<i64>,
    hold_time: Option<i64>,
}

impl<'a> View<'a> {
    /// The view of a call, with URLs below this one.
    pub(crate) fn new(Full { call, fin }: &'a Full, origin: &str) -> Self {
        let recording = |call: &Call| call.recording_id.map(|_| format!("{origin}/calls/{}/recording", call.id));
        let transcript = |call: &Call| call.has_transcript.then(|| format!("{origin}/calls/{}/transcript", call.id));
        Self {
            r#type: "call",
            id: call.id,
            conversation_id: call.conversation_id,
            admin_id: call.admin_id,
            contact_id: call.contact_id,
            state: calls::state(call),
            initiated_at: call.initiated_at,
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            created_at: call.created_at,
            updated_at: call.updated_at,
            recording_url: recording(call),
            transcription_url: transcript(call),
            call_type: "phone",
            direction: call.direction,
            ended_reason: call.ended_reason.as_deref(),
            phone: call.phone.as_deref(),
            fin_recording_url: fin.as_ref().and_then(recording),
            fin_transcription_url: fin.as_ref().and_then(transcript),
            duration: calls::duration(call),
            talk_time: calls::talk_time(call),
            queue_time: call.queue_time,
            hold_time: call.hold_time,
        }
    }
}

/// A call with its transcript.
#[derive(Serialize)]
pub(super) struct WithTranscript<'a> {
    #[serde(flatten)]
    call: View<'a>,
    transcript: Vec<TranscriptEntry<'a>>,
    transcript_status: Option<&'static str>,
}

impl<'a> WithTranscript<'a> {
    pub(super) fn new(call: View<'a>, entries: &'a [Entry]) -> Self {
        let transcript_status = (!entries.is_empty()).then_some("completed");
        Self { call, transcript: transcript(entries), transcript_status }
    }
}

/// An utterance of a speaker.
#[derive(Serialize)]
pub(crate) struct TranscriptEntry<'a> {
    timestamp: String,
    speaker: &'static str,
    text: &'a str,
}

impl<'a> From<&'a Entry> for TranscriptEntry<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self { timestamp: entry.timestamp(), speaker: entry.by.name(), text: &entry.text }
    }
}

/// The entries of a transcript.
pub(crate) fn transcript(entries: &[Entry]) -> Vec<TranscriptEntry<'_>> {
    entries.iter().map(TranscriptEntry::from).collect()
}
