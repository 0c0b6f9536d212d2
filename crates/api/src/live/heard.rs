//! What clients say.

use deskwire_domain::ids::ConversationId;
use serde::Deserialize;

use super::presence::{Seen, Writing};

/// A frame of a client.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum Heard {
    /// What it wants to hear of; the first frame.
    Sub(Subscription),
    /// It looks at a conversation, or at none.
    See { conversation_id: Option<ConversationId> },
    /// A teammate writes.
    Type { conversation_id: ConversationId, kind: Writing },
    /// The answer to a sign of life.
    Pong,
}

/// What a client wants to hear of.
#[derive(Debug, Deserialize)]
pub(super) struct Subscription {
    /// Events after this position; without it, those from now on.
    pub(super) after: Option<i64>,
}

impl Heard {
    /// Reads a frame; else, what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            // A reason has at most 123 bytes (RFC 6455, 5.5).
            let mut wrong = format!("malformed frame: {error}");
            let end = wrong.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= 120).last();
            wrong.truncate(end.unwrap_or(0));
            wrong
        })
    }

    /// What it says of where the teammate is.
    pub(super) fn seen(self) -> Option<Seen> {
        match self {
            Self::See { conversation_id } => Some(conversation_id.map_or(Seen::Nothing, Seen::Viewing)),
            Self::Type { conversation_id, kind } => Some(Seen::Typing(conversation_id, kind)),
            Self::Sub(_) | Self::Pong => None,
        }
    }
}
