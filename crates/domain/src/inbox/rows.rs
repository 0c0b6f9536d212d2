//! The rows of conversations in lists, read with one statement per kind of related data (ADR 56).

use std::collections::HashMap;

use deskwire_store::conversation_links as links;
use deskwire_store::conversation_rows::{self as store, ConversationRow, FirstContact};
use deskwire_store::conversations::LastBy;
use deskwire_store::ticket_types::{self, TicketType};

use super::reads::{self, MarkedConversation, Marks};
use crate::Cx;
use crate::actor::Noun;
use crate::conversations::last_message::Last;
use crate::conversations::noun;
use crate::error::Result;
use crate::html;
use crate::ids::{AdminId, ContactId, ConversationId, PartId, TagId, TicketStateId, TicketTypeId};
use crate::ticket_states::{self, TicketState};

/// A conversation in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its columns.
    pub row: ConversationRow,
    /// The contact that joined first; `None` for those who may not see people.
    pub contact: Option<FirstContact>,
    /// Its tags, oldest first; none for those who may not see tags.
    pub tags: Vec<TagId>,
    /// Its ticket data, if it is a ticket.
    pub ticket: Option<Ticket>,
    /// Its newest message.
    pub last: Newest,
    /// Its marks for the actor.
    pub marks: Marks,
}

/// The ticket data of a conversation.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its type.
    pub of: TicketType,
    /// Its state, unless that was removed.
    pub state: Option<TicketState>,
}

/// The newest message or note of a conversation.
#[derive(Debug, Clone)]
pub struct Newest {
    /// Its part; `None` for the first message.
    pub part: Option<PartId>,
    /// When it was written (unix seconds).
    pub at: i64,
    /// Its beginning, without markup.
    pub excerpt: String,
    /// Who wrote it.
    pub by: LastBy,
    /// The name of the author.
    pub author: Option<String>,
}

impl Row {
    /// Its title, else its subject.
    pub fn title(&self) -> Option<String> {
        let title = self.row.title.clone().or_else(|| self.row.source_subject.as_deref().map(html::plain));
        title.filter(|title| !title.is_empty())
    }
}

/// The rows of these conversations, in order, without those that do not exist or that the actor may not see.
pub fn rows(cx: &mut Cx, ids: &[ConversationId]) -> Result<Vec<Row>> {
    let actor = cx.actor();
    let mut found = store::of_many(cx, ids)?;
    found.retain(|row| actor.sees(noun(row.is_ticket)));
    let ids: Vec<ConversationId> = found.iter().map(|row| row.id).collect();
    let mut contacts = if actor.sees(Noun::People) { store::first_contacts(cx, &ids)? } else { HashMap::new() };
    let tagged = found.iter().filter(|row| row.tag_count > 0 && actor.sees(Noun::Tags));
    let tagged: Vec<ConversationId> = tagged.map(|row| row.id).collect();
    let mut tags = store::tags(cx, &tagged)?;
    let (types, states) = of_tickets(cx, &found)?;
    let mut last = newest(cx, &found)?;
    name_authors(cx, &found, &contacts, &mut last)?;
    let author = |row: &ConversationRow| (row.source_author_type, row.source_author_id);
    let marked = |row: &ConversationRow| MarkedConversation::new(row.id, row.state, author(row));
    let marked: Vec<MarkedConversation> = found.iter().map(marked).collect();
    let mut marks = reads::marks(cx, &marked)?;
    let row = |(row, (last, author)): (ConversationRow, (Last, Option<String>))| Row {
        contact: contacts.remove(&row.id),
        tags: tags.remove(&row.id).unwrap_or_default(),
        ticket: row.ticket_type_id.and_then(|id| {
            let of = types.get(&id)?.clone();
            Some(Ticket { of, state: row.ticket_state_id.and_then(|id| states.get(&id).cloned()) })
        }),
        marks: marks.remove(&row.id).unwrap_or_default(),
        last: Newest { part: last.part, at: last.at, excerpt: last.excerpt, by: last.by, author },
        row,
    };
    Ok(found.into_iter().zip(last).map(row).collect())
}

type TypesAndStates = (HashMap<TicketTypeId, TicketType>, HashMap<TicketStateId, TicketState>);

/// The types and states of the tickets among them.
fn of_tickets(cx: &mut Cx, rows: &[ConversationRow]) -> Result<TypesAndStates> {
    let mut ids: Vec<TicketTypeId> = rows.iter().filter_map(|row| row.ticket_type_id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok((HashMap::new(), HashMap::new()));
    }
    let types = ticket_types::many(cx, &ids)?.into_iter().map(|of| (of.id, of)).collect();
    let states = ticket_states::list(cx)?.into_iter().map(|state| (state.id, state)).collect();
    Ok((types, states))
}

/// The newest message of each, computed from the parts if the row was written by an older release.
fn newest(cx: &mut Cx, rows: &[ConversationRow]) -> Result<Vec<(Last, Option<String>)>> {
    let bare: Vec<ConversationId> = rows.iter().filter(|row| row.last_by.is_none()).map(|row| row.id).collect();
    let parts = store::last_messages(cx, &bare)?;
    let mut parts: HashMap<ConversationId, Last> =
        parts.iter().map(|part| (part.conversation_id, Last::of_part(part))).collect();
    let last = |row: &ConversationRow| match row.last_by {
        Some(by) => Last {
            part: row.last_part_id,
            at: row.last_part_at.unwrap_or(row.created_at),
            excerpt: row.last_excerpt.clone().unwrap_or_default(),
            by,
            author: row.last_author_id,
        },
        None => parts.remove(&row.id).unwrap_or_else(|| {
            let body = row.source_body.as_deref();
            Last::of_source(row.created_at, body, row.source_author_type, row.source_author_id)
        }),
    };
    Ok(rows.iter().map(last).map(|last| (last, None)).collect())
}

/// Adds the names of the authors.
fn name_authors(
    cx: &mut Cx,
    rows: &[ConversationRow],
    known: &HashMap<ConversationId, FirstContact>,
    last: &mut [(Last, Option<String>)],
) -> Result<()> {
    let (mut contacts, mut admins) = (Vec::new(), Vec::new());
    for (row, (last, name)) in rows.iter().zip(last.iter_mut()) {
        let Some(id) = last.author else { continue };
        if last.by != LastBy::Contact {
            admins.push(AdminId::new(id));
        } else if let Some(contact) = known.get(&row.id).filter(|contact| contact.id.number() == id) {
            name.clone_from(&contact.name);
        } else {
            contacts.push(ContactId::new(id));
        }
    }
    if !cx.actor().sees(Noun::People) {
        contacts.clear();
    }
    contacts.sort_unstable();
    contacts.dedup();
    admins.sort_unstable();
    admins.dedup();
    let people: HashMap<(bool, i64), Option<String>> =
        links::people(cx, &contacts, &admins)?.into_iter().map(|p| ((p.is_admin, p.id), p.name)).collect();
    for (last, name) in last.iter_mut() {
        if let Some(id) = last.author
            && let Some(known) = people.get(&(last.by != LastBy::Contact, id))
        {
            name.clone_from(known);
        }
    }
    Ok(())
}
