//! Unsubscribing a contact from mail by the link in each mail.

use deskwire_store::contacts::ContactState;
use std::sync::Arc;

use deskwire_store::{Tx, WorkspaceTx, contacts as store, workspaces};

use super::signed;
use crate::Cx;
use crate::actor::{Actor, Permissions, Principal};
use crate::contacts::Contact;
use crate::error::{ErrorKind, Result};
use crate::events::{self, Nothing, Subscribed, Topic};
use crate::ids::ContactId;
use crate::people_index;

/// Who follows a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The workspace's name.
    pub workspace: String,
    /// The contact's address.
    pub email: String,
    /// Whether the contact is already unsubscribed.
    pub unsubscribed: bool,
}

/// Who follows a link.
pub fn reader(tx: &mut Tx<'_>, link: &str) -> Result<Reader> {
    let (actor, contact) = named(tx, link)?;
    Ok(Reader {
        workspace: actor.tenant.name.clone(),
        email: contact.email.unwrap_or_default(),
        unsubscribed: contact.unsubscribed_from_emails,
    })
}

/// Unsubscribes the contact of a link. Idempotent.
pub fn unsubscribe(tx: &mut Tx<'_>, link: &str) -> Result<Reader> {
    let (actor, contact) = named(tx, link)?;
    let before = locked(&mut tx.within(actor.workspace()), contact.id)?;
    let actor = Actor { principal: Principal::Contact(before.id), ..actor };
    if !before.unsubscribed_from_emails {
        let after = Contact { unsubscribed_from_emails: true, updated_at: tx.now(), ..before.clone() };
        changed(&mut Cx::new(tx, &actor), &before, &after)?;
        events::emit(
            &mut Cx::new(tx, &actor),
            Topic::ContactUnsubscribed,
            after.id,
            Subscribed { subscription_type_id: None },
        )?;
    }
    reader(tx, link)
}

/// Locks a contact. If it was merged while this waited for the lock, the one that it was merged into is locked too, and
/// returned.
fn locked(tx: &mut WorkspaceTx, id: ContactId) -> Result<Contact> {
    let mut contact = store::lock(tx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    while let Some(into) = contact.merged_into {
        contact = store::lock(tx, into)?.ok_or(ErrorKind::ResourceNotFound)?;
    }
    Ok(contact)
}

/// Marks a contact as undeliverable.
pub(super) fn bounced(cx: &mut Cx, contact: ContactId, address: &str) -> Result<()> {
    let Some(before) = store::lock(cx, contact)? else { return Ok(()) };
    // Its address may have changed since.
    if before.has_hard_bounced || before.email.as_deref() != Some(address) {
        return Ok(());
    }
    let after = Contact { has_hard_bounced: true, updated_at: cx.now(), ..before.clone() };
    changed(cx, &before, &after)?;
    let topic = crate::contacts::topic(&after, Topic::UserUpdated, Topic::LeadUpdated);
    events::emit(cx, topic, after.id, Nothing {})
}

fn changed(cx: &mut Cx, before: &Contact, after: &Contact) -> Result<()> {
    store::update(cx, before, after)?;
    if after.state == ContactState::Active { people_index::put_contact(cx, Some(before), after) } else { Ok(()) }
}

/// The contact of a link, also as the actor; for a merged contact, the one it was merged into.
fn named(tx: &mut Tx<'_>, link: &str) -> Result<(Actor, Contact)> {
    let (workspace, id) = signed::read_link(tx, link)?.ok_or(ErrorKind::ResourceNotFound)?;
    let workspace = workspaces::get(&mut tx.within(&workspace))?.ok_or(ErrorKind::ResourceNotFound)?;
    let tx = &mut tx.within(&workspace.id);
    let mut contact = store::get(tx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    while let Some(into) = contact.merged_into {
        contact = store::get(tx, into)?.ok_or(ErrorKind::ResourceNotFound)?;
    }
    let principal = Principal::Contact(contact.id);
    Ok((Actor::new(Arc::new(workspace.into()), principal, Permissions::default()), contact))
}
