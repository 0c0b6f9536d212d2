//! Messages that clients hand over to Fin.

use deskwire_store::fin_sessions as store;
use deskwire_store::fin_sessions::{FinMode, FinSession, FinStatus};
use serde_json::{Map, Value};

use super::attributes::{self, AttributeErrors};
use super::people::{self, User};
use super::procedures;
use super::session::{self, Session};
use super::settings::{self, FinSettings};
use super::stream;
use super::turns::AnswerJob;
use crate::attachments;
use crate::contacts::Contact;
use crate::conversations::ai_agent::{self, TranscriptMessage};
use crate::conversations::{self, Author, Edit, MessageType, ReplyAuthor};
use crate::error::{Error, Result};
use crate::html::Html;
use crate::ids::{AttachmentId, FinProcedureId};
use crate::person::Person;
use crate::{Cx, jobs, names};

/// The maximum number of messages of a history.
const MAX_HISTORY: usize = 10;
/// How long a message with the same timestamp counts as a duplicate, in seconds, and how many timestamps are kept.
const DUPLICATE_WINDOW: i64 = 300;
const MAX_REMEMBERED: usize = 50;
/// The maximum length of a client's id, in characters.
const MAX_ID: usize = 255;

/// The author of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The user.
    User,
    /// A teammate, or a program of theirs.
    Agent,
    /// Fin.
    Fin,
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its author.
    pub author: Speaker,
    /// Its body.
    pub body: Html,
    /// When it was sent, in unix milliseconds.
    pub sent_ms: Option<i64>,
}

/// Options of Fin's replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether to write in the form of an email.
    pub email: bool,
    /// Whether Fin may ask follow-up questions and hand over.
    pub follow_up_questions: bool,
    /// Whether the client's version has the status `replying`.
    pub replying: bool,
}

/// The input of a new session.
#[derive(Debug, Clone)]
pub struct Start {
    /// The client's id for the conversation.
    pub external_id: String,
    /// The mode of the session.
    pub mode: FinMode,
    /// The procedure to run.
    pub procedure_id: Option<FinProcedureId>,
    /// The message to answer.
    pub message: Option<Message>,
    /// The files that come with it.
    pub attachments: Vec<attachments::New>,
    /// The user.
    pub user: User,
    /// Earlier messages, oldest first.
    pub history: Vec<Message>,
    /// Values of custom attributes of the conversation.
    pub attributes: Map<String, Value>,
    /// Options of Fin's replies.
    pub options: Options,
    /// The URL at which the client reaches this server.
    pub origin: String,
}

/// A message in a session.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The client's id for the conversation.
    pub external_id: String,
    /// The message to answer.
    pub message: Message,
    /// The files that come with it.
    pub attachments: Vec<attachments::New>,
    /// The user.
    pub user: User,
    /// Options of Fin's replies.
    pub options: Options,
    /// The URL at which the client reaches this server.
    pub origin: String,
}

/// The result of an accepted message.
#[derive(Debug, Clone)]
pub struct Started {
    /// The session.
    pub session: FinSession,
    /// Errors of attributes that were not set.
    pub errors: AttributeErrors,
    /// The token of the session's event stream, if streams are enabled.
    pub stream: Option<String>,
    /// When it was accepted, in unix milliseconds.
    pub at_ms: i64,
}

/// Starts a session. A repeated message gets the same response.
pub fn start(cx: &mut Cx, start: &Start) -> Result<Started> {
    let procedure = match start.procedure_id {
        Some(id) => Some(procedures::startable(cx, id)?),
        None => None,
    };
    let settings = settings::enabled(cx)?;
    check_ids(&start.external_id, &start.user)?;
    if start.history.len() > MAX_HISTORY {
        return Err(Error::invalid("Conversation history cannot contain more than 10 items"));
    }
    attributes::check(&start.attributes)?;
    attributes::check(&start.user.attributes)?;
    cx.guard("fin session", &start.external_id)?;
    if let Some(known) = store::by_external_id(cx, &start.external_id)? {
        if start.message.as_ref().is_some_and(|message| is_repeated(cx, &known, message)) {
            return accepted(cx, known, &settings, AttributeErrors::default());
        }
        let message =
            "Fin session already exists for this conversation. Please use /reply to continue the conversation.";
        return Err(Error::invalid(message));
    }
    let (contact, user) = people::save(cx, &start.user)?;
    if let Some(procedure) = &procedure {
        procedures::check_audience(cx, procedure, contact.id)?;
    }
    let transcript = transcript(cx, start, &contact)?;
    let mut edit = ai_agent::start(cx, contact, transcript)?;
    let conversation = attributes::set(cx, &mut edit, &start.attributes)?;
    let conversation_id = edit.save(cx)?.id;
    let now = cx.now();
    let mut session = FinSession {
        id: cx.mint(),
        external_id: start.external_id.clone(),
        conversation_id,
        user_id: start.user.id.clone(),
        mode: start.mode,
        procedure_id: start.procedure_id,
        turn: 1,
        recent: "[]".to_owned(),
        variables: "{}".to_owned(),
        created_at: now,
        ..FinSession::default()
    };
    set_options(&mut session, start.options);
    if let Some(message) = &start.message {
        remember(cx, &mut session, message)?;
    }
    let session = Session::new(session, settings.clone()).save(cx)?;
    jobs::insert(cx, &AnswerJob::new(&session, &start.origin))?;
    accepted(cx, session, &settings, AttributeErrors { user, conversation })
}

/// Accepts a message in a session. After a handover, the message goes to teammates only.
pub fn reply(cx: &mut Cx, reply: &Reply) -> Result<Started> {
    let settings = settings::enabled(cx)?;
    check_ids(&reply.external_id, &reply.user)?;
    attributes::check(&reply.user.attributes)?;
    let unknown = || Error::invalid("Conversation not found");
    let found = store::by_external_id(cx, &reply.external_id)?.ok_or_else(unknown)?;
    if found.user_id != reply.user.id && !is_repeated(cx, &found, &reply.message) {
        return Err(Error::invalid("The conversation is with another user").field("user.id"));
    }
    // The conversation first, then the contact, and the session last (ADR 18).
    let mut edit = session::open_active(cx, &found)?.ok_or_else(unknown)?;
    let known = store::get(cx, found.id)?.ok_or_else(unknown)?;
    if is_repeated(cx, &known, &reply.message) {
        return accepted(cx, known, &settings, AttributeErrors::default());
    }
    let (contact, user) = people::save(cx, &reply.user)?;
    let mut session = Session::lock(cx, found.id)?.ok_or_else(unknown)?;
    if session.now.active_conversation() != found.active_conversation() {
        // The session was handed over concurrently: the message belongs to the team's conversation.
        return Err(cx.collided("fin_sessions").into());
    }
    write(cx, &mut edit, reply, &contact)?;
    edit.save(cx)?;
    set_options(&mut session.now, reply.options);
    remember(cx, &mut session.now, &reply.message)?;
    let is_handed_over = session.now.status == FinStatus::Escalated;
    if is_handed_over {
        session.begin_stream();
    } else {
        session.begin_turn(FinStatus::Thinking);
    }
    let session = session.save(cx)?;
    if !is_handed_over {
        jobs::insert(cx, &AnswerJob::new(&session, &reply.origin))?;
    }
    accepted(cx, session, &settings, AttributeErrors { user, ..AttributeErrors::default() })
}

/// The result of an accepted message.
fn accepted(cx: &mut Cx, session: FinSession, settings: &FinSettings, errors: AttributeErrors) -> Result<Started> {
    let stream = stream::token(cx, settings, &session)?;
    Ok(Started { session, errors, stream, at_ms: cx.now_ms() })
}

fn check_ids(external_id: &str, user: &User) -> Result<()> {
    for (field, id) in [("conversation_id", external_id), ("user.id", user.id.as_str())] {
        names::at_most(field, id, MAX_ID)?;
    }
    Ok(())
}

fn set_options(session: &mut FinSession, options: Options) {
    session.email = options.email;
    session.follow_up_questions = options.follow_up_questions;
    session.replying = options.replying;
}

/// The history and the message, with timestamps that are monotonic and not in the future.
fn transcript(cx: &mut Cx, start: &Start, contact: &Contact) -> Result<Vec<TranscriptMessage>> {
    let (now, mut last) = (cx.now(), 0);
    let mut transcript = Vec::new();
    for message in start.history.iter().chain(&start.message) {
        last = message.sent_ms.map_or(now, |ms| ms.div_euclid(1000).min(now)).max(last);
        let body = message.body.clone();
        transcript.push(TranscriptMessage {
            author: author(message, contact),
            body,
            attachments: Vec::new(),
            at: last,
        });
    }
    if let (Some(message), Some(_)) = (transcript.last_mut(), &start.message) {
        message.attachments = attachments::insert(cx, &start.attachments)?;
    }
    Ok(transcript)
}

fn author(message: &Message, contact: &Contact) -> Author {
    if message.author == Speaker::User { Author::of(contact) } else { Author::Bot }
}

/// Writes a message into the conversation.
fn write(cx: &mut Cx, edit: &mut Edit, reply: &Reply, contact: &Contact) -> Result<()> {
    if reply.message.author != Speaker::User {
        let attachments: Vec<AttachmentId> = attachments::insert(cx, &reply.attachments)?;
        let at = cx.now();
        let message = TranscriptMessage { author: Author::Bot, body: reply.message.body.clone(), attachments, at };
        return ai_agent::write(cx, edit, message).map(drop);
    }
    let part = conversations::Reply {
        by: ReplyAuthor::Contact(Person::Id(contact.id.to_string())),
        message_type: MessageType::Comment,
        body: Some(reply.message.body.clone()),
        options: None,
        attachments: reply.attachments.clone(),
        created_at: None,
        notify: true,
        skip_unsnooze: false,
    };
    conversations::from_contact(cx, edit, &part, contact).map(drop)
}

/// The timestamps of recent messages, and when they were received.
fn recent(session: &FinSession) -> Vec<(i64, i64)> {
    serde_json::from_str(&session.recent).unwrap_or_default()
}

/// Whether a message with the same timestamp was received recently.
fn is_repeated(cx: &Cx, session: &FinSession, message: &Message) -> bool {
    let Some(sent) = message.sent_ms else { return false };
    let since = cx.now() - DUPLICATE_WINDOW;
    recent(session).iter().any(|(ms, came)| *ms == sent && *came > since)
}

fn remember(cx: &Cx, session: &mut FinSession, message: &Message) -> Result<()> {
    let Some(sent) = message.sent_ms else { return Ok(()) };
    let now = cx.now();
    let mut all = recent(session);
    all.retain(|(_, came)| *came > now - DUPLICATE_WINDOW);
    let from = all.len().saturating_sub(MAX_REMEMBERED - 1);
    all.drain(..from);
    all.push((sent, now));
    session.recent = serde_json::to_string(&all).map_err(Error::internal)?;
    Ok(())
}
