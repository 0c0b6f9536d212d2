//! Answers to messages for Fin.

use deskwire_domain::error::Result;
use deskwire_domain::fin::{AttributeErrors, FinSession, FinStatus, Started};
use deskwire_domain::ids::FinProcedureId;
use deskwire_domain::times;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::event_stream::CHANNEL;
use crate::reply::Reply;
use crate::request::{Request, encode};

/// A message that Fin accepted.
#[derive(Serialize)]
struct View<'a> {
    conversation_id: &'a str,
    user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    procedure_id: Option<FinProcedureId>,
    status: FinStatus,
    created_at_ms: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sse_subscription_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Errors<'a>>,
}

/// Attributes that could not be set.
#[derive(Serialize)]
struct Errors<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Attributes<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<Attributes<'a>>,
}

#[derive(Serialize)]
struct Attributes<'a> {
    attributes: &'a Map<String, Value>,
}

impl<'a> Errors<'a> {
    fn of(AttributeErrors { user, conversation }: &'a AttributeErrors) -> Option<Self> {
        let some = |attributes: &'a Map<String, Value>| (!attributes.is_empty()).then_some(Attributes { attributes });
        let (user, conversation) = (some(user), some(conversation));
        (user.is_some() || conversation.is_some()).then_some(Self { user, conversation })
    }
}

/// The response to a request that gives Fin work.
pub(super) fn answer(request: &Request, started: &Started) -> Result<Reply> {
    let session = &started.session;
    request.json(&View {
        conversation_id: &session.external_id,
        user_id: &session.user_id,
        procedure_id: session.procedure_id.filter(|_| request.operation.ends_with("/run")),
        status: if request.operation.ends_with("/ask") { of_question(session.status) } else { session.status },
        created_at_ms: times::iso_ms(started.at_ms),
        sse_subscription_url: stream_url(request, session, session.turn_position == 0, started.stream.as_deref()),
        errors: Errors::of(&started.errors),
    })
}

/// The status of a question: complete once Fin does nothing more about it, even if the session was escalated since.
const fn of_question(status: FinStatus) -> FinStatus {
    match status {
        FinStatus::Escalated | FinStatus::AwaitingUserReply => FinStatus::Complete,
        FinStatus::Thinking | FinStatus::Replying | FinStatus::Resolved | FinStatus::Complete => status,
    }
}

/// The URL of a session's event stream; `rewinds` is whether earlier events may exist.
pub(super) fn stream_url(
    request: &Request,
    session: &FinSession,
    rewinds: bool,
    token: Option<&str>,
) -> Option<String> {
    let (origin, workspace, id) = (&request.origin, request.caller().workspace(), encode(&session.external_id));
    let rewind = if rewinds { "&rewind=2m" } else { "" };
    Some(format!("{origin}/event-stream?channels={CHANNEL}:{workspace}:{id}&accessToken={}{rewind}", token?))
}
