//! An AI agent's part in a conversation.

use deskwire_store::conversations::{Conversation, DeliveredAs};
use deskwire_store::search::SearchValue;
use deskwire_store::text_enum;
use serde::{Deserialize, Serialize};

use super::author::Author;
use super::create::{blank, record_reply};
use super::details::Details;
use super::edit::{Edit, Happened, NewPart};
use super::{PartType, statistics};
use crate::Cx;
use crate::attachments;
use crate::contacts::Contact;
use crate::error::{Error, Result};
use crate::events::Topic;
use crate::html::Html;
use crate::ids::{AttachmentId, PartId};

text_enum! {
    /// The outcome of an AI agent's part in a conversation.
    pub enum ResolutionState {
        AssumedResolution = "assumed_resolution",
        ConfirmedResolution = "confirmed_resolution",
        Escalated = "escalated",
        NegativeFeedback = "negative_feedback",
        ProcedureHandoff = "procedure_handoff",
    }
}

/// An AI agent's part in a conversation, as stored in its row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AiAgent {
    /// Whether the AI agent has answered.
    pub answered: bool,
    /// The outcome; `None` as long as there is none.
    pub resolution_state: Option<ResolutionState>,
    /// The contact's rating, from 1 to 5.
    pub rating: Option<i64>,
    /// The contact's remark.
    pub rating_remark: Option<String>,
    /// When it was first and last rated, in unix seconds.
    pub rated_at: Option<(i64, i64)>,
    /// The sources of its answers.
    pub content_sources: Vec<ContentSource>,
}

/// A source of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentSource {
    /// `article`, `content_snippet` or `external_content`.
    pub content_type: String,
    /// The URL of the source.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub locale: String,
}

/// The maximum number of sources per conversation.
const MAX_SOURCES: usize = 50;

impl AiAgent {
    /// Parses the column of a conversation. Returns `None` if no AI agent took part.
    pub fn of(conversation: &Conversation) -> Option<Self> {
        // The server writes this column itself; a malformed value is no reason to hide the conversation.
        serde_json::from_str(conversation.ai_agent.as_deref()?).ok()
    }

    /// Returns `ai_answer` once the AI agent has answered.
    pub fn last_answer_type(&self) -> Option<&'static str> {
        self.answered.then_some("ai_answer")
    }

    /// Records an answer and its sources.
    pub(crate) fn cite(&mut self, sources: &[ContentSource]) {
        self.answered = true;
        for source in sources {
            if !self.content_sources.contains(source) && self.content_sources.len() < MAX_SOURCES {
                self.content_sources.push(source.clone());
            }
        }
    }

    /// Returns the values that searches of conversations compare.
    pub(crate) fn search_values(&self) -> Vec<SearchValue> {
        let texts = [
            (102, self.resolution_state.map(ResolutionState::as_str)),
            (103, self.last_answer_type()),
            (105, self.rating_remark.as_deref()),
            (106, Some(SOURCE_TYPE)),
        ];
        let mut values = vec![SearchValue::number(101, 1.0)];
        values.extend(texts.into_iter().filter_map(|(field, text)| Some(SearchValue::text(field, text?))));
        values.extend(
            self.rating
                .and_then(|rating| u8::try_from(rating).ok())
                .map(|rating| SearchValue::number(104, rating.into())),
        );
        values
    }
}

/// The value of `ai_agent.source_type`: what made the AI agent take part.
pub const SOURCE_TYPE: &str = "profile";

/// A message written before or while an AI agent takes part.
#[derive(Debug, Clone)]
pub(crate) struct TranscriptMessage {
    pub(crate) author: Author,
    pub(crate) body: Html,
    pub(crate) attachments: Vec<AttachmentId>,
    /// When it was written, in unix seconds.
    pub(crate) at: i64,
}

/// Starts a conversation with a contact and an AI agent from the messages so far, oldest first. If the contact wrote
/// one of them, the conversation counts as started by a user.
pub(crate) fn start(cx: &mut Cx, contact: Contact, said: Vec<TranscriptMessage>) -> Result<Edit> {
    let now = cx.now();
    let is_of_user = said.iter().any(|said| said.author.is_contact());
    let mut said = said.into_iter();
    let first = said.next();
    let (author, at) = first.as_ref().map_or((Author::Bot, now), |first| (first.author, first.at));
    let mut row = Conversation {
        source_delivered_as: DeliveredAs::CustomerInitiated,
        source_subject: Some(String::new()),
        source_body: Some(first.as_ref().map(|first| first.body.to_string()).unwrap_or_default()),
        source_attachments: first.as_ref().and_then(|first| attachments::listed(&first.attachments)),
        ai_agent: Some(text(&AiAgent::default())?),
        ..blank(cx, author, at)
    };
    if author.is_contact() {
        statistics::contact_wrote(&mut row, at);
    }
    record_reply(cx, &contact, at)?;
    let mut edit = Edit::create_from(cx, row, contact)?;
    for said in said {
        write(cx, &mut edit, said)?;
    }
    if is_of_user {
        edit.emit(Happened::conversation(Topic::ConversationUserCreated), None);
    }
    Ok(edit)
}

/// Writes a message of a transcript.
pub(crate) fn write(cx: &mut Cx, edit: &mut Edit, said: TranscriptMessage) -> Result<PartId> {
    let part = NewPart {
        body: Some(said.body.to_string()),
        attachments: said.attachments,
        created_at: Some(said.at),
        ..NewPart::of(PartType::Comment, said.author)
    };
    edit.part(cx, part)
}

/// Writes an AI agent's message; `is_answer` is whether it answers from content.
pub(crate) fn reply(cx: &mut Cx, edit: &mut Edit, body: &Html, is_answer: bool) -> Result<PartId> {
    let details = Details::AiAgent { from_ai_agent: true, is_ai_answer: is_answer };
    let part =
        NewPart { body: Some(body.to_string()), details: Some(details), ..NewPart::of(PartType::Comment, Author::Bot) };
    let id = edit.part(cx, part)?;
    edit.emit(Happened::conversation(Topic::ConversationOperatorReplied), Some(id));
    Ok(id)
}

/// Changes the AI agent's part in a conversation.
pub(crate) fn change(edit: &mut Edit, change: impl FnOnce(&mut AiAgent)) -> Result<()> {
    let mut agent = AiAgent::of(&edit.now).unwrap_or_default();
    change(&mut agent);
    edit.now.ai_agent = Some(text(&agent)?);
    Ok(())
}

fn text(agent: &AiAgent) -> Result<String> {
    serde_json::to_string(agent).map_err(Error::internal)
}
