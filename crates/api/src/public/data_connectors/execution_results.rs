//! `GET /data_connectors/{id}/execution_results` and `GET /data_connectors/{id}/execution_results/{result_id}`

use deskwire_domain::data_connectors::{self, Execution, ExecutionError, ExecutionSource, Which};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AdminId, ContactId, ConversationId, DataConnectorExecutionId, DataConnectorId};
use deskwire_domain::times;
use serde::Serialize;

use crate::page::{CursorList, Limits};
use crate::reply::Reply;
use crate::request::Request;

/// The default period of listed results, in seconds.
const HOUR: i64 = 3600;

/// A page of the execution results of a data connector, newest first.
pub async fn list(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::DataConnectorNotFound)?;
    let (per_page, after) =
        CursorList::<()>::read::<DataConnectorExecutionId>(&request, Limits { default: 10, most: 30 })?;
    let (start, end) = (time(&request, "start_ts")?, time(&request, "end_ts")?);
    let (success, error_type) = (flag(&request, "success")?, error_type(&request)?);
    let with_bodies = flag(&request, "include_bodies")?.unwrap_or(false);
    let list = move |cx: &mut deskwire_domain::Cx| {
        let from = start.unwrap_or(cx.now() - HOUR);
        let which = Which { from, to: end.unwrap_or(i64::MAX), success, error_type, after };
        data_connectors::executions(cx, id, &which, per_page + 1)
    };
    let rows = request.search(list).await?;
    let view = |row| View::new(row, with_bodies);
    request.json(&CursorList::new(&request, per_page, &rows, |row| (row.created_at, row.id), view))
}

fn time(request: &Request, name: &'static str) -> Result<Option<i64>> {
    let invalid = || Error::invalid(format!("{name} must be a Unix timestamp (integer)")).field(name);
    request.query(name).map(|text| text.parse().map_err(|_| invalid())).transpose()
}

fn flag(request: &Request, name: &'static str) -> Result<Option<bool>> {
    let invalid = || Error::invalid(format!("Invalid {name}. Must be one of: true, false")).field(name);
    request.query(name).map(|text| text.parse().map_err(|_| invalid())).transpose()
}

fn error_type(request: &Request) -> Result<Option<ExecutionError>> {
    let Some(text) = request.query("error_type") else { return Ok(None) };
    let unknown = || {
        let message = format!("Invalid error_type. Must be one of: {}", ExecutionError::TEXTS.join(", "));
        Error::invalid(message).field("error_type")
    };
    ExecutionError::parse(&text).map(Some).ok_or_else(unknown)
}

/// One execution result, with the bodies.
pub async fn retrieve(request: Request) -> Result<Reply> {
    let of = request.id("id", ErrorKind::DataConnectorNotFound)?;
    let id = request.id("result_id", ErrorKind::ExecutionResultNotFound)?;
    let found = request.read(move |cx| data_connectors::execution(cx, of, id)).await?;
    request.json(&View::new(&found, true))
}

/// An execution result.
#[derive(Serialize)]
struct View<'a> {
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
    fn new(execution: &'a Execution, with_bodies: bool) -> Self {
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
