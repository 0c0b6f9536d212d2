//! Reading conversations with everything that responses show.

use deskwire_store::companies::CompanyState;
use deskwire_store::conversations::AuthorType;
use std::collections::HashMap;

use deskwire_store::attachments::Attachment;
use deskwire_store::conversation_links::{self as links, Participant, Participants, Person};
use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::conversation_tags::{self, Tagging};
use deskwire_store::conversations::{self as store, Conversation};
use deskwire_store::ticket_links::{self, Linked};
use deskwire_store::{Hold, attachments};
use serde_json::{Map, Value};

use super::author::Author;
use super::changed::{Changed, Known};
use super::edit::{allowed, noun};
use crate::Cx;
use crate::actor::{Access, Noun};
use crate::attributes::parse;
use crate::conversation_attributes::{self, ConversationAttribute};
use crate::custom_objects::{self, ObjectKind, Related};
use crate::error::{ErrorKind, Result};
use crate::ids::{AdminId, AttachmentId, CompanyId, ConversationId, PartId, TicketStateId, TicketTypeId};
use crate::ticket_attributes::file_ids;
use crate::ticket_states::{self, TicketState};
use crate::ticket_types;
use crate::{companies, companies::Full as Company};

/// The maximum number of parts shown: the newest ones.
const MAX_SHOWN: i64 = 500;
/// The maximum size of the texts in one response, in bytes. The newest part is always shown.
const MAX_BYTES_SHOWN: usize = 8 << 20;
/// The maximum number of parts shown of each ticket in a list.
const MAX_SHOWN_IN_LISTS: i64 = 50;
/// The maximum number of links shown.
const MAX_LINKS_SHOWN: i64 = 1_000;

/// A conversation with everything that responses show.
#[derive(Debug, Clone)]
pub struct Full {
    /// The row.
    pub conversation: Conversation,
    /// Its contacts.
    pub contacts: Vec<Participant>,
    /// The teammates who took part in it.
    pub teammates: Vec<AdminId>,
    /// Its tags.
    pub tags: Vec<Tagging>,
    /// The conversations and tickets that it is linked to.
    pub links: Vec<Linked>,
    /// Its related custom objects.
    pub objects: Vec<Related>,
    /// Its parts, oldest first; `None` in lists of conversations.
    pub parts: Option<Vec<Part>>,
}

/// The objects that several conversations refer to, by id.
#[derive(Debug, Clone, Default)]
pub struct Context {
    people: HashMap<(bool, i64), Person>,
    /// Whether the actor may see people.
    sees_people: bool,
    /// Whether the actor may see tags.
    pub sees_tags: bool,
    /// Whether the actor may read teammates.
    pub reads_admins: bool,
    attachments: HashMap<AttachmentId, Attachment>,
    /// The key that signs the URLs of attachments; empty if there are no attachments.
    key: String,
    now: i64,
    companies: HashMap<CompanyId, Company>,
    attributes: Vec<ConversationAttribute>,
    ticket_types: HashMap<TicketTypeId, ticket_types::Full>,
    ticket_states: HashMap<TicketStateId, TicketState>,
}

impl Context {
    /// Returns the type of a ticket.
    pub fn ticket_type(&self, ticket: &Conversation) -> Option<&ticket_types::Full> {
        self.ticket_types.get(&ticket.ticket_type_id?)
    }

    /// Returns the state of a ticket.
    pub fn ticket_state(&self, ticket: &Conversation) -> Option<&TicketState> {
        self.ticket_states.get(&ticket.ticket_state_id?)
    }

    /// Returns an author, or `None` if the person was deleted.
    pub fn person(&self, kind: AuthorType, id: i64) -> Option<&Person> {
        self.people.get(&(kind == AuthorType::Admin, id))
    }

    /// Returns an author whom the actor may see. The API shows the authors of a conversation to all who may read it
    /// (ADR 20); the inbox shows contacts only to those who may see people.
    pub fn seen_person(&self, kind: AuthorType, id: i64) -> Option<&Person> {
        self.person(kind, id).filter(|person| person.is_admin || self.sees_people)
    }

    /// Returns an attachment.
    pub fn attachment(&self, id: AttachmentId) -> Option<&Attachment> {
        self.attachments.get(&id)
    }

    /// Returns the path and query of the signed URL of an attachment.
    pub fn attachment_path(&self, workspace: &str, file: &Attachment) -> String {
        crate::attachments::path(&self.key, workspace, file, self.now)
    }

    /// Returns a company, or `None` if it does not exist or was deleted.
    pub fn company(&self, id: Option<CompanyId>) -> Option<&Company> {
        self.companies.get(&id?)
    }

    /// Returns a conversation's values of attributes that are not archived, by name.
    pub fn custom_attributes(&self, conversation: &Conversation) -> Map<String, Value> {
        let kept = parse(&conversation.custom_attributes);
        let shown = |a: &ConversationAttribute| {
            let value = conversation_attributes::displayed(a, kept.get(&a.id.to_string())?);
            Some((a.name.clone(), value))
        };
        if kept.is_empty() { Map::new() } else { self.attributes.iter().filter_map(shown).collect() }
    }

    /// Returns the name of a relation to custom objects, or `None` if its attribute is archived.
    pub fn relation<'a>(&'a self, related: &'a Related) -> Option<&'a str> {
        let attribute = || self.attributes.iter().find(|a| a.id.number() == related.attribute).map(|a| a.name.as_str());
        related.name.as_deref().or_else(attribute)
    }
}

/// Returns a conversation with its parts.
pub fn find(cx: &mut Cx, id: ConversationId) -> Result<(Full, Context)> {
    let row = known(cx, id)?;
    one(cx, row)
}

/// Returns the row of a conversation that the actor may read.
pub(crate) fn known(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    permitted(cx, id, Access::Read)
}

/// Returns the row of a conversation that the actor may read, locked against deletion in a write.
pub(crate) fn held(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    let actor = cx.actor();
    let row = store::hold(cx, id, Hold::Reference)?.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &row, Access::Read)?;
    Ok(row)
}

/// Returns the row of a conversation that the actor may change.
pub(crate) fn changeable(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    permitted(cx, id, Access::Write)
}

fn permitted(cx: &mut Cx, id: ConversationId, wanted: Access) -> Result<Conversation> {
    let actor = cx.actor();
    let row = store::get(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &row, wanted)?;
    Ok(row)
}

/// Returns a conversation whose row is known, with its parts.
pub fn one(cx: &mut Cx, changed: impl Into<Changed>) -> Result<(Full, Context)> {
    let Changed { row, mut known } = changed.into();
    let parts = match known.parts.take() {
        Some(parts) => parts,
        None if row.count_parts == 0 => Vec::new(),
        None => conversation_parts::newest(cx, row.id, MAX_SHOWN, MAX_BYTES_SHOWN)?,
    };
    let (mut fulls, context) = with_known(cx, vec![row], &parts, known)?;
    let mut full = fulls.pop().ok_or(ErrorKind::ResourceNotFound)?;
    full.parts = Some(parts);
    Ok((full, context))
}

/// Returns whether an id is a ticket's.
pub fn is_ticket(cx: &mut Cx, id: ConversationId) -> Result<bool> {
    Ok(store::get(cx, id)?.is_some_and(|row| row.is_ticket))
}

/// Returns the kind of a conversation that the actor may read.
pub fn find_kind(cx: &mut Cx, id: ConversationId) -> Result<Option<Noun>> {
    let found = store::get(cx, id)?.map(|row| noun(row.is_ticket));
    Ok(found.filter(|noun| cx.actor().reads(*noun)))
}

/// Returns a conversation with one part, for the item of an event, or `None` if the conversation was deleted.
pub fn with_part(cx: &mut Cx, id: ConversationId, part: Option<PartId>) -> Result<Option<(Full, Context)>> {
    let Some(row) = store::get(cx, id)? else { return Ok(None) };
    let part = match part {
        Some(part) => conversation_parts::get(cx, id, part)?,
        None => None,
    };
    let parts: Vec<Part> = part.into_iter().collect();
    let (mut fulls, context) = with(cx, vec![row], &parts)?;
    let Some(mut full) = fulls.pop() else { return Ok(None) };
    full.parts = Some(parts);
    Ok(Some((full, context)))
}

/// Returns conversations in the order of these ids, without parts.
pub fn find_many(cx: &mut Cx, ids: &[ConversationId]) -> Result<(Vec<Full>, Context)> {
    let rows = store::get_many(cx, ids)?;
    with(cx, rows, &[])
}

/// Returns tickets in the order of these ids, with their newest parts.
pub(crate) fn find_tickets(cx: &mut Cx, ids: &[ConversationId]) -> Result<(Vec<Full>, Context)> {
    let rows = store::get_many(cx, ids)?;
    let bytes = MAX_BYTES_SHOWN / ids.len().max(1);
    let mut parts = conversation_parts::newest_of_many(cx, ids, MAX_SHOWN_IN_LISTS, bytes)?;
    let (mut fulls, context) = with(cx, rows, &parts)?;
    for full in &mut fulls {
        let (own, rest) = parts.into_iter().partition(|part| part.conversation_id == full.conversation.id);
        parts = rest;
        full.parts = Some(own);
    }
    Ok((fulls, context))
}

/// Reads everything that conversations and their parts refer to, with one statement per kind of object that occurs.
pub fn with(cx: &mut Cx, rows: Vec<Conversation>, parts: &[Part]) -> Result<(Vec<Full>, Context)> {
    with_known(cx, rows, parts, Known::default())
}

/// Like [`with`], for a single conversation of which something is already known.
fn with_known(cx: &mut Cx, rows: Vec<Conversation>, parts: &[Part], known: Known) -> Result<(Vec<Full>, Context)> {
    let actor = cx.actor();
    let ids = |which: fn(&Conversation) -> bool| rows.iter().filter(|c| which(c)).map(|c| c.id).collect::<Vec<_>>();
    let participant = known.participant();
    let with_contacts = if participant.is_some() { Vec::new() } else { ids(|_| true) };
    let Participants { mut contacts, mut teammates, people } =
        links::participants(cx, &with_contacts, &ids(|c| c.teammate_count > 0))?;
    if let Some(participant) = participant {
        contacts.extend(rows.iter().map(|c| (c.id, vec![participant.clone()])));
    }
    let mut tags = conversation_tags::of_many(cx, &ids(|c| c.tag_count > 0))?;
    let mut links = ticket_links::linked(cx, &ids(|c| c.link_count > 0), MAX_LINKS_SHOWN)?;
    for links in links.values_mut() {
        links.retain(|linked| actor.sees(noun(linked.is_ticket)));
    }
    let mut objects = objects(cx, ObjectKind::Conversation, &ids(|c| !c.is_ticket && c.has_objects))?;
    objects.extend(self::objects(cx, ObjectKind::Ticket, &ids(|c| c.is_ticket && c.has_objects))?);
    let mut context = context_with(cx, &rows, parts, known, people)?;
    if !objects.is_empty() && context.attributes.is_empty() {
        context.attributes = conversation_attributes::list(cx, false)?;
    }
    let fulls = rows.into_iter().map(|conversation| Full {
        objects: objects.remove(&conversation.id).unwrap_or_default(),
        contacts: contacts.remove(&conversation.id).unwrap_or_default(),
        teammates: teammates.remove(&conversation.id).unwrap_or_default(),
        tags: tags.remove(&conversation.id).unwrap_or_default(),
        links: links.remove(&conversation.id).unwrap_or_default(),
        parts: None,
        conversation,
    });
    Ok((fulls.collect(), context))
}

/// Reads the related custom objects.
fn objects(cx: &mut Cx, sort: ObjectKind, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Vec<Related>>> {
    if ids.is_empty() { Ok(HashMap::new()) } else { custom_objects::linked_many(cx, sort, ids) }
}

/// Reads the objects that these conversations and parts refer to.
pub(crate) fn context(cx: &mut Cx, rows: &[Conversation], parts: &[Part]) -> Result<Context> {
    context_with(cx, rows, parts, Known::default(), Vec::new())
}

/// Like [`context`]. Most authors are participants, whom the caller has read already.
fn context_with(
    cx: &mut Cx,
    rows: &[Conversation],
    parts: &[Part],
    known: Known,
    people: Vec<Person>,
) -> Result<Context> {
    let actor = cx.actor();
    let authors = rows.iter().map(|c| (c.source_author_type, c.source_author_id));
    let authors = authors.chain(parts.iter().map(|p| (p.author_type, p.author_id)));
    let (mut contacts, mut admins) = (Vec::new(), Vec::new());
    for (kind, id) in authors {
        match Author::of_row(kind, id) {
            Author::Admin(id) => admins.push(id),
            Author::User(id) | Author::Lead(id) => contacts.push(id),
            Author::Bot => {}
        }
    }
    contacts.sort_unstable();
    contacts.dedup();
    admins.sort_unstable();
    admins.dedup();
    let keyed = |person: Person| ((person.is_admin, person.id), person);
    let mut people: HashMap<_, _> = people.into_iter().chain(known.person()).map(keyed).collect();
    contacts.retain(|id| !people.contains_key(&(false, id.number())));
    admins.retain(|id| !people.contains_key(&(true, id.number())));
    people.extend(links::people(cx, &contacts, &admins)?.into_iter().map(keyed));
    let files = rows.iter().filter_map(|c| c.source_attachments.as_deref());
    let files = files.chain(parts.iter().filter_map(|p| p.attachments.as_deref()));
    let values = rows.iter().flat_map(|c| file_ids(&c.ticket_attributes));
    let files: Vec<AttachmentId> = files.flat_map(attachment_ids).chain(values).collect();
    let attachments = attachments::by_id(cx, &files)?;
    let key = if attachments.is_empty() { None } else { attachments::key(cx)? };
    let mut companies: Vec<CompanyId> = rows.iter().filter_map(|c| c.company_id).collect();
    companies.sort_unstable();
    companies.dedup();
    if !actor.sees(Noun::People) {
        companies.clear();
    }
    let companies = if companies.is_empty() { Vec::new() } else { companies::find_many(cx, &companies)? };
    let companies = companies.into_iter().filter(|c| c.company.state == CompanyState::Active);
    let attributes = if rows.iter().any(|c| c.custom_attributes != "{}") {
        conversation_attributes::list(cx, false)?
    } else {
        Vec::new()
    };
    let mut context = Context {
        people,
        sees_people: actor.sees(Noun::People),
        sees_tags: actor.sees(Noun::Tags),
        reads_admins: actor.reads(Noun::Admins),
        attachments,
        key: key.unwrap_or_default(),
        now: cx.now(),
        companies: companies.map(|c| (c.company.id, c)).collect(),
        attributes,
        ..Context::default()
    };
    let mut types: Vec<TicketTypeId> = rows.iter().filter(|c| c.is_ticket).filter_map(|c| c.ticket_type_id).collect();
    types.sort_unstable();
    types.dedup();
    if !types.is_empty() {
        let (types, states) = match known.ticket_type {
            Some((of, states)) if types == [of.row.id] => (vec![of], states),
            _ => {
                let states = ticket_states::list(cx)?;
                (ticket_types::many_with(cx, &types, &states)?, states)
            }
        };
        context.ticket_types = types.into_iter().map(|t| (t.row.id, t)).collect();
        context.ticket_states = states.into_iter().map(|state| (state.id, state)).collect();
    }
    Ok(context)
}

/// Returns the ids in a row's list of attachments.
pub fn attachment_ids(json: &str) -> Vec<AttachmentId> {
    serde_json::from_str(json).unwrap_or_default()
}
