//! Updating a ticket.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use serde_json::{Map, Value};

use super::{open, states};
use crate::Cx;
use crate::conversations::{self, Assignee, Author, Changed, Edit, Happened, NewPart};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{CompanyChange, Topic};
use crate::ids::{CompanyId, ConversationId, TicketStateId, TicketTypeId};

use crate::ticket_attributes::{self, Mode};
use crate::ticket_states::{self, Category, TicketState};
use crate::ticket_types;

/// The state that a ticket moves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// The state with this id.
    State(String),
    /// The default state of this category.
    Category(String),
}

/// Changes; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Values of its attributes; null removes one.
    pub attributes: Option<Map<String, Value>>,
    /// Its state.
    pub state: Option<To>,
    /// The company that it is about; `Some(None)` removes it.
    pub company: Option<Option<String>>,
    /// Whether it is open.
    pub open: Option<bool>,
    /// Whether the customer sees it.
    pub is_shared: Option<bool>,
    /// Until when it is snoozed (unix seconds).
    pub snoozed_until: Option<i64>,
    /// The acting admin; the system by default.
    pub admin: Option<String>,
    /// The teammate or team to assign it to; `0` unassigns both.
    pub assignee: Option<String>,
    /// Whether people are notified.
    pub notify: bool,
}

/// Updates a ticket, with a part for each change.
pub fn update(cx: &mut Cx, id: ConversationId, changes: &Changes) -> Result<Changed> {
    let mut edit = open(cx, id)?;
    edit.notify = changes.notify;
    let author = author(cx, changes.admin.as_deref())?;
    let (of, states) = ticket_types::find_with_states(cx, edit.now.ticket_type_id.unwrap_or_default())?;
    if let Some(values) = &changes.attributes {
        let given = ticket_attributes::check(&of, values, Mode::Change)?;
        states::give(cx, &mut edit, author, &of, given)?;
    }
    if let Some(to) = &changes.state {
        let to = state(&states, to, of.row.id)?;
        let moves = changes.open.is_none() && changes.snoozed_until.is_none();
        states::set(cx, &mut edit, author, (to, &states), moves)?;
    }
    if let Some(shared) = changes.is_shared.filter(|shared| *shared != edit.now.is_shared) {
        edit.now.is_shared = shared;
        let kind = if shared { PartType::TicketShared } else { PartType::TicketUnshared };
        edit.part(cx, NewPart::of(kind, author))?;
    }
    if let Some(company) = &changes.company {
        let company = company.as_deref().map(|id| super::company(cx, id)).transpose()?;
        about(cx, &mut edit, author, company)?;
    }
    if let Some(assignee) = &changes.assignee {
        give_to(cx, &mut edit, author, assignee)?;
    }
    match changes.open {
        Some(false) if edit.now.state != ConversationState::Closed => {
            conversations::close(cx, &mut edit, author, None)?;
        }
        Some(true) if edit.now.state != ConversationState::Open => states::reopen(cx, &mut edit, author)?,
        _ => {}
    }
    if let Some(until) = changes.snoozed_until {
        if changes.open == Some(false) {
            return Err(Error::invalid("A closed ticket cannot be snoozed").field("snoozed_until"));
        }
        conversations::snooze(cx, &mut edit, author, until)?;
    }
    edit.known.ticket_type = Some((of, states));
    edit.finish(cx)
}

/// The acting admin. An unknown one is reported like an unknown assignee.
fn author(cx: &mut Cx, admin: Option<&str>) -> Result<Author> {
    let Some(admin) = admin else { return Ok(Author::Bot) };
    match conversations::admin(cx, admin) {
        Ok(id) => Ok(Author::Admin(id)),
        Err(e) if e.kind == ErrorKind::AdminNotFound => Err(ErrorKind::AssigneeNotFound.into()),
        Err(e) => Err(e),
    }
}

fn state<'s>(all: &'s [TicketState], to: &To, of: TicketTypeId) -> Result<&'s TicketState> {
    match to {
        To::State(id) => ticket_states::find(all, TicketStateId::parse(id).ok_or(ErrorKind::TicketStateInvalid)?, of),
        To::Category(name) => {
            let known = Category::parse(name).ok_or_else(|| {
                let message = "state must be one of submitted, in_progress, waiting_on_customer or resolved";
                Error::invalid(message).field("state")
            })?;
            ticket_states::default_of(all, known)
        }
    }
}

fn about(cx: &mut Cx, edit: &mut Edit, author: Author, company: Option<CompanyId>) -> Result<()> {
    if edit.now.company_id == company {
        return Ok(());
    }
    edit.now.company_id = company;
    let part = edit.part(cx, NewPart::of(PartType::CompanyUpdated, author))?;
    let change = CompanyChange::To { company_id: company, part_id: Some(part) };
    edit.emit_with(Happened::any(Topic::ConversationCompanyUpdated), change);
    Ok(())
}

/// Assigns a ticket to the teammate with this id or, if there is none, to the team. Does nothing if the assignee is the
/// same.
fn give_to(cx: &mut Cx, edit: &mut Edit, author: Author, assignee: &str) -> Result<()> {
    if assignee == "0" {
        if edit.now.admin_assignee_id.0.is_some() {
            conversations::assign(cx, edit, author, Assignee::Admin(None), None)?;
        }
        if edit.now.team_assignee_id.0.is_some() {
            conversations::assign(cx, edit, author, Assignee::Team(None), None)?;
        }
        return Ok(());
    }
    let to = match conversations::assignee_of(cx, false, assignee) {
        Err(e) if e.kind == ErrorKind::AssigneeNotFound => conversations::assignee_of(cx, true, assignee)?,
        found => found?,
    };
    match to {
        Assignee::Admin(Some(id)) if edit.now.admin_assignee_id.0 == Some(id) => Ok(()),
        Assignee::Team(Some(id)) if edit.now.team_assignee_id.0 == Some(id) => Ok(()),
        to => conversations::assign(cx, edit, author, to, None),
    }
}
