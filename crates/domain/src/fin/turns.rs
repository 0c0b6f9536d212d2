//! A turn: Fin answers the messages since its last reply.

use std::sync::Arc;

use deskwire_store::conversation_parts::{self, Part, PartType};
use deskwire_store::conversations as conversation_rows;
use deskwire_store::conversations::{AuthorType, Conversation};
use deskwire_store::fin_sessions as store;
use deskwire_store::fin_sessions::{FinMode, FinSession, FinStatus};
use deskwire_store::{Tx, contacts as contact_rows};
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::model::Model;
use super::procedures;
use super::retrieval::{self, Passage};
use super::session::Session;
use super::settings;
use super::timeout::TimeoutJob;
use crate::conversations::ai_agent::{self, AiAgent, ContentSource, ResolutionState};
use crate::conversations::{Assignee, Author, Edit, assign, close};
use crate::error::{Error, Result};
use crate::html::{Html, is_web, plain};
use crate::ids::{ConversationId, FinSessionId, as_number};
use crate::jobs::{self, Job, JobKind, Work};
use crate::{Actor, Cx, workspaces};

/// How much of a conversation Fin reads, in parts and in bytes.
const LOOK_BACK: i64 = 30;
const LOOK_BACK_BYTES: usize = 256 << 10;

/// The payload of the job that answers a message.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AnswerJob {
    #[serde(serialize_with = "as_number")]
    pub(super) session_id: FinSessionId,
    turn: i64,
    origin: String,
}

impl Work for AnswerJob {
    const KIND: JobKind = JobKind::FinAnswer;
}

impl AnswerJob {
    pub(super) fn new(session: &FinSession, origin: &str) -> Self {
        Self { session_id: session.id, turn: session.turn, origin: origin.to_owned() }
    }
}

/// The user's question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The messages since Fin's last reply.
    pub text: String,
    /// Earlier messages, oldest first; true for the user's.
    pub before: Vec<(bool, String)>,
}

/// A turn with the data that an answer needs.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The question.
    pub question: Question,
    /// The matching passages of the workspace's content, best first.
    pub passages: Vec<Passage>,
    /// Whether Fin has answered before.
    pub has_answered: bool,
    /// Whether the session runs a procedure.
    pub runs_procedure: bool,
    /// The configured language model.
    pub model: Option<Model>,
}

/// Runs a verb as the system, in the workspace of a job.
pub(super) fn as_system<T>(tx: &mut Tx<'_>, job: &Job, f: impl FnOnce(&mut Cx<'_, '_>) -> Result<T>) -> Result<T> {
    let tenant = workspaces::known(&mut tx.within(&job.workspace))?.into();
    f(&mut Cx::new(tx, &Actor::system(Arc::new(tenant))))
}

/// Reads the data for a job; `None` if there is nothing left to answer.
pub fn load(tx: &mut Tx<'_>, job: &Job) -> Result<Option<Turn>> {
    let work = AnswerJob::of(job)?;
    as_system(tx, job, |cx| {
        let Some(session) = store::get(cx, work.session_id)?.filter(|session| is_current(session, &work)) else {
            return Ok(None);
        };
        let Some(conversation) = merged(cx, session.conversation_id)? else { return Ok(None) };
        let has_answered = AiAgent::of(&conversation).is_some_and(|agent| agent.answered);
        let question = question(cx, &conversation)?;
        let runs_procedure = procedures::runs(&session);
        let model = Model::of(settings::load(cx)?.answerer.as_deref());
        let mut passages = Vec::new();
        if !runs_procedure {
            let reader = contact_rows::by_external_id(cx, &session.user_id)?.map(|contact| contact.id);
            passages = retrieval::passages(cx, &question, reader, &work.origin)?;
        }
        Ok(Some(Turn { question, passages, has_answered, runs_procedure, model }))
    })
}

/// The conversation with this id, or the one that it was merged into.
fn merged(cx: &mut Cx, id: ConversationId) -> Result<Option<Conversation>> {
    let mut found = conversation_rows::get(cx, id)?;
    // A conversation is always merged into the end of a chain, so there is no cycle.
    while let Some(into) = found.as_ref().and_then(|conversation| conversation.merged_into) {
        found = conversation_rows::get(cx, into)?;
    }
    Ok(found)
}

pub(super) fn is_current(session: &FinSession, work: &AnswerJob) -> bool {
    session.turn == work.turn && session.status == FinStatus::Thinking
}

/// The messages of a conversation, oldest first, without notes.
pub(super) fn messages(cx: &mut Cx, conversation: &Conversation) -> Result<Vec<(AuthorType, String)>> {
    let mut parts = conversation_parts::newest(cx, conversation.id, LOOK_BACK, LOOK_BACK_BYTES)?;
    parts.retain(|part| matches!(part.part_type, PartType::Comment | PartType::QuickReply | PartType::Open));
    parts.sort_by_key(|part| part.id);
    let message = |part: Part| Some((part.author_type, plain(&part.body?)));
    let source = (conversation.source_author_type, plain(conversation.source_body.as_deref().unwrap_or("")));
    let mut all: Vec<(AuthorType, String)> = vec![source];
    all.extend(parts.into_iter().filter_map(message));
    all.retain(|(_, text)| !text.trim().is_empty());
    Ok(all)
}

/// The user's question.
fn question(cx: &mut Cx, conversation: &Conversation) -> Result<Question> {
    let mut all = messages(cx, conversation)?;
    let from = all.iter().rposition(|(author, _)| !author.is_contact()).map_or(0, |last| last + 1);
    // If the user has written nothing since, the last message of the others is the question.
    let from = if from == all.len() { from.saturating_sub(1) } else { from };
    let now: Vec<String> = all.split_off(from).into_iter().map(|(_, text)| text).collect();
    let before = all.into_iter().map(|(author, text)| (author.is_contact(), text)).collect();
    Ok(Question { text: now.join("\n"), before })
}

/// Writes Fin's answer and emits it, unless a newer message has arrived.
pub fn finish(tx: &mut Tx<'_>, job: &Job, answer: &Answer) -> Result<()> {
    let work = AnswerJob::of(job)?;
    as_system(tx, job, |cx| {
        let Some(found) = store::get(cx, work.session_id)?.filter(|found| is_current(found, &work)) else {
            return Ok(());
        };
        match Session::open(cx, &found)?.filter(|(session, _)| is_current(&session.now, &work)) {
            Some((session, edit)) => conclude(cx, session, edit, answer, &work.origin),
            None => Ok(()),
        }
    })
}

/// Treats a message whose job failed as one without an answer.
pub fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    finish(tx, job, &Answer::NONE)
}

/// Applies an answer.
fn conclude(cx: &mut Cx, mut session: Session, mut edit: Edit, answer: &Answer, origin: &str) -> Result<()> {
    let one_shot = session.now.mode == FinMode::Ask || !session.now.follow_up_questions;
    match answer {
        Answer::Continue { said } => procedures::advance(cx, &mut session, &mut edit, said)?,
        Answer::Found { paragraphs, sources, related, stream_id } => {
            ai_agent::change(&mut edit, |agent| agent.cite(sources))?;
            let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
            let paragraphs = paragraphs.as_slice();
            send_reply(
                cx,
                &mut session,
                &mut edit,
                &FinReply { paragraphs, sources, related, origin, more: one_shot, stream_id: stream_id.as_deref() },
            )?;
            if one_shot { complete(cx, &mut session, &mut edit, None)? } else { wait(cx, &mut session)? }
        }
        Answer::Greeting if !one_shot => {
            send_reply(cx, &mut session, &mut edit, &FinReply::plain(&["Hello! What can I help you with?"], false))?;
            wait(cx, &mut session)?;
        }
        Answer::Nothing if !one_shot => {
            send_reply(cx, &mut session, &mut edit, &FinReply::plain(&["What can I help you with?"], false))?;
            wait(cx, &mut session)?;
        }
        Answer::Thanks if !one_shot => {
            send_reply(cx, &mut session, &mut edit, &FinReply::plain(&["You're welcome!"], true))?;
            complete(cx, &mut session, &mut edit, Some(ResolutionState::ConfirmedResolution))?;
        }
        Answer::Human if !one_shot => {
            send_reply(cx, &mut session, &mut edit, &FinReply::plain(&["I'm handing you over to our team."], true))?;
            escalate(cx, &mut session, &mut edit, Some("Escalation requested by user"), ResolutionState::Escalated)?;
        }
        other => {
            let related = if let Answer::Unsure { related } = other { related.as_slice() } else { &[] };
            let text = if one_shot { NO_ANSWER } else { NO_ANSWER_BUT_PEOPLE };
            let paragraphs = &[text];
            send_reply(
                cx,
                &mut session,
                &mut edit,
                &FinReply { paragraphs, sources: &[], related, origin, more: true, stream_id: None },
            )?;
            if one_shot {
                complete(cx, &mut session, &mut edit, None)?;
            } else {
                escalate(cx, &mut session, &mut edit, None, ResolutionState::Escalated)?;
            }
        }
    }
    edit.save(cx)?;
    session.save(cx)?;
    Ok(())
}

const NO_ANSWER: &str = "I could not find an answer to this question.";
const NO_ANSWER_BUT_PEOPLE: &str = "I could not find an answer to this. I'm handing you over to our team.";

/// A reply of Fin.
pub(super) struct FinReply<'a> {
    paragraphs: &'a [&'a str],
    sources: &'a [ContentSource],
    related: &'a [ContentSource],
    origin: &'a str,
    /// Whether another reply follows at once.
    more: bool,
    /// The stream of chunks that it replaces.
    stream_id: Option<&'a str>,
}

/// Writes a reply and emits it.
pub(super) fn send_reply(cx: &mut Cx, session: &mut Session, edit: &mut Edit, reply: &FinReply<'_>) -> Result<()> {
    let mut greeting = None;
    if session.now.email {
        let contact = contact_rows::by_external_id(cx, &session.now.user_id)?;
        let name = contact.and_then(|contact| contact.name);
        greeting = Some(name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},")));
    }
    let html = reply.html(greeting.as_deref())?;
    let part = ai_agent::reply(cx, edit, &html, !reply.sources.is_empty())?;
    session.replied(cx, part, html.as_str(), reply.stream_id, reply.more)
}

impl<'a> FinReply<'a> {
    /// A fixed sentence.
    pub(super) fn plain(text: &'a [&'a str], more: bool) -> Self {
        Self { paragraphs: text, sources: &[], related: &[], origin: "", more, stream_id: None }
    }

    /// The reply as HTML. An email begins with a greeting.
    fn html(&self, greeting: Option<&str>) -> Result<Html> {
        let paragraph = |text: &str| format!("<p>{}</p>", Html::inline(text));
        let mut html = String::new();
        html.extend(greeting.map(paragraph));
        html.extend(self.paragraphs.iter().map(|text| paragraph(text)));
        for (label, links) in [("Source", self.sources), ("See also", self.related)] {
            // Customers can only open web links.
            let links: Vec<String> = links.iter().filter(|source| is_web(&source.url)).map(link).collect();
            if !links.is_empty() {
                html.push_str(&format!("<p>{label}: {}</p>", links.join(", ")));
            }
        }
        if greeting.is_some() {
            html.push_str("<p>Best regards,<br>Fin</p>");
        }
        Html::read(&html, self.origin, "message")?.ok_or_else(|| Error::internal("an empty reply"))
    }
}

fn link(source: &ContentSource) -> String {
    let (url, title) = (Html::inline(&source.url.replace('"', "%22")), Html::inline(&source.title));
    format!("<a href=\"{url}\">{title}</a>")
}

/// Waits for the user. If they stay inactive, the conversation counts as resolved.
pub(super) fn wait(cx: &mut Cx, session: &mut Session) -> Result<()> {
    session.status(cx, FinStatus::AwaitingUserReply, None)?;
    let delay = session.settings.inactivity_minutes * 60;
    jobs::insert_in(cx, &TimeoutJob::new(&session.now), delay)?;
    Ok(())
}

/// Ends the session and closes the conversation. Without a state, the outcome is unknown.
pub(super) fn complete(
    cx: &mut Cx,
    session: &mut Session,
    edit: &mut Edit,
    state: Option<ResolutionState>,
) -> Result<()> {
    if let Some(state) = state {
        ai_agent::change(edit, |agent| agent.resolution_state = Some(state))?;
        session.status(cx, FinStatus::Resolved, None)?;
    }
    close(cx, edit, Author::Bot, None)?;
    let asks = state.is_some() && session.can_be_rated();
    session.end(cx, asks)?;
    if asks { session.ask_for_rating(cx) } else { Ok(()) }
}

/// Hands the conversation over to the team.
pub(super) fn escalate(
    cx: &mut Cx,
    session: &mut Session,
    edit: &mut Edit,
    reason: Option<&str>,
    state: ResolutionState,
) -> Result<()> {
    ai_agent::change(edit, |agent| agent.resolution_state = Some(state))?;
    let team = settings::team(cx, &session.settings)?;
    if let Some(team) = team {
        assign(cx, edit, Author::Bot, Assignee::Team(Some(team)), None)?;
    }
    let otherwise = if team.is_some() { "Routed to team" } else { "Conversation finished without resolution" };
    session.status(cx, FinStatus::Escalated, Some(reason.unwrap_or(otherwise)))?;
    session.end(cx, false)
}
