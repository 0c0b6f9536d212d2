//! Escalating to teammates, requested through the API.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations as conversation_rows;
use deskwire_store::fin_sessions as store;
use deskwire_store::fin_sessions::{FinSession, FinStatus};

use super::people::{self, User};
use super::session::{self, Session};
use super::settings::{self, FinSettings};
use super::{stream, turns};
use crate::Cx;
use crate::contacts::Contact;
use crate::conversations::ai_agent::{self, ResolutionState, TranscriptMessage};
use crate::conversations::{Assignee, Author, Edit, NewPart, assign};
use crate::error::{Error, Result};
use crate::html::Html;
use crate::ids::ConversationId;
use crate::person::Person;

/// The maximum number of messages in a summary, and the maximum length of each, in characters.
const MAX_MESSAGES: usize = 10;
const MAX_MESSAGE_LENGTH: usize = 500;

/// What to escalate.
#[derive(Debug, Clone)]
pub enum Escalation {
    /// The session with this external id.
    Session(String),
    /// The request of a user without a session.
    User(User),
}

/// What was escalated.
#[derive(Debug, Clone)]
pub enum Escalated {
    /// A session, and the token of its event stream.
    Session(Box<FinSession>, Option<String>),
    /// A new conversation.
    Conversation(ConversationId),
}

/// Opens a conversation for the team. `message` is the user's message in it; `context` is a note for teammates.
pub fn escalate(cx: &mut Cx, what: &Escalation, message: &Html, context: Option<&Html>) -> Result<Escalated> {
    let settings = settings::enabled(cx)?;
    match what {
        Escalation::Session(external_id) => {
            let session = hand_over(cx, external_id, message, context)?;
            let stream = stream::token(cx, &settings, &session)?;
            Ok(Escalated::Session(Box::new(session), stream))
        }
        Escalation::User(user) => {
            super::attributes::check(&user.attributes)?;
            let (contact, _) = people::save(cx, user)?;
            open(cx, &settings, contact, message.clone(), context.into_iter().cloned()).map(Escalated::Conversation)
        }
    }
}

/// Hands a session over, once. Later context becomes a note in the team's conversation.
fn hand_over(cx: &mut Cx, external_id: &str, message: &Html, context: Option<&Html>) -> Result<FinSession> {
    let unknown = || Error::invalid("Conversation not found");
    let found = store::by_external_id(cx, external_id)?.ok_or_else(unknown)?;
    // The conversation first, then the contact, and the session last (ADR 18).
    let mut edit = session::open_active(cx, &found)?.ok_or_else(unknown)?;
    let contact = Person::UserId(found.user_id.clone()).active(cx)?;
    let mut session = Session::lock(cx, found.id)?.ok_or_else(unknown)?;
    if session.now.active_conversation() != found.active_conversation() {
        return Err(cx.collided("fin_sessions").into());
    }
    if session.now.status == FinStatus::Escalated {
        if let Some(context) = context {
            note(cx, &mut edit, context)?;
            edit.save(cx)?;
        }
        return Ok(session.now);
    }
    let contact = contact.ok_or_else(|| Error::invalid("The user does not exist any more"))?;
    let summary = summary(cx, &edit)?;
    let notes = summary.into_iter().chain(context.cloned());
    session.now.team_conversation_id = Some(open(cx, &session.settings, contact, message.clone(), notes)?);
    ai_agent::change(&mut edit, |agent| agent.resolution_state = Some(ResolutionState::Escalated))?;
    edit.save(cx)?;
    // Fin drops a pending answer: teammates take over.
    session.now.procedure_id = None;
    session.begin_turn(FinStatus::Escalated);
    session.status(cx, FinStatus::Escalated, Some("Escalation requested by user"))?;
    session.end(cx, false)?;
    session.save(cx)
}

/// A transcript of a conversation.
fn summary(cx: &mut Cx, edit: &Edit) -> Result<Option<Html>> {
    let id = edit.now.id;
    let Some(conversation) = conversation_rows::get(cx, id)? else { return Ok(None) };
    let messages = turns::messages(cx, &conversation)?;
    let line = |(author, text): &(deskwire_store::conversations::AuthorType, String)| {
        let text: String = text.chars().take(MAX_MESSAGE_LENGTH).collect();
        format!("{}: {}", if author.is_contact() { "User" } else { "Fin" }, text.replace('\n', " "))
    };
    let lines: Vec<String> = messages[messages.len().saturating_sub(MAX_MESSAGES)..].iter().map(line).collect();
    Ok(Html::of_text(&format!("Fin handed over conversation {id}.\n\n{}", lines.join("\n"))))
}

/// Opens a conversation for the team, with notes.
fn open(
    cx: &mut Cx,
    settings: &FinSettings,
    contact: Contact,
    message: Html,
    notes: impl Iterator<Item = Html>,
) -> Result<ConversationId> {
    let first =
        TranscriptMessage { author: Author::of(&contact), body: message, attachments: Vec::new(), at: cx.now() };
    let mut edit = ai_agent::start(cx, contact, vec![first])?;
    // Fin does not take part in it.
    edit.now.ai_agent = None;
    for text in notes {
        note(cx, &mut edit, &text)?;
    }
    if let Some(team) = settings::team(cx, settings)? {
        assign(cx, &mut edit, Author::Bot, Assignee::Team(Some(team)), None)?;
    }
    Ok(edit.save(cx)?.id)
}

/// Adds a note.
fn note(cx: &mut Cx, edit: &mut Edit, text: &Html) -> Result<()> {
    edit.part(cx, NewPart { body: Some(text.to_string()), ..NewPart::of(PartType::Note, Author::Bot) }).map(drop)
}
