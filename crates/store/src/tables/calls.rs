//! Phone calls.

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, select};
use super::{padded, places};
use crate::ids::{AdminId, AttachmentId, CallId, ContactId, ConversationId, FinVoiceCallId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The direction of a call.
    pub enum CallDirection {
        /// A contact called the workspace.
        Inbound = "inbound",
        /// The workspace called a contact.
        Outbound = "outbound",
    }
}

column_enum! {
    /// The provider of a call that was registered for Fin Voice.
    #[derive(Default)]
    pub enum CallSource {
        #[default]
        AwsConnect = "aws_connect",
        Five9 = "five9",
        ZoomPhone = "zoom_phone",
    }
}

column_enum! {
    /// The resolution of a call that Fin answered.
    pub enum CallResolution {
        Confirmed = "confirmed_resolution",
        Assumed = "assumed_resolution",
        Escalated = "escalated",
        Negative = "negative_feedback",
        Handoff = "procedure_handoff",
    }
}

record! {
    /// A call's row. Times are unix seconds, durations seconds.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Call in "calls", key (id: CallId) {
        id: CallId,
        external_id: String,
        fin_voice_id: Option<FinVoiceCallId>,
        source: Option<CallSource>,
        conversation_id: ConversationId,
        fin_call_id: Option<CallId>,
        contact_id: Option<ContactId>,
        admin_id: Option<AdminId>,
        direction: CallDirection,
        /// In E.164.
        phone: Option<String>,
        initiated_at: i64,
        answered_at: Option<i64>,
        ended_at: Option<i64>,
        ended_reason: Option<String>,
        resolution: Option<CallResolution>,
        queue_time: Option<i64>,
        hold_time: Option<i64>,
        talk_time: Option<i64>,
        summary: Option<String>,
        /// A JSON array of objects.
        intent: String,
        has_transcript: bool,
        recording_id: Option<AttachmentId>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, lock, insert_new, update;
}

/// A page of calls, newest first.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<Vec<Call>> {
    tx.query_all(select!(Call, " ORDER BY id DESC LIMIT $2 OFFSET $3"), params![limit, offset], Call::from_row)
}

/// The calls of these conversations, newest first.
pub fn of_conversations(tx: &mut WorkspaceTx, conversations: &[ConversationId]) -> Result<Vec<Call>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(conversations);
    let which = format!(" AND conversation_id IN ({}) ORDER BY id DESC", places(2, values.len()));
    tx.query_all(&Call::select(&which), &values, Call::from_row)
}

/// The call with this id at its provider.
pub fn by_external_id(tx: &mut WorkspaceTx, external_id: &str) -> Result<Option<Call>> {
    tx.query_opt(select!(Call, " AND external_id = $2"), params![external_id], Call::from_row)
}

/// The call that was registered for Fin Voice with this id.
pub fn by_fin_voice_id(tx: &mut WorkspaceTx, id: FinVoiceCallId) -> Result<Option<Call>> {
    let sql = select!(Call, " AND fin_voice_id = $2 AND fin_voice_id IS NOT NULL");
    tx.query_opt(sql, params![id], Call::from_row)
}

/// The last call of this phone number that was registered for Fin Voice.
pub fn last_registered(tx: &mut WorkspaceTx, phone: &str) -> Result<Option<Call>> {
    let sql =
        select!(Call, " AND phone = $2 AND fin_voice_id IS NOT NULL ORDER BY phone DESC, fin_voice_id DESC LIMIT 1");
    tx.query_opt(sql, params![phone], Call::from_row)
}

/// How many calls a contact has.
pub fn count_of_contact(tx: &mut WorkspaceTx, contact: ContactId) -> Result<i64> {
    let sql = "SELECT count(*) FROM calls WHERE workspace_id = $1 AND contact_id = $2 AND contact_id IS NOT NULL";
    tx.query_one(sql, params![contact], |row| row.get(0))
}

/// Removes the calls of a conversation, with their transcripts. Returns how many there were, and their recordings.
pub fn delete_of_conversation(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<(i64, Vec<AttachmentId>)> {
    let calls = of_conversations(tx, &[conversation])?;
    for call in &calls {
        tx.send("DELETE FROM call_transcripts WHERE workspace_id = $1 AND call_id = $2", params![call.id])?;
    }
    let sql = "DELETE FROM calls WHERE workspace_id = $1 AND conversation_id = $2";
    let count = tx.execute(sql, params![conversation])?;
    Ok((count.cast_signed(), calls.iter().filter_map(|call| call.recording_id).collect()))
}
