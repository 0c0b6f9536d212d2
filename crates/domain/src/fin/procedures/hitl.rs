//! Human in the loop: procedures ask teammates questions, which their programs answer through the API.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations as conversation_rows;
use deskwire_store::fin_requests::{self as store, FinRequest, RequestState};
use deskwire_store::fin_sessions::FinStatus;
use deskwire_store::teams;
use serde_json::{Map, Value, json};

use super::super::session::Session;
use super::super::settings;
use super::super::timeout::TimeoutJob;
use super::super::turns::{AnswerJob, messages};
use super::{Attribute, DataType, Step, run};
use crate::conversations::{Author, Edit, NewPart};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, HitlRequested, Topic};
use crate::html::Html;
use crate::ids::{ConversationId, FinRequestId};
use crate::{Cx, jobs, secrets};

/// The default time to answer, in minutes.
const DEFAULT_MINUTES: i64 = 24 * 60;
/// The number of recent messages in a notification.
const RECENT: usize = 5;

/// Asks teammates a question, and waits for the answer.
pub(super) fn ask(
    cx: &mut Cx,
    session: &mut Session,
    edit: &mut Edit,
    procedure: &str,
    step: &Step,
    question: &str,
) -> Result<()> {
    if !session.settings.procedures_hitl {
        return run::stop(cx, session, edit, None);
    }
    let team_id = match step.team.as_deref() {
        Some(name) => teams::lock_by_name(cx, name)?.map(|team| team.id),
        None => settings::team(cx, &session.settings)?,
    };
    let now = cx.now();
    let seconds = step.expires_minutes.unwrap_or(DEFAULT_MINUTES) * 60;
    let request = FinRequest {
        id: cx.mint(),
        step_id: secrets::uuid()?,
        session_id: session.now.id,
        conversation_id: edit.now.id,
        procedure_name: procedure.to_owned(),
        question: question.to_owned(),
        attributes: serde_json::to_string(&step.attributes).map_err(Error::internal)?,
        priority: step.priority,
        team_id,
        state: RequestState::Waiting,
        expires_at: now + seconds,
        created_at: now,
    };
    store::insert(cx, &request)?;
    note(cx, edit, Author::Bot, &format!("{procedure} asks: {question}"))?;
    events::emit(cx, Topic::HitlRequested, edit.now.id, HitlRequested { request_id: request.id })?;
    jobs::insert_in(cx, &TimeoutJob::of_request(&session.now, request.id), seconds)?;
    Ok(())
}

fn note(cx: &mut Cx, edit: &mut Edit, author: Author, text: &str) -> Result<()> {
    let body = Html::of_text(text).map(|html| html.to_string());
    edit.part(cx, NewPart { body, ..NewPart::of(PartType::Note, author) })?;
    Ok(())
}

fn attributes(request: &FinRequest) -> Result<Vec<Attribute>> {
    serde_json::from_str(&request.attributes).map_err(Error::internal)
}

/// The webhook notification of a question.
pub type Notification = Value;

/// The notification of a question; `None` if it no longer exists. `origin` is the URL of this server.
pub fn notification(cx: &mut Cx, id: FinRequestId, origin: &str) -> Result<Option<Notification>> {
    let Some(request) = store::get(cx, id)? else { return Ok(None) };
    let Some(conversation) = conversation_rows::get(cx, request.conversation_id)? else { return Ok(None) };
    let team = match request.team_id {
        Some(id) => teams::get(cx, id)?.map(|team| json!({"type": "team", "id": team.id, "name": team.name})),
        None => None,
    };
    let conversation_id = conversation.id;
    let messages = messages(cx, &conversation)?;
    let recent: Vec<Value> = messages[messages.len().saturating_sub(RECENT)..]
        .iter()
        .map(|(author, text)| json!({"author": {"type": author}, "body": text}))
        .collect();
    let collected: Vec<Value> = attributes(&request)?.iter().map(attribute_view).collect();
    let url = format!("{origin}/conversations/{conversation_id}");
    Ok(Some(json!({
        "type": "procedure.hitl_notification",
        "app_id": cx.workspace(),
        "conversation_id": conversation_id,
        "step_id": request.step_id,
        "procedure_name": request.procedure_name,
        "hitl_question": request.question,
        "attributes_to_collect": collected,
        "callback_url": format!("{origin}/procedures/{conversation_id}/collect_agent_input"),
        "expires_at": request.expires_at,
        "priority": if request.priority { "priority" } else { "not_priority" },
        "assign_to": team,
        "conversation_url": url,
        "recent_messages": recent,
    })))
}

fn attribute_view(attribute: &Attribute) -> Value {
    let label = if attribute.label.is_empty() { &attribute.name } else { &attribute.label };
    let mut view = json!({"type": "data_attribute", "identifier": attribute.identifier(), "name": attribute.name,
        "label": label, "data_type": attribute.data_type});
    if attribute.data_type == DataType::List {
        let options: Vec<Value> = attribute.options.iter().map(|text| json!({"id": text, "label": text})).collect();
        view["options"] = options.into();
    }
    view
}

/// Accepts the answer to a question, by the identifiers of its attributes, and continues the procedure.
pub fn collect(
    cx: &mut Cx,
    conversation: ConversationId,
    step_id: &str,
    values: &[(String, Value)],
    origin: &str,
) -> Result<()> {
    let forbidden = |message: &'static str| Error::new(ErrorKind::Forbidden, message);
    if !settings::load(cx)?.procedures_hitl {
        return Err(forbidden("Procedures HITL API is not enabled for your app."));
    }
    let admin = cx.actor().admin_id().ok_or_else(|| forbidden("Admin does not have access to this conversation"))?;
    let found = store::find_by_step(cx, step_id)?.filter(|found| found.conversation_id == conversation);
    let found = found.ok_or(ErrorKind::ResourceNotFound)?;
    let mut edit = Edit::open(cx, found.conversation_id)?;
    let session = Session::lock(cx, found.session_id)?;
    let request = store::lock(cx, found.id)?.ok_or(ErrorKind::ResourceNotFound)?;
    if request.state == RequestState::Fulfilled {
        return Err(Error::new(ErrorKind::Conflict, "This HITL request has already been fulfilled"));
    }
    let mut session = match session {
        Some(session) if is_open(cx, &request) && run::runs(&session.now) => session,
        _ => return Err(Error::new(ErrorKind::ResourceNotFound, "This HITL request has expired")),
    };
    let named = checked(&attributes(&request)?, values)?;
    let lines: Vec<String> = named.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    note(cx, &mut edit, Author::Admin(admin), &lines.join("\n"))?;
    edit.save(cx)?;
    store::update(cx, &request, &FinRequest { state: RequestState::Fulfilled, ..request.clone() })?;
    run::answered(&mut session, named)?;
    let session = session.save(cx)?;
    jobs::insert(cx, &AnswerJob::new(&session, origin))?;
    Ok(())
}

fn is_open(cx: &Cx, request: &FinRequest) -> bool {
    request.state == RequestState::Waiting && cx.now() < request.expires_at
}

/// Validates the answer: exactly one value per attribute. Returns the values by name.
fn checked(attributes: &[Attribute], values: &[(String, Value)]) -> Result<Map<String, Value>> {
    let invalid_values = |message: String| Error::invalid(message).field("attribute_values");
    let mut named = Map::new();
    for (identifier, value) in values {
        let attribute = attributes.iter().find(|attribute| attribute.identifier() == *identifier);
        let attribute =
            attribute.ok_or_else(|| invalid_values(format!("there is no attribute {identifier} to collect")))?;
        if !attribute.takes(value) {
            return Err(invalid_values(format!("the value of {identifier} is not valid")));
        }
        named.insert(attribute.name.clone(), value.clone());
    }
    match attributes.iter().find(|attribute| !named.contains_key(&attribute.name)) {
        Some(missing) => Err(invalid_values(format!("a value of {} is required", missing.identifier()))),
        None => Ok(named),
    }
}

/// Ends the wait for teammates, if it is still pending, and hands the conversation over.
pub(in super::super) fn expire(cx: &mut Cx, session: &mut Session, edit: &mut Edit, id: FinRequestId) -> Result<()> {
    let Some(request) = store::lock(cx, id)?.filter(|request| request.state == RequestState::Waiting) else {
        return Ok(());
    };
    store::update(cx, &request, &FinRequest { state: RequestState::Expired, ..request.clone() })?;
    if !run::runs(&session.now) {
        return Ok(());
    }
    session.begin_turn(FinStatus::Thinking);
    run::stop(cx, session, edit, None)
}
