//! Changing a conversation: the only place that writes parts, updates statistics and emits events.

use deskwire_store::admins;
use deskwire_store::conversation_links::{self, Joins};
use deskwire_store::conversation_parts::{self, AssignedType, Part, PartType};
use deskwire_store::conversations::{self as store, Conversation};
use deskwire_store::conversations::{Assigned, ConversationState};

use super::author::Author;
use super::changed::{Changed, Known};
use super::details::Details;
use super::last_message;
use super::statistics::{self, TeamResponse};
use crate::Cx;
use crate::actor::{Access, Actor, Noun};
use crate::attachments;
use crate::contacts::Contact;
use crate::conversation_index;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Change, Payload, Topic};
use crate::ids::{AdminId, AttachmentId, ContactId, ConversationId, PartId, TeamId};
use crate::office_hours::Calendar;
use crate::reports;
use crate::ticket_attributes::file_ids;

/// The assignee of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// A teammate, or nobody.
    Admin(Option<AdminId>),
    /// A team, or none.
    Team(Option<TeamId>),
}

impl Assignee {
    /// Its type and id in the columns of parts.
    pub(super) const fn row(self) -> (AssignedType, Option<i64>) {
        match self {
            Assignee::Admin(Some(id)) => (AssignedType::Admin, Some(id.number())),
            Assignee::Admin(None) => (AssignedType::NobodyAdmin, None),
            Assignee::Team(Some(id)) => (AssignedType::Team, Some(id.number())),
            Assignee::Team(None) => (AssignedType::NobodyTeam, None),
        }
    }
}

/// A part to be written.
#[derive(Debug, Clone)]
pub struct NewPart {
    /// Its type.
    pub part_type: PartType,
    /// The author of the part or of the action.
    pub author: Author,
    /// The body, as sanitized HTML.
    pub body: Option<String>,
    /// The new assignee.
    pub assigned: Option<Assignee>,
    /// The ids of its attachments.
    pub attachments: Vec<AttachmentId>,
    /// What an event changed, or a fact that few messages have.
    pub details: Option<Details>,
    /// When it was written, in unix seconds; now if `None`.
    pub created_at: Option<i64>,
}

impl NewPart {
    /// A part without a body.
    pub fn of(part_type: PartType, author: Author) -> Self {
        Self { part_type, author, body: None, assigned: None, attachments: Vec::new(), details: None, created_at: None }
    }
}

/// What happened: a topic for conversations, and one for tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Happened {
    conversation: Option<Topic>,
    ticket: Option<Topic>,
}

impl Happened {
    /// Conversations and tickets have different topics.
    pub(crate) const fn both(conversation: Topic, ticket: Topic) -> Self {
        Self { conversation: Some(conversation), ticket: Some(ticket) }
    }

    /// Conversations and tickets have the same topic.
    pub(crate) const fn any(topic: Topic) -> Self {
        Self { conversation: Some(topic), ticket: Some(topic) }
    }

    /// Only conversations have a topic.
    pub(crate) const fn conversation(topic: Topic) -> Self {
        Self { conversation: Some(topic), ticket: None }
    }

    /// Only tickets have a topic.
    pub(crate) const fn ticket(topic: Topic) -> Self {
        Self { conversation: None, ticket: Some(topic) }
    }
}

/// The conversation with this id, locked to be changed; for a merged one, the conversation that it was merged into.
pub fn lock(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    Ok(Edit::open(cx, id)?.now)
}

/// A conversation that is being changed. [`Edit::open`] locks its row, [`Edit::save`] writes it.
pub(crate) struct Edit {
    /// The row before the change; `None` for a new conversation.
    before: Option<Conversation>,
    /// The row after the change.
    pub(crate) now: Conversation,
    events_to_emit: Vec<(Topic, Payload)>,
    /// Whether a part was written that is older than the latest one in the statistics.
    is_late: bool,
    /// The responses of teams among the parts that were written.
    responses: Vec<TeamResponse>,
    /// The state before the change, until a part records it.
    left: Option<ConversationState>,
    /// Whether people are notified. Webhooks always are.
    pub(crate) notify: bool,
    /// What need not be read again for the response.
    pub(crate) known: Known,
}

impl Edit {
    /// Starts a new conversation with these contacts, the main one first. Searches find it by the name and email address of `author`.
    pub(crate) fn create(
        cx: &mut Cx,
        mut row: Conversation,
        author: Option<(Option<&str>, Option<&str>)>,
        contacts: &[ContactId],
    ) -> Result<Self> {
        conversation_index::keys(&mut row, author);
        last_message::begin(&mut row);
        for (n, contact) in contacts.iter().enumerate() {
            let joins = if n == 0 { Joins::First } else { Joins::Later };
            conversation_links::add_contact(cx, row.id, *contact, joins)?;
        }
        let known = Known { parts: Some(Vec::new()), ..Known::default() };
        Ok(Self {
            before: None,
            now: row,
            events_to_emit: Vec::new(),
            is_late: false,
            responses: Vec::new(),
            left: None,
            notify: true,
            known,
        })
    }

    /// Starts a new conversation of a contact.
    pub(crate) fn create_from(cx: &mut Cx, row: Conversation, contact: Contact) -> Result<Self> {
        let author = (contact.name.as_deref(), contact.email.as_deref());
        let mut edit = Self::create(cx, row, Some(author), &[contact.id])?;
        edit.known.contact = Some(contact);
        Ok(edit)
    }

    /// Locks a conversation to change it. For a merged one, locks the conversation that it was merged into.
    pub(crate) fn open(cx: &mut Cx, id: ConversationId) -> Result<Self> {
        Self::open_if(cx, id, |actor, row| allowed(actor, row, Access::Write))
    }

    /// Like [`Edit::open`], to change its tags. Whoever may tag may tag every conversation by its id; only a ticket needs
    /// the permission for its kind (ADR 20).
    pub(super) fn open_to_tag(cx: &mut Cx, id: ConversationId) -> Result<Self> {
        Self::open_if(cx, id, |actor, row| if row.is_ticket { allowed(actor, row, Access::Write) } else { Ok(()) })
    }

    fn open_if(cx: &mut Cx, id: ConversationId, check: fn(&Actor, &Conversation) -> Result<()>) -> Result<Self> {
        let actor = cx.actor();
        let row = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
        check(actor, &row)?;
        let row = primary(cx, row)?;
        check(actor, &row)?;
        Ok(Self::of(row))
    }

    /// Locks a conversation, merged or not, to change its own parts.
    pub(crate) fn open_own(cx: &mut Cx, id: ConversationId) -> Result<Self> {
        let actor = cx.actor();
        let row = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
        allowed(actor, &row, Access::Write)?;
        Ok(Self::of(row))
    }

    /// Starts to change a locked row.
    pub(crate) fn of(row: Conversation) -> Self {
        Self {
            before: Some(row.clone()),
            now: row,
            events_to_emit: Vec::new(),
            is_late: false,
            responses: Vec::new(),
            left: None,
            notify: true,
            known: Known::default(),
        }
    }

    /// Writes a part. Returns its id.
    pub(crate) fn part(&mut self, cx: &mut Cx, new: NewPart) -> Result<PartId> {
        let id = cx.mint();
        let at = new.created_at.unwrap_or_else(|| cx.now());
        let speaks = new.body.is_some() || !new.attachments.is_empty();
        if let Some(update) = statistics::update_of(new.part_type, new.author.kind(), speaks) {
            self.is_late |= statistics::is_late(&self.now, at);
            self.responses.extend(statistics::count_message(&mut self.now, update, at));
            self.now.read = false;
        }
        if let Author::Admin(admin) = new.author
            && conversation_links::add_teammate(cx, self.now.id, admin)?
        {
            self.now.teammate_count += 1;
        }
        let (assigned_type, assigned_id) = match new.assigned.map(Assignee::row) {
            Some((kind, id)) => (Some(kind), id),
            None => (None, None),
        };
        let attachments = attachments::listed(&new.attachments);
        let details = new.details.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?;
        let part = Part {
            conversation_id: self.now.id,
            id,
            part_type: new.part_type,
            body: new.body,
            author_type: new.author.kind(),
            author_id: new.author.id(),
            assigned_type,
            assigned_id,
            state: self.now.state,
            attachments,
            redacted: false,
            details,
            created_at: at,
            updated_at: at,
            state_before: self.left.take(),
        };
        conversation_parts::insert(cx, &part)?;
        if speaks {
            last_message::record(&mut self.now, &part);
            conversation_index::put_part(cx, &part)?;
        }
        self.now.count_parts += i64::from(part.part_type.is_in_api());
        if let Some(parts) = &mut self.known.parts {
            parts.push(part);
        }
        Ok(id)
    }

    /// Changes the state.
    pub(crate) fn state(&mut self, state: ConversationState, at: i64, by: Option<AdminId>) {
        let from = std::mem::replace(&mut self.now.state, state);
        if from != state {
            self.left = Some(from);
        }
        if state != ConversationState::Snoozed {
            self.now.snoozed_until = None;
        }
        if state == ConversationState::Closed {
            statistics::closed(&mut self.now, at, by);
        } else if from == ConversationState::Closed {
            statistics::reopened(&mut self.now);
        }
        statistics::clock(&mut self.now, at, false);
    }

    /// Assigns or unassigns it. Teammate and team are independent: changing one keeps the other.
    pub(crate) fn assign(&mut self, assignee: Assignee, at: i64) {
        match assignee {
            Assignee::Admin(id) => self.now.admin_assignee_id = Assigned(id),
            Assignee::Team(id) => self.now.team_assignee_id = Assigned(id),
        }
        if assignee.row().1.is_some() {
            statistics::assigned(&mut self.now, at, matches!(assignee, Assignee::Team(_)));
        } else if matches!(assignee, Assignee::Team(None)) {
            self.now.team_assigned_at = None;
        }
        statistics::clock(&mut self.now, at, false);
    }

    /// Stops or restarts the clock that measures active handling.
    pub(crate) fn pause(&mut self, at: i64, paused: bool) {
        statistics::clock(&mut self.now, at, paused);
    }

    /// Adds an event to emit on save, with the part that describes it.
    pub(crate) fn emit(&mut self, what: Happened, part: Option<PartId>) {
        self.emit_with(what, Change { part_id: part });
    }

    /// Adds the event of a change that no part describes.
    pub(crate) fn emit_updated(&mut self) {
        self.emit(Happened::conversation(Topic::ConversationUpdated), None);
    }

    /// Adds an event to emit on save, with its own payload.
    pub(crate) fn emit_with(&mut self, what: Happened, payload: impl Into<Payload>) {
        let topic = if self.now.is_ticket { what.ticket } else { what.conversation };
        self.events_to_emit.extend(topic.map(|topic| (topic, payload.into())));
    }

    /// Unassigns a reopened conversation from a removed admin: otherwise nobody would see it.
    fn leave_removed(&mut self, cx: &mut Cx) -> Result<()> {
        let Assigned(Some(assignee)) = self.now.admin_assignee_id else { return Ok(()) };
        let was_closed = self.before.as_ref().is_some_and(|before| before.state == ConversationState::Closed);
        let opens = was_closed && self.now.state != ConversationState::Closed;
        if opens && admins::get(cx, assignee)?.is_none() {
            self.assign(Assignee::Admin(None), self.now.updated_at);
        }
        Ok(())
    }

    /// Writes the row, its search index and its events.
    pub(crate) fn save(self, cx: &mut Cx) -> Result<Conversation> {
        Ok(self.finish(cx)?.row)
    }

    /// Like [`Edit::save`], but also returns what need not be read again for the response.
    pub(crate) fn finish(mut self, cx: &mut Cx) -> Result<Changed> {
        self.now.updated_at = cx.now();
        self.leave_removed(cx)?;
        if self.is_late {
            let parts = conversation_parts::outlines(cx, self.now.id)?;
            self.responses = statistics::recount(&mut self.now, &parts);
        }
        if !self.responses.is_empty() {
            let calendar = Calendar::load(cx)?;
            statistics::count_office_hours(&mut self.now, &self.responses, calendar.as_ref());
        }
        let ticket_type = self.known.ticket_type.as_ref().map(|(of, _)| of);
        if let Some(before) = &self.before {
            store::update(cx, before, &self.now)?;
            conversation_index::put(cx, Some(before), &self.now, ticket_type)?;
            let kept = file_ids(&self.now.ticket_attributes);
            let removed = file_ids(&before.ticket_attributes).into_iter().filter(|id| !kept.contains(id));
            attachments::remove(cx, &removed.collect::<Vec<AttachmentId>>())?;
        } else {
            store::insert(cx, &self.now)?;
            conversation_index::put(cx, None, &self.now, ticket_type)?;
        }
        if self.events_to_emit.is_empty() {
            reports::changed_silently(cx, self.before.as_ref(), &self.now)?;
        }
        for (topic, payload) in &self.events_to_emit {
            events::emit_to(cx, *topic, self.now.id, payload, self.notify)?;
        }
        Ok(Changed { row: self.now, known: self.known })
    }
}

/// Returns the conversation that a row was merged into, locked, or the row itself if it was not merged.
pub(crate) fn primary(cx: &mut Cx, mut row: Conversation) -> Result<Conversation> {
    // Merging always targets the end of the chain, so there is no cycle.
    while let Some(into) = row.merged_into {
        row = store::lock(cx, into)?.ok_or(ErrorKind::ResourceNotFound)?;
    }
    Ok(row)
}

/// The kind of data that the permissions for a row refer to.
pub(crate) const fn noun(is_ticket: bool) -> Noun {
    if is_ticket { Noun::Tickets } else { Noun::Conversations }
}

/// Checks the permission for the kind of a conversation. One that the actor may not see is not found.
pub(crate) fn allowed(actor: &Actor, row: &Conversation, wanted: Access) -> Result<()> {
    match actor.permissions.of(noun(row.is_ticket)) {
        access if access >= wanted => Ok(()),
        Access::Hidden => Err(ErrorKind::ResourceNotFound.into()),
        _ => Err(ErrorKind::TokenUnauthorized.into()),
    }
}
