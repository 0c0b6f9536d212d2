//! Actions of teammates on one or many conversations.

use deskwire_store::{Hold, conversations as store};
use serde_json::{Map, Value, json};

use super::closing::{self, Closing, Unfilled};
use super::{idempotency, reads, teammate as me};
use crate::Cx;
use crate::activity;
use crate::actor::Noun;
use crate::conversations::{
    self, Adder, Assignee, Author, ConversationState, Edit, Update, changeable, known, last_message,
};
use crate::error::{Error, ErrorKind, Result};
use crate::html;
use crate::ids::{AdminId, ContactId, ConversationId, PartId, TagId};
use crate::person::Person;
use crate::ticket_types::TITLE;
use crate::tickets::{self, Changes, Convert, To};

/// The maximum number of conversations per request.
pub const MAX_AT_ONCE: usize = 100;

/// An action.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Assign it to the teammate with this id, or unassign it.
    Assign(Option<String>),
    /// Assign it to the team with this id, or unassign it.
    AssignTeam(Option<String>),
    /// Close it.
    Close,
    /// Open it.
    Open,
    /// Snooze it until then (unix seconds).
    Snooze(i64),
    /// Set its priority.
    Priority(String),
    /// Add a tag.
    Tag(TagId),
    /// Remove a tag.
    Untag(TagId),
    /// Set or remove its title.
    Title(Option<String>),
    /// Set a custom attribute.
    Attribute(String, Value),
    /// Move a ticket to the state with this id.
    TicketState(String),
    /// Set an attribute of a ticket.
    TicketAttribute(String, Value),
    /// Mark it as read by the actor.
    Read,
    /// Mark it as unread for the actor.
    Unread,
    /// Add a contact.
    AddContact(ContactId),
    /// Remove a contact.
    RemoveContact(ContactId),
    /// Convert it to a ticket of the type with this id.
    Convert(String),
}

/// The result of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The changed conversation: for a merged one, its target.
    pub id: ConversationId,
    /// The last part before those that the action wrote.
    pub after: PartId,
}

/// Runs an action on one conversation. Writes no part if nothing changes. Each needs the permission to write the
/// conversation's kind, except for marks of what was read.
pub fn act(cx: &mut Cx, id: ConversationId, action: &Action) -> Result<Done> {
    let after = cx.mint();
    let me = me(cx)?;
    let admin = me.to_string();
    match action {
        Action::Assign(to) => assign(cx, id, Author::Admin(me), to.as_deref(), false)?,
        Action::AssignTeam(to) => assign(cx, id, Author::Admin(me), to.as_deref(), true)?,
        Action::Close => {
            let mut edit = Edit::open(cx, id)?;
            if closing::close(cx, &mut edit, me, Unfilled::Refuse)? == Closing::Closes {
                edit.save(cx)?;
            }
        }
        Action::Open => {
            let mut edit = Edit::open(cx, id)?;
            if edit.now.state != ConversationState::Open {
                conversations::reopen(cx, &mut edit, Author::Admin(me))?;
                edit.save(cx)?;
            }
        }
        Action::Snooze(until) => {
            let mut edit = Edit::open(cx, id)?;
            if (edit.now.state, edit.now.snoozed_until) != (ConversationState::Snoozed, Some(*until)) {
                conversations::snooze(cx, &mut edit, Author::Admin(me), *until)?;
                edit.save(cx)?;
            }
        }
        Action::Priority(priority) => {
            let update = Update { priority: Some(priority.clone()), admin: Some(admin), ..Update::default() };
            conversations::update(cx, id, &update)?;
        }
        Action::Tag(tag) => {
            let tag = tag_of(cx, id, *tag)?;
            conversations::tag(cx, id, tag, &admin)?;
        }
        Action::Untag(tag) => {
            let tag = tag_of(cx, id, *tag)?;
            conversations::untag(cx, id, tag, &admin)?;
        }
        Action::Title(title) => set_title(cx, id, title.as_deref(), admin)?,
        Action::Attribute(name, value) => {
            let mut edit = Edit::open(cx, id)?;
            let values = Map::from_iter([(name.clone(), value.clone())]);
            if conversations::set_attributes(cx, &mut edit, &values, Author::Admin(me))? {
                edit.emit_updated();
                edit.save(cx)?;
            }
        }
        Action::TicketState(state) => set_ticket_state(cx, id, me, state)?,
        Action::TicketAttribute(name, value) => set_ticket_attribute(cx, id, name, value.clone(), admin)?,
        Action::Read => reads::read(cx, id)?,
        Action::Unread => reads::unread(cx, id)?,
        Action::AddContact(contact) => {
            see_people(cx)?;
            conversations::attach(cx, id, &Adder::Admin(admin), &Person::Id(contact.to_string()))?;
        }
        Action::RemoveContact(contact) => {
            see_people(cx)?;
            conversations::detach(cx, id, Some(*contact), &admin)?;
        }
        Action::Convert(kind) => convert(cx, id, kind)?,
    }
    let id = store::get(cx, id)?.and_then(|row| row.merged_into).unwrap_or(id);
    Ok(Done { id, after })
}

/// A tag that the actor may see, for a conversation that they may change. Any other tag is answered like an unknown one.
fn tag_of(cx: &mut Cx, id: ConversationId, tag: TagId) -> Result<Option<TagId>> {
    changeable(cx, id)?;
    Ok(Some(tag).filter(|_| cx.actor().sees(Noun::Tags)))
}

/// Answers an actor who may not see people like one who names an unknown contact.
fn see_people(cx: &Cx) -> Result<()> {
    if cx.actor().sees(Noun::People) { Ok(()) } else { Err(ErrorKind::ContactNotFound.into()) }
}

/// The outcome for one of many conversations.
pub type Outcome<T = Done> = (ConversationId, Result<T>);

/// Runs an action on many conversations. Each succeeds or fails independently; the outcomes are in the order of the
/// ids.
pub fn act_on_many(cx: &mut Cx, ids: &[ConversationId], action: &Action) -> Result<Vec<Outcome>> {
    each(cx, ids, |cx, id| act(cx, id, action))
}

/// Deletes conversations with their messages, for good. Reports keep counting them. Each succeeds or fails
/// independently; the outcomes are in the order of the ids.
pub fn delete(cx: &mut Cx, ids: &[ConversationId], ip: Option<&str>) -> Result<Vec<Outcome<()>>> {
    let outcomes = each(cx, ids, |cx, id| conversations::delete_one_of(cx, id, true))?;
    let mut gone = Vec::new();
    let outcomes = outcomes.into_iter().map(|(id, outcome)| (id, outcome.map(|row| gone.push(row)))).collect();
    idempotency::forget_later(cx, &gone)?;
    if !gone.is_empty() {
        let ids: Vec<String> = gone.iter().map(|row| row.id.to_string()).collect();
        let metadata = json!({"conversation_ids": ids});
        activity::log_action(cx, "bulk_delete", "deleted conversations", metadata, ip)?;
    }
    Ok(outcomes)
}

/// Does something with each of these conversations. The outcomes are in the order of the ids.
fn each<T>(
    cx: &mut Cx,
    ids: &[ConversationId],
    mut run: impl FnMut(&mut Cx, ConversationId) -> Result<T>,
) -> Result<Vec<Outcome<T>>> {
    // Locked in the order of their ids, so that concurrent requests do not deadlock.
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut outcomes: Vec<Outcome<T>> = Vec::with_capacity(sorted.len());
    for id in sorted {
        let outcome = cx.nested(|cx| run(cx, id));
        if let Err(error) = &outcome
            && error.kind.class().is_of_server()
        {
            return outcome.map(|_| Vec::new());
        }
        outcomes.push((id, outcome));
    }
    outcomes.sort_by_key(|(id, _)| ids.iter().position(|other| other == id));
    Ok(outcomes)
}

fn assign(cx: &mut Cx, id: ConversationId, author: Author, to: Option<&str>, team: bool) -> Result<()> {
    let mut edit = Edit::open(cx, id)?;
    let to = conversations::assignee_of(cx, team, to.unwrap_or("0"))?;
    let is_so = match to {
        Assignee::Admin(id) => edit.now.admin_assignee_id.0 == id,
        Assignee::Team(id) => edit.now.team_assignee_id.0 == id,
    };
    if !is_so {
        conversations::assign(cx, &mut edit, author, to, None)?;
        edit.save(cx)?;
    }
    Ok(())
}

/// Sets the title. For a ticket, it is one of its attributes.
fn set_title(cx: &mut Cx, id: ConversationId, title: Option<&str>, admin: String) -> Result<()> {
    // It may be converted at this moment.
    store::lock(cx, id)?;
    if known(cx, id)?.is_ticket {
        return set_ticket_attribute(cx, id, TITLE, json!(title.unwrap_or("")), admin);
    }
    let update = Update { title: Some(title.map(str::to_owned)), ..Update::default() };
    conversations::update(cx, id, &update)?;
    Ok(())
}

/// Moves a ticket to a state. A state that closes the ticket needs its required attributes.
fn set_ticket_state(cx: &mut Cx, id: ConversationId, me: AdminId, state: &str) -> Result<()> {
    let before = tickets::open(cx, id)?.now;
    let state = Some(To::State(state.to_owned()));
    let changes = Changes { state, admin: Some(me.to_string()), notify: true, ..Changes::default() };
    let row = tickets::update(cx, id, &changes)?.row;
    // Only the change tells whether the state closes the ticket.
    if row.state == ConversationState::Closed {
        closing::check(cx, me, &before)?;
    }
    Ok(())
}

fn set_ticket_attribute(cx: &mut Cx, id: ConversationId, name: &str, value: Value, admin: String) -> Result<()> {
    let attributes = Some(Map::from_iter([(name.to_owned(), value)]));
    tickets::update(cx, id, &Changes { attributes, admin: Some(admin), notify: true, ..Changes::default() })?;
    Ok(())
}

/// Converts a conversation to a ticket. The ticket's title is that of the conversation, else its first words.
fn convert(cx: &mut Cx, id: ConversationId, kind: &str) -> Result<()> {
    // Its title must not change after it is read.
    store::hold(cx, id, Hold::End)?;
    let row = changeable(cx, id)?;
    let texts = [
        row.title,
        row.source_subject.as_deref().map(html::plain),
        row.source_body.as_deref().map(last_message::excerpt),
    ];
    let title = texts.into_iter().flatten().find(|text| !text.is_empty());
    let attributes = title.map(|title| (TITLE.to_owned(), Value::from(title))).into_iter().collect();
    tickets::convert(cx, id, &Convert { ticket_type: kind.to_owned(), ticket_state: None, attributes })?;
    Ok(())
}

/// Rejects too many conversations.
pub fn few_enough(ids: &[String]) -> Result<()> {
    if ids.is_empty() || ids.len() > MAX_AT_ONCE {
        let text = format!("ids must name 1 to {MAX_AT_ONCE} conversations");
        return Err(Error::new(ErrorKind::ParameterInvalid, text).field("ids"));
    }
    Ok(())
}
