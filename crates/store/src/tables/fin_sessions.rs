//! Sessions of Fin.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{ConversationId, FinProcedureId, FinSessionId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The mode of a session.
    #[derive(Default)]
    pub enum FinMode {
        /// Answer until the question is resolved.
        #[default]
        Conversation = "conversation",
        /// Answer one question.
        Ask = "ask",
        /// Run a procedure.
        Procedure = "procedure",
    }
}

column_enum! {
    /// The status of a session.
    #[derive(Default)]
    pub enum FinStatus {
        #[default]
        Thinking = "thinking",
        Replying = "replying",
        AwaitingUserReply = "awaiting_user_reply",
        Escalated = "escalated",
        Resolved = "resolved",
        Complete = "complete",
    }
}

record! {
    /// A session's row.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct FinSession in "fin_sessions", key (id: FinSessionId) {
        id: FinSessionId,
        external_id: String,
        conversation_id: ConversationId,
        /// The conversation that `/fin/escalate` opened for the team.
        team_conversation_id: Option<ConversationId>,
        /// The external id of the user.
        user_id: String,
        mode: FinMode,
        status: FinStatus,
        replying: bool,
        email: bool,
        follow_up_questions: bool,
        turn: i64,
        position: i64,
        turn_position: i64,
        recent: String,
        rating_requested_at: Option<i64>,
        rating: Option<String>,
        rating_remark: Option<String>,
        procedure_id: Option<FinProcedureId>,
        step: i64,
        variables: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, lock, insert, update;
}

impl FinSession {
    /// The conversation that messages of the session go to: after a handover to a team's conversation, that one.
    pub fn active_conversation(&self) -> ConversationId {
        self.team_conversation_id.unwrap_or(self.conversation_id)
    }
}

/// The session with this external id.
pub fn by_external_id(tx: &mut WorkspaceTx, external_id: &str) -> Result<Option<FinSession>> {
    let sql = select!(FinSession, " AND external_id = $2");
    tx.query_opt(sql, params![external_id], FinSession::from_row)
}

/// Removes the sessions of a conversation with their events. Sessions that were handed over to it return to their first
/// conversation.
pub fn delete_of(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<()> {
    let sessions = "SELECT id FROM fin_sessions WHERE workspace_id = $1 AND conversation_id = $2";
    let sql = format!("DELETE FROM fin_events WHERE workspace_id = $1 AND session_id IN ({sessions})");
    tx.send(&sql, params![conversation])?;
    tx.send("DELETE FROM fin_sessions WHERE workspace_id = $1 AND conversation_id = $2", params![conversation])?;
    let left =
        "UPDATE fin_sessions SET team_conversation_id = NULL WHERE workspace_id = $1 AND team_conversation_id = $2";
    tx.send(left, params![conversation])
}
