//! A registered call as the API represents it.

use deskwire_domain::calls::{self, Call, Entry};
use deskwire_domain::ids::{CallId, ConversationId, Id};
use deskwire_domain::workspaces;
use serde::Serialize;
use serde_json::Value;

use super::super::calls::view::{TranscriptEntry, transcript};

/// The maximum length of a summary, in characters.
const MAX_SUMMARY: usize = 256;

/// A registered call.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: Option<i64>,
    app_id: i64,
    user_phone_number: &'a str,
    status: &'static str,
    intercom_call_id: CallId,
    external_call_id: &'a str,
    intercom_conversation_id: ConversationId,
    call_transcript: Vec<TranscriptEntry<'a>>,
    call_summary: String,
    intent: Value,
}

impl<'a> View<'a> {
    pub(super) fn new(call: &'a Call, entries: &'a [Entry], workspace: &str) -> Self {
        Self {
            id: call.fin_voice_id.map(Id::number),
            app_id: workspaces::number(workspace),
            user_phone_number: call.phone.as_deref().unwrap_or_default(),
            status: calls::status(call),
            intercom_call_id: call.id,
            external_call_id: &call.external_id,
            intercom_conversation_id: call.conversation_id,
            call_transcript: transcript(entries),
            call_summary: call.summary.as_deref().unwrap_or_default().chars().take(MAX_SUMMARY).collect(),
            intent: serde_json::from_str(&call.intent).unwrap_or_default(),
        }
    }
}
