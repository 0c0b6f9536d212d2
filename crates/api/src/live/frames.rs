//! What clients are sent, as JSON.

use std::collections::{BTreeMap, HashMap};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::events::{self, Event};
use deskwire_domain::ids::{AdminId, ConversationId, PartId};
use deskwire_domain::{Access, Cx, Noun, Permissions, inbox};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::counts::Counts;
use super::presence::{Doing, PresenceChange};
use super::queue::{Bye, Frame};
use super::room::BEAT;
use crate::inbox::conversations::view;
use crate::public::wire::Reference;
use crate::topics::Topic;

/// A frame, before it is rendered.
#[derive(Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum Message<'a> {
    /// The first: where the history is, and how a sign of life is to be expected.
    Hello { position: i64, beat: u64, carrier: &'a str },
    /// Something happened.
    Ev { p: i64, r#type: &'a str, object: Reference<'a> },
    /// A conversation changed.
    Row { p: i64, row: Value },
    /// A conversation is no more.
    Gone { p: i64, id: ConversationId },
    /// What a teammate does.
    Eph {
        #[serde(flatten)]
        doing: Doing,
        admin_id: AdminId,
        conversation_id: ConversationId,
    },
    /// What a conversation is to the teammate alone.
    Me {
        id: ConversationId,
        #[serde(flatten)]
        own: Own,
    },
    /// How many conversations lists of the teammate hold that changed, and how many unread notifications there are.
    Count { counts: &'a BTreeMap<String, usize>, unread_notifications: i64 },
    /// Events up to this position were lost.
    Gap { next: i64 },
    /// A sign of life, which a client answers.
    Ping,
    /// The last.
    Bye { retry_ms: u32, why: &'a str },
}

/// What a conversation is to a teammate; what did not change is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Own {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unread: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mentioned: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<bool>,
}

impl Message<'_> {
    fn text(&self) -> String {
        // Neither maps with other keys than texts nor anything else that JSON does not have.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The frames of these events for one who has the permissions of the actor, in the order of their positions: the events
/// themselves, and each conversation that they changed, as it is now, once.
pub(super) fn of(cx: &mut Cx, events: &[Event]) -> Result<Vec<Frame>> {
    let rows = changed_rows(cx, events)?;
    // A row comes after the last event of its conversation.
    let mut frames: Vec<(i64, bool, String)> = Vec::with_capacity(events.len() + rows.len());
    for event in events {
        let Some(topic) = Topic::of(event.topic) else { continue };
        let p = event.position;
        let is_seen = match subject(event.topic) {
            Subject::Of(noun) => cx.actor().reads(noun),
            Subject::Conversation => rows.contains_key(&event.object_id),
            Subject::Gone(noun) if cx.actor().reads(noun) => {
                let id = ConversationId::new(event.object_id);
                frames.push((p, true, Message::Gone { p, id }.text()));
                true
            }
            Subject::Gone(_) | Subject::Other => false,
        };
        if is_seen {
            let (of, id) = topic.object(event);
            let message = Message::Ev { p, r#type: topic.name, object: Reference::new(of, id) };
            frames.push((p, false, message.text()));
        }
    }
    frames.extend(rows.into_values().map(|(p, row)| (p, true, Message::Row { p, row }.text())));
    frames.sort_by_key(|(p, is_row, _)| (*p, *is_row));
    Ok(frames.into_iter().map(|(p, _, text)| Frame { position: Some(p), text: text.into() }).collect())
}

/// The rows of the conversations that events changed and that the actor sees, each with the position of the last one.
fn changed_rows(cx: &mut Cx, events: &[Event]) -> Result<HashMap<i64, (i64, Value)>> {
    let changes = events.iter().filter(|event| subject(event.topic) == Subject::Conversation);
    let changed: HashMap<i64, i64> = changes.map(|event| (event.object_id, event.position)).collect();
    if changed.is_empty() || !shows_conversations(cx.actor().permissions) {
        return Ok(HashMap::new());
    }
    let ids: Vec<ConversationId> = changed.keys().map(|id| ConversationId::new(*id)).collect();
    let mut rows = HashMap::with_capacity(ids.len());
    for row in inbox::rows::rows(cx, &ids)? {
        let id = row.row.id.number();
        let mut view = serde_json::to_value(view::row(&row)).map_err(Error::internal)?;
        if let Some(view) = view.as_object_mut() {
            // What it is to the teammate is not the same for all.
            view.retain(|name, _| !matches!(name.as_str(), "unread" | "mentioned" | "draft"));
        }
        rows.insert(id, (changed.get(&id).copied().unwrap_or_default(), view));
    }
    Ok(rows)
}

/// What an event is about, as far as the inbox shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// A conversation or ticket that was changed.
    Conversation,
    /// One that is no more.
    Gone(Noun),
    /// Something else that may be read or not.
    Of(Noun),
    /// What the inbox does not show.
    Other,
}

fn subject(topic: events::Topic) -> Subject {
    match topic {
        events::Topic::ConversationDeleted => return Subject::Gone(Noun::Conversations),
        events::Topic::TicketDeleted => return Subject::Gone(Noun::Tickets),
        events::Topic::AdminLoggedIn | events::Topic::AdminLoggedOut | events::Topic::ActivityLogged => {
            return Subject::Other;
        }
        _ => {}
    }
    match topic.as_str().split('.').next().unwrap_or_default() {
        "conversation" | "conversation_part" | "ticket" => Subject::Conversation,
        "contact" | "company" | "visitor" => Subject::Of(Noun::People),
        "admin" => Subject::Of(Noun::Admins),
        _ => Subject::Other,
    }
}

/// Whether an event may have changed how many conversations lists hold.
pub(super) fn moves_counts(topic: events::Topic) -> bool {
    matches!(subject(topic), Subject::Conversation | Subject::Gone(_))
}

/// Whether somebody with these permissions sees conversations at all.
pub(super) fn shows_conversations(sees: Permissions) -> bool {
    sees.of(Noun::Conversations) >= Access::Read || sees.of(Noun::Tickets) >= Access::Read
}

/// Whom these events mention where.
pub(super) fn mentions(cx: &mut Cx, events: &[Event]) -> Result<Vec<(AdminId, ConversationId)>> {
    let noted: Vec<(ConversationId, PartId)> = events
        .iter()
        .filter(|event| {
            event.topic == events::Topic::ConversationAdminNoted || event.topic == events::Topic::TicketNoted
        })
        .filter_map(|event| Some((ConversationId::new(event.object_id), event.payload.part_id()?)))
        .collect();
    inbox::reads::mentioned_by(cx, &noted)
}

/// What a conversation is to a teammate.
pub(super) fn me(id: ConversationId, own: Own) -> Frame {
    Frame { position: None, text: Message::Me { id, own }.text().into() }
}

/// The counts that changed.
pub(super) fn count(counts: &Counts) -> Frame {
    let message = Message::Count { counts: &counts.lists, unread_notifications: counts.unread };
    Frame { position: None, text: message.text().into() }
}

/// What others are told of a teammate.
pub(super) fn presence(change: &PresenceChange) -> Frame {
    let message = Message::Eph { doing: change.doing, admin_id: change.admin, conversation_id: change.conversation };
    Frame { position: None, text: message.text().into() }
}

pub(super) fn hello(position: i64, carrier: &str) -> String {
    Message::Hello { position, beat: BEAT, carrier }.text()
}

pub(super) fn gap(next: i64) -> String {
    Message::Gap { next }.text()
}

pub(super) fn ping() -> String {
    Message::Ping.text()
}

pub(super) fn bye(bye: Bye) -> String {
    let (retry_ms, why) = match bye {
        Bye::Restart(retry_ms) => (retry_ms, "restart"),
        Bye::Session => (0, "session"),
        Bye::Silent => (0, "silent"),
    };
    Message::Bye { retry_ms, why }.text()
}
