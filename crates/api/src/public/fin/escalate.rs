//! `POST /fin/escalate`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::fin::{self, Escalated, Escalation};
use deskwire_domain::html::Html;
use deskwire_domain::ids::ConversationId;
use serde::Serialize;

use super::input;
use super::view::stream_url;
use crate::reply::Reply;
use crate::request::Request;

/// The maximum length of a message, and of its context, in characters.
const MAX_LENGTH: usize = 10_000;
/// The user's message if the request has none.
const MESSAGE: &str = "Requesting human support";

#[derive(Serialize)]
struct View<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intercom_conversation_id: Option<ConversationId>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sse_subscription_url: Option<String>,
}

/// Escalates a conversation, or a user, to teammates.
pub async fn handle(request: Request) -> Result<Reply> {
    let body = &request.body;
    let id = body.id("conversation_id")?.flatten().filter(|id| !id.trim().is_empty());
    let what = match (id, body.object("user")?.flatten()) {
        (Some(id), _) => Escalation::Session(id),
        (None, Some(_)) => Escalation::User(input::user(body)?),
        (None, None) => return Err(Error::invalid("Either conversation_id or user must be provided")),
    };
    let message = text(&request, "message")?.unwrap_or_else(|| MESSAGE.to_owned());
    let message =
        Html::read(&message, &request.origin, "message")?.or_else(|| Html::of_text(MESSAGE)).unwrap_or_default();
    let context = text(&request, "context")?.and_then(|text| Html::of_text(&text));
    let escalated = request.write(move |cx| fin::escalate(cx, &what, &message, context.as_ref())).await?;
    let (session, stream, conversation) = match &escalated {
        Escalated::Session(session, stream) => (Some(session), stream.as_deref(), None),
        Escalated::Conversation(id) => (None, None, Some(*id)),
    };
    request.json(&View {
        conversation_id: session.map(|session| session.external_id.as_str()),
        intercom_conversation_id: conversation,
        status: "escalated",
        sse_subscription_url: session.and_then(|session| stream_url(&request, session, true, stream)),
    })
}

fn text(request: &Request, key: &'static str) -> Result<Option<String>> {
    let text = request.body.long(key)?.flatten().filter(|text| !text.trim().is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_LENGTH) {
        return Err(Error::invalid(format!("{key} is too long (maximum is {MAX_LENGTH} characters)")).field(key));
    }
    Ok(text)
}
