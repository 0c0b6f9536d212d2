//! Questions of procedures to teammates.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{ConversationId, FinRequestId, FinSessionId, TeamId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The state of a question.
    pub enum RequestState {
        Waiting = "waiting",
        Fulfilled = "fulfilled",
        Expired = "expired",
    }
}

record! {
    /// A question's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FinRequest in "fin_requests", key (id: FinRequestId) {
        id: FinRequestId,
        step_id: String,
        session_id: FinSessionId,
        conversation_id: ConversationId,
        procedure_name: String,
        question: String,
        /// A JSON array.
        attributes: String,
        priority: bool,
        team_id: Option<TeamId>,
        state: RequestState,
        expires_at: i64,
        created_at: i64,
    }
    pub fn get, lock, insert, update;
}

/// The question of a step.
pub fn find_by_step(tx: &mut WorkspaceTx, step_id: &str) -> Result<Option<FinRequest>> {
    let sql = select!(FinRequest, " AND step_id = $2");
    tx.query_opt(sql, params![step_id], FinRequest::from_row)
}

/// Removes the questions in a conversation.
pub fn delete_of(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<()> {
    tx.send("DELETE FROM fin_requests WHERE workspace_id = $1 AND conversation_id = $2", params![conversation])
}
