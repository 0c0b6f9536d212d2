//! Sending a message.

use deskwire_store::{contacts as contact_rows, messages as store};

use super::{Message, Recipients, start_conversation, written};
use crate::Cx;
use crate::admins;
use crate::attachments;
use crate::contacts::Contact;
use crate::conversations::{self, Conversation};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Change, Topic};
use crate::html::Html;
use crate::ids::{AttachmentId, ContactId};
use crate::names;
use crate::notifications;
use crate::person::Person;
use crate::times;

/// The maximum number of recipients of a message.
const MAX: usize = 100;

pub use deskwire_store::messages::{Medium, Template};

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct New {
    /// The medium.
    pub medium: Medium,
    /// The sending admin; the actor by default.
    pub from: Option<String>,
    /// The `To` recipients.
    pub to: Vec<Person>,
    /// The `Cc` recipients.
    pub cc: Vec<Person>,
    /// The BCC recipients.
    pub bcc: Vec<Person>,
    /// The subject, as plain text.
    pub subject: Option<String>,
    /// The body.
    pub body: Html,
    /// The files.
    pub attachments: Vec<AttachmentId>,
    /// The template.
    pub template: Template,
    /// When it was sent, if in the past (unix seconds).
    pub created_at: Option<i64>,
    /// Whether to create a conversation at once.
    pub conversation: bool,
}

/// A sent message.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// The sender.
    pub owner: admins::Full,
    /// Its conversation, if one was requested.
    pub conversation: Option<Conversation>,
}

/// Sends a message on behalf of an admin. Duplicate recipients get it once.
pub fn send(cx: &mut Cx, new: &New) -> Result<Sent> {
    let actor = cx.actor();
    let from = match (&new.from, actor.admin_id()) {
        (Some(id), _) => conversations::admin(cx, id)?,
        (None, Some(id)) => id,
        (None, None) => return Err(Error::missing("from is required").field("from")),
    };
    let owner = admins::find(cx, from, ErrorKind::AdminNotFound)?;
    let created_at = times::past(cx, new.created_at)?;
    if new.to.len() + new.cc.len() + new.bcc.len() > MAX {
        return Err(Error::invalid(format!("A message may go to {MAX} people at most")).field("to"));
    }
    let mut seen = Vec::new();
    let recipients = Recipients {
        to: known(cx, new, &new.to, &mut seen)?,
        cc: known(cx, new, &new.cc, &mut seen)?,
        bcc: known(cx, new, &new.bcc, &mut seen)?,
    };
    let message = Message {
        id: cx.mint(),
        message_type: new.medium,
        subject: new.subject.as_deref().map(names::one_line),
        body: new.body.as_str().to_owned(),
        template: Some(new.template),
        admin_id: from,
        recipients: written(&recipients)?,
        attachments: attachments::listed(&new.attachments),
        details: None,
        created_at,
    };
    store::insert(cx, &message)?;
    // Always in this order, so that concurrent messages to the same people do not deadlock.
    seen.sort_by_key(|contact| contact.id);
    for contact in &seen {
        store::add_recipient(cx, message.id, contact.id, None)?;
        contact_rows::contacted(cx, contact.id, message.created_at)?;
    }
    notifications::of_message(cx, &message, &owner.admin.name, &seen)?;
    let conversation = if new.conversation {
        let row = start_conversation(cx, &message, &recipients.open())?;
        events::emit(cx, Topic::ConversationAdminSingleCreated, row.id, Change::default())?;
        Some(row)
    } else {
        None
    };
    Ok(Sent { message, owner, conversation })
}

/// The ids of these people, without those already in `seen`.
fn known(cx: &mut Cx, new: &New, people: &[Person], seen: &mut Vec<Contact>) -> Result<Vec<ContactId>> {
    let mut ids = Vec::new();
    for person in people {
        let contact = conversations::contact(cx, person)?.ok_or(ErrorKind::ContactNotFound)?;
        if new.medium == Medium::Email && contact.email.is_none() {
            return Err(Error::invalid("A contact without an email address cannot get an email").field("to"));
        }
        if seen.iter().all(|c| c.id != contact.id) {
            ids.push(contact.id);
            seen.push(contact);
        }
    }
    Ok(ids)
}
