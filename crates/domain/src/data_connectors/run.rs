//! Executing a data connector: a job that reads the settings, sends the request outside of any transaction, and records
//! the outcome.

use std::sync::Arc;

use ammonia::Url;
use deskwire_store::Tx;
use deskwire_store::contacts::{self, ContactRole};
use deskwire_store::data_connector_executions::{self as executions, Execution, ExecutionError, ExecutionSource};
use deskwire_store::data_connectors::{self as store, ConnectorState};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::settings::{InputType, Method, ResponseField, Settings, UserType, read_secrets};
use super::{fields, hidden, template};
use crate::actor::StoredActor;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::{ContactId, ConversationId, DataConnectorExecutionId, DataConnectorId};
use crate::jobs::{self, Job, JobKind, Work};
use crate::{Cx, workspaces};

/// The maximum stored size of a body, in bytes.
const MAX_STORED_BYTES: usize = 32 << 10;

/// An execution to start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// The connector.
    pub connector_id: DataConnectorId,
    /// Its version.
    pub state: ConnectorState,
    /// The values of its inputs by name.
    pub inputs: Map<String, Value>,
    /// The type of object that started it; `None` for the operator.
    pub source_type: Option<ExecutionSource>,
    /// The id of that object.
    pub source_id: Option<String>,
    /// The conversation in which it is executed.
    pub conversation_id: Option<ConversationId>,
    /// The contact on whose behalf it is executed.
    pub contact_id: Option<ContactId>,
}

/// The payload of the job that executes a connector.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    execution_id: DataConnectorExecutionId,
    start: Start,
    actor: StoredActor,
}

impl Work for Run {
    const KIND: JobKind = JobKind::DataConnector;
}

/// The reason why no request was sent, or why there is no usable response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed(pub ExecutionError, pub String);

/// A request ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The URL, normalised.
    pub url: String,
    /// The headers: names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// A job with the settings of its connector.
#[derive(Debug)]
pub struct Prepared {
    method: Method,
    /// The request, or the reason why there is none.
    pub request: Result<Outgoing, Failed>,
    fields: Vec<ResponseField>,
}

/// The outcome of a request.
#[derive(Debug)]
pub struct Outcome {
    /// The status and body of the response, or the reason why there is none.
    pub response: Result<(u16, String), Failed>,
    /// The duration, in milliseconds.
    pub ms: i64,
}

/// Enqueues an execution. Returns the id that the execution will have.
pub fn enqueue(cx: &mut Cx, start: Start) -> Result<DataConnectorExecutionId> {
    store::version(cx, start.connector_id, start.state)?.ok_or(ErrorKind::DataConnectorNotFound)?;
    let execution_id = cx.mint();
    let run = Run { execution_id, start, actor: cx.actor().stored() };
    jobs::insert(cx, &run)?;
    Ok(execution_id)
}

/// Records an execution that ran elsewhere. If its request is invalid, the outcome is ignored.
pub fn report(cx: &mut Cx, start: Start, outcome: &Outcome) -> Result<()> {
    let run = Run { execution_id: cx.mint(), start, actor: cx.actor().stored() };
    let prepared = prepared(cx, &run)?;
    write(cx, &run, &prepared, prepared.request.is_ok().then_some(outcome))
}

/// Builds the request of a job.
pub fn prepare(tx: &mut Tx<'_>, job: &Job) -> Result<Prepared> {
    acting(tx, job, prepared)
}

/// Records the outcome of a job's request; `None` if it was not sent.
pub fn record(tx: &mut Tx<'_>, job: &Job, prepared: &Prepared, outcome: Option<&Outcome>) -> Result<()> {
    acting(tx, job, |cx, run| write(cx, run, prepared, outcome))
}

/// Records that a job could not be completed.
pub fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    acting(tx, job, |cx, run| {
        let prepared = prepared(cx, run)?;
        let failed = Failed(ExecutionError::Faraday, "The server stopped during the request".to_owned());
        write(cx, run, &prepared, Some(&Outcome { response: Err(failed), ms: 0 }))
    })
}

fn acting<T>(tx: &mut Tx<'_>, job: &Job, f: impl FnOnce(&mut Cx, &Run) -> Result<T>) -> Result<T> {
    let run = Run::of(job)?;
    let tenant = workspaces::known(&mut tx.within(&job.workspace))?.into();
    let actor = run.actor.within(Arc::new(tenant));
    f(&mut Cx::new(tx, &actor), &run)
}

fn prepared(cx: &mut Cx, run: &Run) -> Result<Prepared> {
    let Start { connector_id, state, inputs, contact_id, .. } = &run.start;
    let Some(version) = store::version(cx, *connector_id, *state)? else {
        let failed = configuration(format!("The data connector has no {state} version"));
        return Ok(Prepared { method: Method::Get, request: Err(failed), fields: Vec::new() });
    };
    let settings = Settings::read(&version.settings)?;
    let secrets = read_secrets(store::secrets(cx, *connector_id, *state)?.as_deref())?;
    let request = match allowed(cx, &settings, *contact_id)? {
        Ok(()) => values(&settings, inputs).and_then(|values| outgoing(&settings, &secrets, &values)),
        Err(failed) => Err(failed),
    };
    Ok(Prepared { method: settings.http_method, request, fields: settings.response_fields })
}

/// Whether a connector is available for a contact.
fn allowed(cx: &mut Cx, settings: &Settings, contact: Option<ContactId>) -> Result<Result<(), Failed>> {
    let Some(contact) = contact else { return Ok(Ok(())) };
    let Some(contact) = contacts::get(cx, contact)? else { return Ok(Err(validation("The contact does not exist"))) };
    let kind = match contact.role {
        ContactRole::User => UserType::Users,
        ContactRole::Lead => UserType::Leads,
        ContactRole::Visitor => UserType::Visitors,
    };
    if !settings.audiences.contains(&kind) {
        return Ok(Err(validation(format!("The data connector is not available for {}", kind.as_str()))));
    }
    if settings.customer_authentication && !settings.bypass_authentication && !contact.email_verified {
        let message = "The email address of the contact is not verified".to_owned();
        return Ok(Err(Failed(ExecutionError::EmailVerification, message)));
    }
    Ok(Ok(()))
}

/// The value of each input, as text.
fn values(settings: &Settings, given: &Map<String, Value>) -> Result<Vec<String>, Failed> {
    if let Some(unknown) = given.keys().find(|name| !settings.data_inputs.iter().any(|input| input.name == **name)) {
        return Err(validation(format!("{unknown} is not a data input")));
    }
    let value = |input: &super::DataInput| {
        let text = match given.get(&input.name) {
            None | Some(Value::Null) => input.default_value.clone(),
            Some(Value::String(text)) => text.clone(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Some(_) => return Err(invalid_input(&input.name, input.r#type)),
        };
        if text.is_empty() {
            let is_missing = input.required && settings.validate_missing_attributes;
            return if is_missing { Err(validation(format!("{} is required", input.name))) } else { Ok(text) };
        }
        if input.r#type.reads(&text) { Ok(text) } else { Err(invalid_input(&input.name, input.r#type)) }
    };
    settings.data_inputs.iter().map(value).collect()
}

/// The request with its variables replaced.
fn outgoing(settings: &Settings, secrets: &[String], values: &[String]) -> Result<Outgoing, Failed> {
    let known = settings.data_inputs.iter().map(|input| input.name.as_str()).zip(values);
    let value = |name: &str| known.clone().find(|(input, _)| *input == name).map(|(_, value)| value.clone());
    let filled = |text: &str, encode: &dyn Fn(String) -> String| {
        template::render(text, |name| value(name).map(encode))
            .map_err(|name| configuration(format!("{name} is not a data input")))
    };
    let Some(pattern) = &settings.url else { return Err(configuration("The data connector has no URL")) };
    let percent = |value: String| utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string();
    let url = filled(pattern, &percent)?;
    check_path(pattern, |segment| filled(segment, &percent))?;
    let url = normalised(&url)?;
    let mut headers = Vec::with_capacity(settings.headers.len() + 1);
    for (name, secret) in settings.headers.iter().zip(secrets) {
        headers.push((name.clone(), filled(secret, &|value| value)?));
    }
    let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = content_type.map_or("application/json", |(_, value)| value).to_ascii_lowercase();
    let encode = |value: String| match &*content_type {
        kind if kind.contains("json") => in_json(&value),
        kind if kind.contains("form-urlencoded") => percent(value),
        _ => value,
    };
    let body = if settings.http_method == Method::Get { String::new() } else { filled(&settings.body, &encode)? };
    if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".to_owned(), content_type.clone()));
    }
    Ok(Outgoing { method: settings.http_method, url, headers, body })
}

/// Rejects inputs that turn a segment of the path into `.` or `..`, so that the request cannot leave its path.
fn check_path(pattern: &str, filled: impl Fn(&str) -> Result<String, Failed>) -> Result<(), Failed> {
    for segment in bare(pattern).split(['/', '\\']) {
        let mut names: Vec<&str> = template::variables(segment).collect();
        // URL parsers decode a percent-encoded dot, and ignore tabs and line breaks.
        let text = filled(segment)?.replace(['\t', '\r', '\n'], "").to_ascii_lowercase().replace("%2e", ".");
        if !names.is_empty() && matches!(&*text, "." | "..") {
            names.dedup();
            return Err(validation(format!("{} must not make {text} a segment of the path", names.join(" and "))));
        }
    }
    Ok(())
}

/// A URL in its normalized form.
fn normalised(url: &str) -> Result<String, Failed> {
    let url = Url::parse(url).ok().filter(|url| url.username().is_empty() && url.password().is_none());
    url.map(String::from).ok_or_else(|| configuration("The URL is not valid"))
}

/// A text escaped for use inside a JSON string.
fn in_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn write(cx: &mut Cx, run: &Run, prepared: &Prepared, outcome: Option<&Outcome>) -> Result<()> {
    let request = prepared.request.as_ref();
    let response = match (request, outcome) {
        (Err(failed), _) => Err(failed),
        (Ok(_), Some(outcome)) => outcome.response.as_ref(),
        (Ok(_), None) => return Err(Error::internal("a request of a data connector without an outcome")),
    };
    let (mapped, failed) = match response {
        Ok((status, body)) => read(*status, body, &prepared.fields),
        Err(failed) => (None, Some(failed.clone())),
    };
    let headers = request.map(|request| request.headers.as_slice()).unwrap_or_default();
    let redacted_request = |text: &str| cut(&hidden::in_request(text, headers));
    let redacted_response = |text: &str| cut(&hidden::in_response(text, headers));
    let raw = response.ok().map(|(_, body)| body.as_str());
    let start = &run.start;
    let execution = Execution {
        id: run.execution_id,
        connector_id: start.connector_id,
        success: failed.is_none(),
        http_status: response.ok().map(|(status, _)| i64::from(*status)),
        http_method: prepared.method.as_str().to_owned(),
        error_type: failed.as_ref().map(|failed| failed.0),
        error_message: failed.map(|failed| redacted_request(&failed.1)),
        execution_time_ms: outcome.map(|outcome| outcome.ms),
        source_type: start.source_type,
        source_id: start.source_id.clone(),
        conversation_id: start.conversation_id,
        contact_id: start.contact_id,
        admin_id: cx.actor().admin_id(),
        request_url: request.ok().map(|request| redacted_request(bare(&request.url))),
        request_body: request.ok().map(|request| redacted_request(&request.body)),
        response_body: mapped.as_deref().map(redacted_response),
        raw_response_body: raw.map(redacted_response),
        created_at: cx.now(),
    };
    if executions::insert_new(cx, &execution)? {
        events::emit(cx, Topic::DataConnectorExecuted, execution.id, Nothing {})?;
    }
    Ok(())
}

/// The mapped body of a response, and the error if the response is not usable.
fn read(status: u16, body: &str, fields: &[ResponseField]) -> (Option<String>, Option<Failed>) {
    if !(200..300).contains(&status) {
        let message = format!("The server answered with status {status}");
        return (Some(body.to_owned()), Some(Failed(ExecutionError::ThirdParty, message)));
    }
    if body.trim().is_empty() {
        return (Some(String::new()), None);
    }
    if let Ok(value) = serde_json::from_str(body) {
        return (Some(fields::mapped(value, fields).to_string()), None);
    }
    (None, Some(Failed(ExecutionError::ResponseMapping, "The response is not JSON".to_owned())))
}

/// A URL without its query and fragment.
fn bare(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// Truncates a text for storage.
fn cut(text: &str) -> String {
    let end = (0..=MAX_STORED_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    // PostgreSQL cannot store this character.
    text[..end].replace('\0', "\u{fffd}")
}

fn invalid_input(name: &str, kind: InputType) -> Failed {
    validation(format!("{name} must be of type {}", kind.as_str()))
}

fn validation(message: impl Into<String>) -> Failed {
    Failed(ExecutionError::RequestValidation, message.into())
}

fn configuration(message: impl Into<String>) -> Failed {
    Failed(ExecutionError::RequestConfiguration, message.into())
}
