//! An execution result as the API represents it.

use deskwire_domain::data_connectors::{Execution, ExecutionError, ExecutionSource};
use deskwire_domain::ids::{AdminId, ContactId, ConversationId, DataConnectorExecutionId, DataConnectorId};
use deskwire_domain::times;
use serde::Serialize;

/// An execution result.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: DataConnectorExecutionId,
    data_connector_id: DataConnectorId,
    success: bool,
    http_status: Option<i64>,
    http_method: &'a str,
    error_type: Option<ExecutionError>,
    error_message: Option<&'a str>,
    execution_time_ms: Option<i64>,
    source_type: Option<ExecutionSource>,
    source_id: Option<&'a str>,
    conversation_id: Option<ConversationId>,
    created_at: String,
    request_url: Option<&'a str>,
    #[serde(flatten)]
    bodies: Option<Bodies<'a>>,
}

#[derive(Serialize)]
struct Bodies<'a> {
    request_body: Option<&'a str>,
    response_body: Option<&'a str>,
    raw_response_body: Option<&'a str>,
}

impl<'a> View<'a> {
    pub(crate) fn new(execution: &'a Execution, with_bodies: bool) -> Self {
        Self {
            r#type: "data_connector.execution",
            id: execution.id,
            data_connector_id: execution.connector_id,
            success: execution.success,
            http_status: execution.http_status,
            http_method: &execution.http_method,
            error_type: execution.error_type,
            error_message: execution.error_message.as_deref(),
            execution_time_ms: execution.execution_time_ms,
            source_type: execution.source_type,
            source_id: execution.source_id.as_deref(),
            conversation_id: execution.conversation_id,
            created_at: times::utc(execution.created_at),
            request_url: execution.request_url.as_deref(),
            bodies: with_bodies.then_some(Bodies {
                request_body: execution.request_body.as_deref(),
                response_body: execution.response_body.as_deref(),
                raw_response_body: execution.raw_response_body.as_deref(),
            }),
        }
    }
}

/// An execution as webhooks represent it.
#[derive(Serialize)]
pub(crate) struct ExecutionEvent<'a> {
    r#type: &'static str,
    id: DataConnectorExecutionId,
    app_id: &'a str,
    action_id: DataConnectorId,
    action_name: Option<&'a str>,
    success: bool,
    http_status: Option<i64>,
    error_type: Option<&'static str>,
    execution_time_ms: Option<i64>,
    completed_at: String,
    source_type: &'static str,
    source_id: Option<&'a str>,
    conversation_id: Option<ConversationId>,
    user_id: Option<ContactId>,
    admin_id: Option<AdminId>,
}

impl<'a> ExecutionEvent<'a> {
    pub(crate) fn new(workspace: &'a str, execution: &'a Execution, name: Option<&'a str>) -> Self {
        Self {
            r#type: "data_connector.execution",
            id: execution.id,
            app_id: workspace,
            action_id: execution.connector_id,
            action_name: name,
            success: execution.success,
            http_status: execution.http_status,
            error_type: execution.error_type.map(|error| match error {
                ExecutionError::ThirdParty => "third_party_error",
                error => error.as_str(),
            }),
            execution_time_ms: execution.execution_time_ms,
            completed_at: times::utc(execution.created_at),
            source_type: match execution.source_type {
                Some(ExecutionSource::Workflow) => "workflow",
                Some(ExecutionSource::Answer) => "answer",
                Some(ExecutionSource::Inbox) => "inbox",
                Some(
                    ExecutionSource::CustomBot
                    | ExecutionSource::InboundCustomBot
                    | ExecutionSource::ButtonCustomBot
                    | ExecutionSource::TriggerableCustomBot,
                ) => "custom_bot",
                Some(ExecutionSource::SavedReply | ExecutionSource::Fin) | None => "other",
            },
            source_id: execution.source_id.as_deref(),
            conversation_id: execution.conversation_id,
            user_id: execution.contact_id,
            admin_id: execution.admin_id,
        }
    }
}
