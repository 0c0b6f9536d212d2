//! Tickets: requests with a type, a state and attributes. A ticket is a conversation, so the verbs of conversations
//! handle replies, assignment, snoozing and statistics.

mod change_type;
mod convert;
mod create;
mod delete;
mod enqueue;
mod links;
mod reply;
mod search;
mod states;
mod tags;
mod update;

use deskwire_store::companies::CompanyState;
use deskwire_store::{Hold, companies as company_rows, conversations as store};

pub use change_type::{ChangeType, change_type};
pub use convert::{Convert, convert};
pub use create::{New, Requester, create};
pub use delete::delete;
pub use enqueue::{Outcome, TicketJob, enqueue, give_up, job, step};
pub use links::{link, unlink};
pub use reply::{Answer, reply};
pub use search::search;
pub use tags::{tag, untag};
pub use update::{Changes, To, update};

use crate::Cx;
use crate::actor::{Access, Noun};
use crate::conversations::{self, Context, Conversation, Edit, Full};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{CompanyId, ConversationId};

/// One ticket with its parts.
pub fn find(cx: &mut Cx, id: ConversationId) -> Result<(Full, Context)> {
    let row = find_row(cx, id)?;
    conversations::one(cx, row)
}

/// The row of a ticket.
fn find_row(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    let row = store::get(cx, id)?.filter(|row| row.is_ticket);
    row.ok_or_else(|| ErrorKind::TicketNotFound.into())
}

/// Locks a ticket for update. A merged ticket cannot be changed as a ticket.
pub(crate) fn open(cx: &mut Cx, id: ConversationId) -> Result<Edit> {
    let row = locked(cx, id)?;
    unmerged(&row)?;
    Ok(Edit::of(row))
}

/// Fails for a ticket that was merged into another conversation.
fn unmerged(row: &Conversation) -> Result<()> {
    match row.merged_into {
        Some(into) => Err(Error::new(ErrorKind::Unprocessable, format!("This was merged into conversation {into}"))),
        None => Ok(()),
    }
}

/// The row of a ticket that the actor may change, locked. One that the actor may not see is answered like an unknown
/// one.
fn locked(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    let actor = cx.actor();
    let row = store::lock(cx, id)?.filter(|row| row.is_ticket && actor.sees(Noun::Tickets));
    let row = row.ok_or(ErrorKind::TicketNotFound)?;
    conversations::allowed(actor, &row, Access::Write)?;
    Ok(row)
}

/// The company with this id or `company_id`.
fn company(cx: &mut Cx, id: &str) -> Result<CompanyId> {
    let actor = cx.actor();
    if !actor.sees(Noun::People) {
        return Err(ErrorKind::CompanyNotFound.into());
    }
    let ours = match CompanyId::parse(id) {
        Some(id) => company_rows::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    let found = match ours {
        Some(found) => Some(found),
        None => company_rows::by_company_id(cx, id)?,
    };
    found.filter(|c| c.state == CompanyState::Active).map(|c| c.id).ok_or_else(|| ErrorKind::CompanyNotFound.into())
}
