//! Creating a ticket.

use deskwire_store::conversations::DeliveredAs;
use deskwire_store::counters::{self, Counter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{links, states};
use crate::Cx;
use crate::contacts::{self, Contact};
use crate::conversations::{self, Assignee, Author, Changed, Conversation, Edit, Happened};
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::ids::{CompanyId, ConversationId, TicketTypeId, as_number};
use crate::person::Person;
use crate::ticket_attributes::{self, AttributeValue, Mode};
use crate::ticket_states::{self, Category, TicketState};
use crate::ticket_types::{self, Category as For, Full};
use crate::times;

/// Who a ticket is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Requester {
    /// By id.
    Id(String),
    /// By external id.
    ExternalId(String),
    /// By email address. A lead is created for an unknown one.
    Email(String),
}

impl Requester {
    fn person(&self) -> Person {
        match self {
            Requester::Id(id) => Person::Id(id.clone()),
            Requester::ExternalId(id) => Person::UserId(id.clone()),
            Requester::Email(email) => Person::Email(email.clone()),
        }
    }
}

/// A ticket to create.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct New {
    /// Its type; `None` if the id is invalid.
    #[serde(serialize_with = "as_number")]
    pub ticket_type: Option<TicketTypeId>,
    /// The contact that it is for.
    pub requester: Requester,
    /// The values of its attributes.
    pub attributes: Map<String, Value>,
    /// The company it is about.
    pub company: Option<String>,
    /// When it was created, if in the past (unix seconds).
    pub created_at: Option<i64>,
    /// The teammate that it is assigned to.
    pub admin_assignee: Option<String>,
    /// The team that it is assigned to.
    pub team_assignee: Option<String>,
    /// The conversation or ticket to link it to; `Some(None)` for an invalid id.
    #[serde(serialize_with = "as_number")]
    pub link_to: Option<Option<ConversationId>>,
    /// Whether people are notified.
    pub notify: bool,
}

/// The objects that a new ticket refers to.
pub(super) struct Checked {
    of: Full,
    states: Vec<TicketState>,
    contact: Option<Contact>,
    given: Vec<AttributeValue>,
    company: Option<CompanyId>,
    assignees: Vec<Assignee>,
    linked: Option<Conversation>,
}

/// Validates a new ticket and looks up what it refers to, without changes.
pub(super) fn check(cx: &mut Cx, new: &New) -> Result<Checked> {
    let id = new.ticket_type.ok_or(ErrorKind::ResourceNotFound)?;
    let (of, states) = ticket_types::find_with_states(cx, id)?;
    of.live()?;
    let given = ticket_attributes::check(&of, &new.attributes, Mode::Create)?;
    // Locked before the contact, to avoid deadlocks, but reported last if missing. The lock also prevents a concurrent
    // link to another tracker.
    let linked = new.link_to.map(|id| links::other(cx, id));
    let contact = requester(cx, &new.requester)?;
    times::past(cx, new.created_at)?;
    let company = new.company.as_deref().map(|id| super::company(cx, id)).transpose()?;
    let mut assignees = Vec::new();
    for (team, id) in [(false, &new.admin_assignee), (true, &new.team_assignee)] {
        if let Some(id) = id.as_deref().filter(|id| *id != "0") {
            assignees.push(conversations::assignee_of(cx, team, id)?);
        }
    }
    let linked = match linked {
        None => None,
        Some(found) => Some(linkable(cx, &of, found?)?),
    };
    Ok(Checked { of, states, contact, given, company, assignees, linked })
}

/// The contact that it is for; `None` if one must be created.
fn requester(cx: &mut Cx, who: &Requester) -> Result<Option<Contact>> {
    match (conversations::contact(cx, &who.person())?, who) {
        (None, Requester::Email(email)) => contacts::check_email(email).map(|()| None),
        (None, _) => Err(ErrorKind::ContactNotFound.into()),
        (found, _) => Ok(found),
    }
}

/// Validates the conversation or ticket that a new ticket of this type is to be linked to.
fn linkable(cx: &mut Cx, of: &Full, row: Conversation) -> Result<Conversation> {
    super::unmerged(&row)?;
    let other = row.ticket_category.filter(|_| row.is_ticket);
    match (of.category(), other) {
        (For::BackOffice, None | Some(For::Customer)) => {}
        (For::Tracker, None | Some(For::Customer)) => links::room(cx, None, row.id)?,
        _ => {
            let message = "Only a back-office or tracker ticket can be linked to a conversation or a customer ticket";
            return Err(Error::invalid(message).field("conversation_to_link_id"));
        }
    }
    Ok(row)
}

/// Creates a ticket.
pub fn create(cx: &mut Cx, new: &New) -> Result<Changed> {
    let checked = check(cx, new)?;
    insert(cx, new, checked)
}

/// The same, after [`check`] in the same transaction.
pub(super) fn insert(cx: &mut Cx, new: &New, checked: Checked) -> Result<Changed> {
    let contact = match checked.contact {
        Some(contact) => contact,
        None => conversations::contact_or_lead(cx, &new.requester.person())?.ok_or(ErrorKind::ContactNotFound)?,
    };
    let at = new.created_at.unwrap_or_else(|| cx.now());
    let submitted = ticket_states::default_of(&checked.states, Category::Submitted)?;
    let (values, _) = ticket_attributes::merge(cx, "{}", checked.given)?;
    let row = Conversation {
        is_ticket: true,
        ticket_type_id: Some(checked.of.row.id),
        ticket_category: Some(checked.of.row.category),
        ticket_state_id: Some(submitted.id),
        is_shared: checked.of.category() == For::Customer,
        title: states::title(&checked.of, &values),
        ticket_attributes: values,
        company_id: checked.company,
        source_delivered_as: DeliveredAs::CustomerInitiated,
        ticket_number: Some(counters::next(cx, Counter::Ticket)?),
        ..conversations::blank(cx, Author::of(&contact), at)
    };
    let mut edit = Edit::create_from(cx, row, contact)?;
    edit.notify = new.notify;
    let first = states::part(Author::Bot, submitted.category, submitted);
    let part = edit.part(cx, conversations::NewPart { created_at: Some(at), ..first })?;
    edit.emit(Happened::ticket(Topic::TicketCreated), Some(part));
    for assignee in checked.assignees {
        conversations::assign(cx, &mut edit, Author::Bot, assignee, None)?;
    }
    if let Some(linked) = checked.linked {
        links::join(cx, &mut edit, linked, Author::Bot)?;
    }
    edit.known.ticket_type = Some((checked.of, checked.states));
    edit.finish(cx)
}
