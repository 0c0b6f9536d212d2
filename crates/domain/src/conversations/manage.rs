//! Managing conversations: closing, snoozing, opening and assigning them.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use deskwire_store::{Hold, admins as admin_rows, conversation_links, conversations as store, teams as team_rows};

use super::Conversation;
use super::author::{self, Author};
use super::edit::{Assignee, Edit, Happened, NewPart};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::html::Html;
use crate::ids::{AdminId, ContactId, ConversationId, TeamId};
use crate::times::LATEST;

/// Actions of a teammate on a conversation.
#[derive(Debug, Clone)]
pub enum Manage {
    /// Closes it, with an optional message.
    Close(Option<Html>),
    /// Snoozes it until this time, in unix seconds.
    Snooze(i64),
    /// Opens it.
    Open,
    /// Assigns it to a teammate or a team; `0` unassigns it.
    Assign {
        /// Whether the assignee is a team.
        team: bool,
        /// Its id, or `0`.
        assignee: String,
        /// The body of the message with the assignment.
        body: Option<Html>,
    },
}

/// Performs an action on behalf of the admin with this id.
pub fn manage(cx: &mut Cx, id: ConversationId, admin: &str, what: &Manage) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    let by = author::admin(cx, admin)?;
    let author = Author::Admin(by);
    match what {
        Manage::Close(body) => close(cx, &mut edit, author, body.as_ref())?,
        Manage::Snooze(until) => snooze(cx, &mut edit, author, *until)?,
        Manage::Open => reopen(cx, &mut edit, author)?,
        Manage::Assign { team, assignee, body } => {
            let assignee = assignee_of(cx, *team, assignee)?;
            assign(cx, &mut edit, author, assignee, body.as_ref())?;
        }
    }
    edit.save(cx)
}

/// Opens a locked conversation.
pub(crate) fn reopen(cx: &mut Cx, edit: &mut Edit, author: Author) -> Result<()> {
    let was = edit.now.state;
    let now = cx.now();
    edit.state(ConversationState::Open, now, None);
    let part = edit.part(cx, NewPart::of(PartType::Open, author))?;
    let topic =
        if was == ConversationState::Snoozed { Topic::ConversationUnsnoozed } else { Topic::ConversationOpened };
    edit.emit(Happened::conversation(topic), Some(part));
    Ok(())
}

/// Closes a locked conversation.
pub(crate) fn close(cx: &mut Cx, edit: &mut Edit, author: Author, body: Option<&Html>) -> Result<()> {
    let now = cx.now();
    let by = if let Author::Admin(id) = author { Some(id) } else { None };
    edit.state(ConversationState::Closed, now, by);
    let body = body.map(|b| b.as_str().to_owned());
    let part = edit.part(cx, NewPart { body, ..NewPart::of(PartType::Close, author) })?;
    edit.emit(Happened::both(Topic::ConversationClosed, Topic::TicketClosed), Some(part));
    Ok(())
}

/// Closes the contact's conversations that have no other contacts. Only webhooks are notified.
pub(crate) fn close_of_contact(cx: &mut Cx, contact: ContactId) -> Result<()> {
    let author = author::acting(cx)?;
    for id in conversation_links::only_with(cx, contact)? {
        let Some(row) = store::lock(cx, id)?.filter(|row| row.state != ConversationState::Closed) else { continue };
        let mut edit = Edit::of(row);
        edit.notify = false;
        close(cx, &mut edit, author, None)?;
        edit.save(cx)?;
    }
    Ok(())
}

/// Snoozes a locked conversation.
pub(crate) fn snooze(cx: &mut Cx, edit: &mut Edit, author: Author, until: i64) -> Result<()> {
    let now = cx.now();
    if until <= now || until > LATEST {
        let message = "snoozed_until must be in the future, before the year 2200";
        return Err(Error::invalid(message).field("snoozed_until"));
    }
    edit.state(ConversationState::Snoozed, now, None);
    edit.now.snoozed_until = Some(until);
    let part = edit.part(cx, NewPart::of(PartType::Snoozed, author))?;
    edit.emit(Happened::conversation(Topic::ConversationSnoozed), Some(part));
    Ok(())
}

/// Assigns a locked conversation.
pub(crate) fn assign(
    cx: &mut Cx,
    edit: &mut Edit,
    author: Author,
    assignee: Assignee,
    body: Option<&Html>,
) -> Result<()> {
    let now = cx.now();
    edit.assign(assignee, now);
    let body = body.map(|b| b.as_str().to_owned());
    let part =
        edit.part(cx, NewPart { body, assigned: Some(assignee), ..NewPart::of(PartType::Assignment, author) })?;
    let ticket = match assignee {
        Assignee::Admin(_) => Topic::TicketAdminAssigned,
        Assignee::Team(_) => Topic::TicketTeamAssigned,
    };
    edit.emit(Happened::both(Topic::ConversationAssigned, ticket), Some(part));
    if edit.now.state == ConversationState::Open {
        edit.emit(Happened::conversation(Topic::ConversationOpenAssigned), Some(part));
    }
    Ok(())
}

/// Returns the teammate or team with this id; `0` is nobody.
pub(crate) fn assignee_of(cx: &mut Cx, team: bool, id: &str) -> Result<Assignee> {
    let parsed = match (id, team) {
        ("0", true) => return Ok(Assignee::Team(None)),
        ("0", false) => return Ok(Assignee::Admin(None)),
        (id, true) => TeamId::parse(id).map(|id| Assignee::Team(Some(id))),
        (id, false) => AdminId::parse(id).map(|id| Assignee::Admin(Some(id))),
    };
    let named = parsed.ok_or(ErrorKind::AssigneeNotFound)?;
    if hold_assignee(cx, named)? { Ok(named) } else { Err(ErrorKind::AssigneeNotFound.into()) }
}

/// Locks a teammate or team against removal until the transaction ends. Returns false if there is none.
pub(crate) fn hold_assignee(cx: &mut Cx, named: Assignee) -> Result<bool> {
    Ok(match named {
        Assignee::Team(Some(id)) => team_rows::hold(cx, id, Hold::Reference)?.is_some(),
        Assignee::Admin(Some(id)) => admin_rows::hold(cx, id, Hold::Reference)?.is_some(),
        Assignee::Team(None) | Assignee::Admin(None) => true,
    })
}

/// Runs the assignment rules of the workspace. Only the default exists, which unassigns the conversation.
pub fn run_assignment_rules(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    let now = cx.now();
    edit.assign(Assignee::Admin(None), now);
    let part =
        NewPart { assigned: Some(Assignee::Admin(None)), ..NewPart::of(PartType::DefaultAssignment, Author::Bot) };
    let part = edit.part(cx, part)?;
    edit.emit(Happened::both(Topic::ConversationAssigned, Topic::TicketAdminAssigned), Some(part));
    edit.save(cx)
}

/// What one call of [`unassign`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unassigned {
    /// The number of conversations that it unassigned.
    pub count: usize,
    /// Whether there may be more.
    pub more: bool,
}

/// Unassigns up to `most` open and snoozed conversations from an admin, whatever the actor may do with them.
pub fn unassign(cx: &mut Cx, admin: AdminId, most: usize) -> Result<Unassigned> {
    let ids = store::assigned(cx, admin, i64::try_from(most).unwrap_or(i64::MAX))?;
    let count = unassign_all(cx, &ids, Assignee::Admin(Some(admin)))?;
    // Some of those listed may have been assigned to somebody else since, so their number tells whether there are more.
    Ok(Unassigned { count, more: ids.len() >= most })
}

/// Unassigns all conversations of a team, whatever the actor may do with them. Returns their number, or `None` without
/// changing any if there are more than `most`.
pub(crate) fn unassign_team(cx: &mut Cx, team: TeamId, most: usize) -> Result<Option<usize>> {
    let ids = store::of_team(cx, team, i64::try_from(most + 1).unwrap_or(i64::MAX))?;
    if ids.len() > most {
        return Ok(None);
    }
    unassign_all(cx, &ids, Assignee::Team(Some(team))).map(Some)
}

/// Asks for no permission: who may remove a teammate or a team may do so although they must not see all tickets.
fn unassign_all(cx: &mut Cx, ids: &[ConversationId], from: Assignee) -> Result<usize> {
    let mut unassigned = 0;
    for id in ids {
        // It may have been deleted after the list was read.
        let Some(row) = store::lock(cx, *id)? else { continue };
        let mut edit = Edit::of(row);
        let (still_assigned, nobody) = match from {
            Assignee::Admin(id) => (edit.now.admin_assignee_id.0 == id, Assignee::Admin(None)),
            Assignee::Team(id) => (edit.now.team_assignee_id.0 == id, Assignee::Team(None)),
        };
        // It may have been assigned to somebody else since.
        if still_assigned {
            assign(cx, &mut edit, Author::Bot, nobody, None)?;
            edit.save(cx)?;
            unassigned += 1;
        }
    }
    Ok(unassigned)
}
