//! Transcripts of calls.

use super::record::record;
use crate::ids::CallId;
use crate::{Result, WorkspaceTx, params};

record! {
    /// The transcript of a call.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CallTranscript in "call_transcripts", key (call_id: CallId) {
        call_id: CallId,
        /// A JSON array.
        entries: String,
    }
    pub fn get, get_many;
}

/// Replaces the transcript of a call.
pub fn put(tx: &mut WorkspaceTx, call: CallId, entries: &str) -> Result<()> {
    let sql = "INSERT INTO call_transcripts (workspace_id, call_id, entries) VALUES ($1, $2, $3) \
               ON CONFLICT (workspace_id, call_id) DO UPDATE SET entries = excluded.entries";
    tx.send(sql, params![call, entries])
}
