//! The frames that clients send.

use deskwire_domain::ids::ConversationId;
use serde::Deserialize;

use super::presence::{Activity, Writing};

/// A frame from a client.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum ClientFrame {
    /// The subscription: the first frame.
    Sub(Subscription),
    /// The teammate looks at a conversation, or at none.
    See { conversation_id: Option<ConversationId> },
    /// The teammate is writing.
    Type { conversation_id: ConversationId, kind: Writing },
    /// The answer to a ping.
    Pong,
}

/// What a client subscribes to.
#[derive(Debug, Deserialize)]
pub(super) struct Subscription {
    /// Start after this position; without it, with the next event.
    pub(super) after: Option<i64>,
}

impl ClientFrame {
    /// Parses a frame; an error says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            // A close reason has at most 123 bytes (RFC 6455, 5.5).
            let mut reason = format!("malformed frame: {error}");
            let end = reason.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= 120).last();
            reason.truncate(end.unwrap_or(0));
            reason
        })
    }

    /// The activity that the frame reports, if any.
    pub(super) fn activity(self) -> Option<Activity<ConversationId>> {
        match self {
            Self::See { conversation_id } => Some(conversation_id.map_or(Activity::Idle, Activity::Viewing)),
            Self::Type { conversation_id, kind } => Some(Activity::Typing(conversation_id, kind)),
            Self::Sub(_) | Self::Pong => None,
        }
    }
}
