//! What clients are sent, as JSON.

use deskwire_domain::error::Result;
use deskwire_domain::events::Event;
use deskwire_domain::ids::{AdminId, ConversationId};
use deskwire_domain::{Access, Cx, Noun, Permissions, conversations};
use serde::Serialize;

use super::presence::{Doing, Told};
use super::queue::{Bye, Frame};
use super::room::BEAT;
use crate::public::wire::Reference;
use crate::topics::Topic;

/// A frame, before it is rendered.
#[derive(Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum Said<'a> {
    /// The first: where the history is, and how a sign of life is to be expected.
    Hello { position: i64, beat: u64, carrier: &'a str },
    /// Something happened.
    Ev { p: i64, r#type: &'a str, object: Reference<'a> },
    /// What a teammate does.
    Eph {
        #[serde(flatten)]
        doing: Doing,
        admin_id: AdminId,
        conversation_id: ConversationId,
    },
    /// Events up to this position were lost.
    Gap { next: i64 },
    /// A sign of life, which a client answers.
    Ping,
    /// The last.
    Bye { retry_ms: u32, why: &'a str },
}

impl Said<'_> {
    fn text(&self) -> String {
        // Neither maps with other keys than texts nor anything else that JSON does not have.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The frames of these events for one who has the permissions of the actor, in the order of their positions.
pub(super) fn of(cx: &mut Cx, events: &[Event]) -> Result<Vec<Frame>> {
    let mut frames = Vec::with_capacity(events.len());
    for event in events {
        let Some(topic) = Topic::of(event.topic) else { continue };
        if !is_seen(cx, topic, event)? {
            continue;
        }
        let (of, id) = topic.object(event);
        let said = Said::Ev { p: event.position, r#type: topic.name, object: Reference::new(of, id) };
        frames.push(Frame { position: Some(event.position), text: said.text().into() });
    }
    Ok(frames)
}

/// Whether the actor may hear of an event. What the inbox does not show is told to nobody.
fn is_seen(cx: &mut Cx, topic: &Topic, event: &Event) -> Result<bool> {
    let actor = cx.actor();
    Ok(match topic.name.split('.').next().unwrap_or_default() {
        "contact" | "company" | "visitor" => actor.reads(Noun::People),
        "admin" => actor.reads(Noun::Admins),
        "ticket" => actor.reads(Noun::Tickets),
        "conversation" | "conversation_part" => {
            actor.reads(Noun::Conversations)
                && (actor.reads(Noun::Tickets) || !conversations::is_ticket(cx, ConversationId::new(event.object_id))?)
        }
        _ => false,
    })
}

/// Whether somebody with these permissions sees conversations at all.
pub(super) fn shows_conversations(sees: Permissions) -> bool {
    sees.of(Noun::Conversations) >= Access::Read || sees.of(Noun::Tickets) >= Access::Read
}

/// What others are told of a teammate.
pub(super) fn presence(told: &Told) -> Frame {
    let said = Said::Eph { doing: told.doing, admin_id: told.admin, conversation_id: told.conversation };
    Frame { position: None, text: said.text().into() }
}

pub(super) fn hello(position: i64, carrier: &str) -> String {
    Said::Hello { position, beat: BEAT, carrier }.text()
}

pub(super) fn gap(next: i64) -> String {
    Said::Gap { next }.text()
}

pub(super) fn ping() -> String {
    Said::Ping.text()
}

pub(super) fn bye(bye: Bye) -> String {
    let (retry_ms, why) = match bye {
        Bye::Restart(retry_ms) => (retry_ms, "restart"),
        Bye::Session => (0, "session"),
        Bye::Silent => (0, "silent"),
    };
    Said::Bye { retry_ms, why }.text()
}
