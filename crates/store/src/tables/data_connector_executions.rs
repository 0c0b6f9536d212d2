//! Executions of data connectors.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, ContactId, ConversationId, DataConnectorExecutionId, DataConnectorId};
use crate::{Result, Value, WorkspaceTx, params};

column_enum! {
    /// The error of an execution.
    pub enum ExecutionError {
        /// The settings of the connector do not allow a request.
        RequestConfiguration = "request_configuration_error",
        /// The request could not be completed within its limits.
        Faraday = "faraday_error",
        /// The other server is not reachable, or responded with an error.
        ThirdParty = "3rd_party_error",
        ResponseMapping = "response_mapping_error",
        TokenRefresh = "token_refresh_error",
        FinFormatting = "fin_action_response_formatting_error",
        FinIdentity = "fin_action_identity_verification_error",
        EmailVerification = "email_verification_error",
        StandaloneIdentity = "non_fin_standalone_action_identity_verification_error",
        /// The inputs are invalid.
        RequestValidation = "request_validation_error",
        ClientSide = "client_side_action_error",
    }
}

column_enum! {
    /// The type of object that started an execution.
    pub enum ExecutionSource {
        CustomBot = "custom_bot",
        InboundCustomBot = "inbound_custom_bot",
        ButtonCustomBot = "button_custom_bot",
        Answer = "answer",
        Workflow = "workflow",
        SavedReply = "saved_reply",
        TriggerableCustomBot = "triggerable_custom_bot",
        Inbox = "inbox",
        Fin = "fin",
    }
}

record! {
    /// The row of an execution.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Execution in "data_connector_executions", key (id: DataConnectorExecutionId), unique "(workspace_id, id)" {
        id: DataConnectorExecutionId,
        connector_id: DataConnectorId,
        success: bool,
        http_status: Option<i64>,
        http_method: String,
        error_type: Option<ExecutionError>,
        error_message: Option<String>,
        execution_time_ms: Option<i64>,
        source_type: Option<ExecutionSource>,
        source_id: Option<String>,
        conversation_id: Option<ConversationId>,
        contact_id: Option<ContactId>,
        admin_id: Option<AdminId>,
        /// The URL without its query.
        request_url: Option<String>,
        request_body: Option<String>,
        response_body: Option<String>,
        raw_response_body: Option<String>,
        created_at: i64,
    }
    pub fn get, insert_new;
}

/// A filter of the executions of a connector.
#[derive(Debug, Clone)]
pub struct Which {
    /// Only executions of this second or later.
    pub from: i64,
    /// Only executions of this second or earlier.
    pub to: i64,
    /// Only executions that succeeded, or only those that failed.
    pub success: Option<bool>,
    /// Only executions with this error.
    pub error_type: Option<ExecutionError>,
    /// Only executions before this second and id.
    pub after: Option<(i64, DataConnectorExecutionId)>,
}

/// Executions of a connector, newest first.
pub fn list(tx: &mut WorkspaceTx, id: DataConnectorId, which: &Which, limit: i64) -> Result<Vec<Execution>> {
    let (before, last) = which.after.unwrap_or((i64::MAX, DataConnectorExecutionId::first_at(i64::MAX)));
    let mut values: Vec<Value<'_>> = params![id, which.from, which.to, before, last, limit].to_vec();
    let sql = match (which.error_type, which.success) {
        (Some(error), _) => {
            values.push(error.into());
            select!(
                Execution,
                " AND connector_id = $2 AND error_type = $8 AND created_at >= $3 AND created_at <= $4 AND \
                 (created_at < $5 OR (created_at = $5 AND id < $6)) ORDER BY created_at DESC, id DESC LIMIT $7"
            )
        }
        (None, Some(success)) => {
            values.push(success.into());
            select!(
                Execution,
                " AND connector_id = $2 AND success = $8 AND created_at >= $3 AND created_at <= $4 AND \
                 (created_at < $5 OR (created_at = $5 AND id < $6)) ORDER BY created_at DESC, id DESC LIMIT $7"
            )
        }
        (None, None) => select!(
            Execution,
            " AND connector_id = $2 AND created_at >= $3 AND created_at <= $4 AND \
             (created_at < $5 OR (created_at = $5 AND id < $6)) ORDER BY created_at DESC, id DESC LIMIT $7"
        ),
    };
    tx.query_all(sql, &values, Execution::from_row)
}

/// Deletes some executions before an id. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: DataConnectorExecutionId, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM data_connector_executions WHERE workspace_id = $1 AND id IN \
         (SELECT id FROM data_connector_executions WHERE workspace_id = $1 AND id < $2 ORDER BY id LIMIT $3)",
        params![before, limit],
    )
}
