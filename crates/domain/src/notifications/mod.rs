//! Notifications: in the help desk (teammates), in the messenger (contacts), and by mail.

mod fan_out;
mod names;
mod rules;
mod scene;

pub use deskwire_store::notifications::{MailWishes, Notification, RecipientKind, Unread};
pub use fan_out::fan_out;
pub(crate) use fan_out::of_message;
pub use rules::{About, DELAY, Post, RULES, Rule, When, Who};
pub(crate) use scene::{is_note, is_spoken, is_visible};

use std::collections::HashMap;

use deskwire_store::{admins, conversation_rows, notifications as store};

use crate::Cx;
use crate::actor::{Actor, Noun};
use crate::conversations::last_message;
use crate::error::{ErrorKind, Result};
use crate::ids::{AdminId, ContactId, ConversationId, NotificationId, PartId};

/// The maximum number of notifications on a page.
const MAX_SHOWN: i64 = 100;
/// The maximum number of unread ones that are counted.
const COUNTED: i64 = 1000;

/// The recipient of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// A contact, in the messenger.
    Contact(ContactId),
    /// A teammate, in the help desk.
    Admin(AdminId),
}

impl Recipient {
    /// The recipient in a row.
    pub const fn of((kind, id): (RecipientKind, i64)) -> Self {
        match kind {
            RecipientKind::Contact => Recipient::Contact(ContactId::new(id)),
            RecipientKind::Admin => Recipient::Admin(AdminId::new(id)),
        }
    }

    /// The columns of a row.
    pub const fn key(self) -> (RecipientKind, i64) {
        match self {
            Recipient::Contact(id) => (RecipientKind::Contact, id.number()),
            Recipient::Admin(id) => (RecipientKind::Admin, id.number()),
        }
    }
}

/// A selection of notifications to mark as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// These.
    Ids(Vec<NotificationId>),
    /// All up to this one.
    UpTo(NotificationId),
    /// Those about a conversation.
    Conversation(ConversationId),
}

/// The notifications that the actor does not see: those about conversations that its role does not permit reading any
/// more.
fn hidden(actor: &Actor) -> store::Hidden {
    store::Hidden { conversations: !actor.reads(Noun::Conversations), tickets: !actor.reads(Noun::Tickets) }
}

/// The newest notifications of a recipient before an id.
pub fn list(cx: &mut Cx, of: Recipient, unread: bool, before: Option<NotificationId>) -> Result<Vec<Notification>> {
    let (hidden, before) = (hidden(cx.actor()), before.unwrap_or(NotificationId::new(i64::MAX)));
    let mut page = store::page(cx, of.key(), hidden, unread, before, MAX_SHOWN)?;
    if !cx.actor().sees(Noun::People) {
        names::hide_contacts(cx, &mut page)?;
    }
    Ok(page)
}

/// The beginnings of the messages that these notifications are about, without markup; empty for messages without a
/// text. Other notifications are left out.
pub fn excerpts(cx: &mut Cx, of: &[Notification]) -> Result<HashMap<NotificationId, String>> {
    let parts: Vec<(ConversationId, PartId)> =
        of.iter().filter_map(|one| Some((one.conversation_id?, one.part_id?))).collect();
    let begins = |one: &&Notification| one.part_id.is_none() && one.topic.ends_with(".created");
    let begun: Vec<ConversationId> = of.iter().filter(begins).filter_map(|one| one.conversation_id).collect();
    let messages = conversation_rows::messages(cx, &parts)?;
    let first = conversation_rows::first_messages(cx, &begun)?;
    let html = |one: &Notification| match one.part_id {
        Some(part) => messages.get(&part),
        None => first.get(&one.conversation_id?),
    };
    Ok(of.iter().filter_map(|one| Some((one.id, last_message::excerpt(html(one)?)))).collect())
}

/// A recipient's unread notifications, of which the newest 1000 are counted.
pub fn unread(cx: &mut Cx, of: Recipient) -> Result<Unread> {
    let hidden = hidden(cx.actor());
    Ok(store::unread(cx, of.key(), hidden, COUNTED)?)
}

/// Marks notifications as read. Returns the number that were unread. The `read` of conversations is independent.
pub fn mark_read(cx: &mut Cx, of: Recipient, which: &Which) -> Result<u64> {
    let key = of.key();
    Ok(match which {
        Which::Ids(ids) => store::read(cx, key, ids)?,
        Which::UpTo(newest) => store::read_all(cx, key, *newest)?,
        Which::Conversation(id) => store::read_of(cx, key, *id)?,
    })
}

/// The mail preferences of the acting teammate.
pub fn wishes(cx: &mut Cx) -> Result<MailWishes> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    let nothing = MailWishes { admin_id, assigned: false, mentioned: false, replied: false, other: false };
    Ok(store::mailed(cx, &[admin_id])?.pop().unwrap_or(nothing))
}

/// Sets the mail preferences of the acting teammate.
pub fn set_wishes(cx: &mut Cx, wishes: MailWishes) -> Result<()> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    let MailWishes { assigned, mentioned, replied, other, .. } = wishes;
    if assigned || mentioned || replied || other {
        store::set_wishes(cx, &MailWishes { admin_id, ..wishes })?;
    } else {
        store::set_mailed(cx, admin_id, false)?;
    }
    Ok(())
}

/// Sets whether a teammate also wants notifications by mail, which is off by default.
pub fn by_mail(cx: &mut Cx, admin: AdminId, wanted: bool) -> Result<bool> {
    admins::get(cx, admin)?.ok_or(ErrorKind::AdminNotFound)?;
    Ok(store::set_mailed(cx, admin, wanted)?)
}
