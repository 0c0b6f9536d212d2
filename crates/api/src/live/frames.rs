//! The frames that the server sends, as JSON.

use std::collections::{BTreeMap, HashMap};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::events::{self, Event};
use deskwire_domain::ids::{AdminId, ConversationId, NotificationId, PartId};
use deskwire_domain::{Access, Cx, Noun, Permissions, inbox};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::counts::Counts;
use super::presence::{Doing, PresenceChange};
use super::queue::{CloseReason, Frame};
use super::room::PING_INTERVAL;
use crate::inbox::conversations::view;
use crate::public::wire::Reference;
use crate::topics::Topic;

/// When a client whose session has ended may connect again, in milliseconds: another session may have replaced it.
const SESSION_RETRY_MS: u32 = 3_000;

/// A frame, before it is rendered.
#[derive(Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum ServerFrame<'a> {
    /// The first frame: the position of the history, and the interval of pings.
    Hello { position: i64, beat: u64, carrier: &'a str },
    /// An event.
    Ev { p: i64, r#type: &'a str, object: Reference<'a> },
    /// The new row of a conversation that changed.
    Row { p: i64, row: Value },
    /// A conversation was deleted.
    Gone { p: i64, id: ConversationId },
    /// Presence of a teammate.
    Eph {
        #[serde(flatten)]
        doing: Doing,
        admin_id: AdminId,
        conversation_id: ConversationId,
    },
    /// The teammate's own marks of a conversation.
    Me {
        id: ConversationId,
        #[serde(flatten)]
        marks: Marks,
    },
    /// The held replies of a conversation changed; the conversation shows them.
    Held { id: ConversationId },
    /// The teammate's lists whose counts changed, the number of conversations with unread notifications, and the newest of
    /// those.
    Count {
        counts: &'a BTreeMap<String, usize>,
        unread_notifications: i64,
        newest_notification: Option<NotificationId>,
    },
    /// Events up to this position were lost.
    Gap { next: i64 },
    /// A ping, which the client answers.
    Ping,
    /// The last frame: when to come back, and why the server closes the connection.
    Bye { retry_ms: u32, why: &'a str },
}

/// A teammate's marks of a conversation; those that did not change are left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marks {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unread: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mentioned: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) draft: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) drafts: Option<DraftVersions>,
}

/// The versions of a teammate's drafts in a conversation; 0 where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DraftVersions {
    pub(crate) reply: i64,
    pub(crate) note: i64,
}

impl ServerFrame<'_> {
    fn text(&self) -> String {
        // Cannot fail: all keys are strings, and all values have a form in JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The frames of these events for the actor's permissions, ordered by position: each event, and each changed
/// conversation once, in its current state.
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
                frames.push((p, true, ServerFrame::Gone { p, id }.text()));
                true
            }
            Subject::Gone(_) | Subject::Other => false,
        };
        if is_seen {
            let (of, id) = topic.object(event);
            let message = ServerFrame::Ev { p, r#type: topic.name, object: Reference::new(of, id) };
            frames.push((p, false, message.text()));
        }
    }
    frames.extend(rows.into_values().map(|(p, row)| (p, true, ServerFrame::Row { p, row }.text())));
    frames.sort_by_key(|(p, is_row, _)| (*p, *is_row));
    Ok(frames.into_iter().map(|(p, _, text)| Frame { position: Some(p), text: text.into() }).collect())
}

/// The rows of the changed conversations that the actor may see, each with the position of its last event.
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
            // Marks are each teammate's own, and this row goes to all.
            view.retain(|name, _| !matches!(name.as_str(), "unread" | "mentioned" | "draft"));
        }
        rows.insert(id, (changed.get(&id).copied().unwrap_or_default(), view));
    }
    Ok(rows)
}

/// What the inbox shows of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// A conversation or ticket that changed.
    Conversation,
    /// One that was deleted.
    Gone(Noun),
    /// An object of another kind, for those who may read that kind.
    Of(Noun),
    /// Nothing.
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

/// Whether an event may change the counts of lists.
pub(super) fn moves_counts(topic: events::Topic) -> bool {
    matches!(subject(topic), Subject::Conversation | Subject::Gone(_))
}

/// The conversations that became tickets, and new tickets.
pub(super) fn tickets(events: &[Event]) -> Vec<ConversationId> {
    let made = events.iter().filter(|event| event.topic == events::Topic::TicketCreated);
    made.map(|event| ConversationId::new(event.object_id)).collect()
}

/// Whether these permissions allow reading conversations or tickets.
pub(super) fn shows_conversations(sees: Permissions) -> bool {
    sees.of_conversations() >= Access::Read
}

/// The mentions in the notes that these events announce.
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

/// A teammate's marks of a conversation.
pub(super) fn me(id: ConversationId, marks: Marks) -> Frame {
    Frame { position: None, text: ServerFrame::Me { id, marks }.text().into() }
}

/// That the held replies of a conversation changed. The replies are not in the frame: who may read the conversation
/// loads them.
pub(super) fn held(id: ConversationId) -> Frame {
    Frame { position: None, text: ServerFrame::Held { id }.text().into() }
}

/// The counts that changed.
pub(super) fn count(counts: &Counts) -> Frame {
    let message = ServerFrame::Count {
        counts: &counts.lists,
        unread_notifications: counts.unread.count,
        newest_notification: counts.unread.newest,
    };
    Frame { position: None, text: message.text().into() }
}

/// A teammate's presence, for the others.
pub(super) fn presence(change: &PresenceChange) -> Frame {
    let message =
        ServerFrame::Eph { doing: change.doing, admin_id: change.admin, conversation_id: change.place.conversation };
    Frame { position: None, text: message.text().into() }
}

pub(super) fn hello(position: i64, carrier: &str) -> String {
    ServerFrame::Hello { position, beat: PING_INTERVAL, carrier }.text()
}

pub(super) fn gap(next: i64) -> String {
    ServerFrame::Gap { next }.text()
}

pub(super) fn ping() -> String {
    ServerFrame::Ping.text()
}

pub(super) fn bye(reason: CloseReason) -> String {
    let (retry_ms, why) = match reason {
        CloseReason::Restart(retry_ms) => (retry_ms, "restart"),
        // The page asks whether it is still signed in, and must not connect again before it knows.
        CloseReason::Session => (SESSION_RETRY_MS, "session"),
        CloseReason::Silent => (0, "silent"),
    };
    ServerFrame::Bye { retry_ms, why }.text()
}
