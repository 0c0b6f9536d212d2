//! What there is to know when it is decided who hears of an event.

use deskwire_store::conversation_links::{self as links};
use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::conversations::{self, Conversation};
use deskwire_store::{Tx, admins, teams};
use serde_json::Value;

use super::Recipient;
use super::rules::{When, Who};
use crate::actor::Actor;
use crate::error::Result;
use crate::events::Event;
use crate::{html, ids};

/// The most teammates whom one part may mention.
const MENTIONED: usize = 20;

/// A conversation, the part that tells what happened, and who did it.
pub(super) struct Scene {
    pub(super) conversation: Conversation,
    pub(super) part: Option<Part>,
    /// Who did it; none when the system did.
    pub(super) author: Option<Recipient>,
    /// When (unix seconds).
    pub(super) at: i64,
}

impl Scene {
    /// Of an event; none when what it is about is gone.
    pub(super) fn load(tx: &mut Tx<'_>, actor: &Actor, event: &Event) -> Result<Option<Self>> {
        let Some(conversation) = conversations::get(tx, actor.workspace(), event.object_id)? else { return Ok(None) };
        let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        let part = match payload.get("part_id").and_then(Value::as_str).and_then(ids::parse_decimal) {
            Some(id) => conversation_parts::get(tx, actor.workspace(), conversation.id, id)?,
            None => None,
        };
        let author = match &part {
            Some(part) => person(&part.author_type, part.author_id),
            None if event.topic.ends_with(".created") => {
                person(&conversation.source_author_type, conversation.source_author_id)
            }
            None => event.actor_id.map(Recipient::Admin),
        };
        Ok(Some(Self { conversation, part, author, at: event.created_at }))
    }

    /// Whether a rule holds here.
    pub(super) fn holds(&self, when: When) -> bool {
        match when {
            When::Always => true,
            When::ByItself => self.author.is_none(),
            When::Spoken => self.part.as_ref().is_some_and(is_spoken),
        }
    }

    /// Whether contacts may hear of this at all.
    fn is_open(&self) -> bool {
        is_shown(&self.conversation) && !self.part.as_ref().is_some_and(is_note)
    }

    /// Who is meant.
    pub(super) fn who(&self, tx: &mut Tx<'_>, actor: &Actor, who: Who) -> Result<Vec<Recipient>> {
        let row = &self.conversation;
        Ok(match who {
            Who::Contacts if !self.is_open() => Vec::new(),
            Who::Contacts => {
                let found = links::contacts(tx, actor.workspace(), &[row.id])?.remove(&row.id);
                found.unwrap_or_default().iter().map(|c| Recipient::Contact(c.id)).collect()
            }
            Who::Assignee if row.admin_assignee_id == 0 => Vec::new(),
            Who::Assignee => vec![Recipient::Admin(row.admin_assignee_id)],
            Who::Team if row.team_assignee_id == 0 || row.admin_assignee_id != 0 => Vec::new(),
            Who::Team => members(tx, actor, row.team_assignee_id)?,
            Who::Participants if row.teammate_count == 0 => Vec::new(),
            Who::Participants => {
                let found = links::teammates(tx, actor.workspace(), &[row.id])?.remove(&row.id);
                found.unwrap_or_default().into_iter().map(Recipient::Admin).collect()
            }
            Who::Given => match self.part.as_ref().map(|p| (p.assigned_type.as_deref(), p.assigned_id)) {
                Some((Some("admin"), Some(id))) => vec![Recipient::Admin(id)],
                Some((Some("team"), Some(id))) => members(tx, actor, id)?,
                _ => Vec::new(),
            },
            Who::Mentioned => self.mentioned(tx, actor)?,
        })
    }

    /// The teammates whose names or addresses follow an `@` in the part.
    fn mentioned(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Recipient>> {
        let Some(body) = self.part.as_ref().and_then(|p| p.body.as_deref()).filter(|b| b.contains('@')) else {
            return Ok(Vec::new());
        };
        let text = html::plain(body).to_lowercase();
        let named = |name: &str| {
            let wanted = format!("@{}", name.trim().to_lowercase());
            let ends = |at: usize| text[at + wanted.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
            wanted.len() > 1 && text.match_indices(&wanted).any(|(at, _)| ends(at))
        };
        let all = admins::all(tx, actor.workspace())?;
        let found = all.iter().filter(|a| named(&a.name) || named(&a.email)).take(MENTIONED);
        Ok(found.map(|a| Recipient::Admin(a.id)).collect())
    }
}

fn members(tx: &mut Tx<'_>, actor: &Actor, team: i64) -> Result<Vec<Recipient>> {
    Ok(teams::members(tx, actor.workspace(), team)?.iter().map(|m| Recipient::Admin(m.admin_id)).collect())
}

fn person(kind: &str, id: i64) -> Option<Recipient> {
    match kind {
        "admin" => Some(Recipient::Admin(id)),
        "user" | "lead" => Some(Recipient::Contact(id)),
        _ => None,
    }
}

/// Whether contacts see a conversation at all: of tickets only customers' that are shared with them.
pub(crate) fn is_shown(row: &Conversation) -> bool {
    !row.is_ticket || (row.is_shared && row.ticket_category.as_deref() == Some("Customer"))
}

/// Whether a part is for teammates alone.
pub(crate) fn is_note(part: &Part) -> bool {
    part.part_type.starts_with("note")
}

/// Whether a part says something to everyone in the conversation.
pub(crate) fn is_spoken(part: &Part) -> bool {
    !is_note(part) && (part.body.is_some() || part.attachments.is_some() || part.part_type == "quick_reply")
}
