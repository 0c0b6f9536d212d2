//! Creating conversations.

use deskwire_store::conversations::{Channel, Conversation, ConversationState, DeliveredAs, Priority, SourceType};
use deskwire_store::{Tx, contacts as contact_rows};

use super::author::Author;
use super::edit::{Edit, Happened};
use super::statistics;
use crate::Cx;
use crate::attachments;
use crate::contacts::Contact;
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::html::Html;
use crate::ids::ContactId;

use crate::person::Person;
use crate::{names, times, visitors};

/// The first message of a contact's conversation.
#[derive(Debug, Clone)]
pub struct New {
    /// `user`, `lead` or `contact`.
    pub from_type: String,
    /// The contact's id. If the type is `contact`, it may also be a visitor's id or user id.
    pub from_id: String,
    /// The body, already sanitized.
    pub body: Html,
    /// The subject, as plain text.
    pub subject: Option<String>,
    /// The attached files.
    pub attachments: Vec<attachments::New>,
    /// When it was written, in unix seconds, if in the past.
    pub created_at: Option<i64>,
}

/// Starts a conversation from a contact's message.
pub fn create(cx: &mut Cx, new: &New) -> Result<Conversation> {
    let named = if ContactId::parse(&new.from_id).is_some() {
        Person::Id(new.from_id.clone())
    } else {
        Person::UserId(new.from_id.clone())
    };
    create_from(cx, &named, new)
}

/// Like [`create`], but the contact is named in any way. `from_id` is ignored.
pub fn create_from(cx: &mut Cx, named: &Person, new: &New) -> Result<Conversation> {
    let contact = sender(cx, named, new)?;
    let at = times::past(cx, new.created_at)?;
    let files = attachments::insert(cx, &new.attachments)?;
    let author = Author::of(&contact);
    let mut row = Conversation {
        source_delivered_as: DeliveredAs::CustomerInitiated,
        source_subject: Some(
            new.subject.as_deref().map(|text| Html::inline(&names::one_line(text))).unwrap_or_default().to_string(),
        ),
        source_body: Some(new.body.as_str().to_owned()),
        source_attachments: attachments::listed(&files),
        ..blank(cx, author, at)
    };
    statistics::contact_wrote(&mut row, at);
    record_reply(cx, &contact, at)?;
    let mut edit = Edit::create_from(cx, row, contact)?;
    edit.emit(Happened::conversation(Topic::ConversationUserCreated), None);
    edit.save(cx)
}

/// Returns a new conversation that was created at this time, without a message.
pub(crate) fn blank(tx: &mut Tx<'_>, author: Author, at: i64) -> Conversation {
    Conversation {
        id: tx.mint(),
        ticket_attributes: "{}".to_owned(),
        state: ConversationState::Open,
        priority: Priority::None,
        created_at: at,
        updated_at: tx.now(),
        source_type: SourceType::Conversation,
        source_id: tx.mint(),
        source_author_type: author.kind(),
        source_author_id: author.id(),
        channel_initial: Channel::Messenger,
        channel_current: Channel::Messenger,
        custom_attributes: "{}".to_owned(),
        reply_times: "[]".to_owned(),
        team_response_times: "[]".to_owned(),
        ..Conversation::default()
    }
}

/// Records that a contact wrote.
pub(crate) fn record_reply(cx: &mut Cx, contact: &Contact, at: i64) -> Result<()> {
    Ok(contact_rows::wrote(cx, contact.id, at)?)
}

/// Returns the contact who writes. A visitor becomes a lead by writing.
fn sender(cx: &mut Cx, named: &Person, new: &New) -> Result<Contact> {
    match new.from_type.as_str() {
        "user" | "lead" | "contact" => {}
        _ => return Err(Error::invalid("from type must be 'user', 'lead' or 'contact'").field("from.type")),
    }
    if let Some(contact) = super::contact(cx, named)? {
        return Ok(contact);
    }
    if new.from_type == "contact" && named.visitor(cx)?.is_some() {
        let convert =
            visitors::Convert { visitor: named.clone(), role: "lead".to_owned(), id: None, user_id: None, email: None };
        return Ok(visitors::convert(cx, &convert)?.contact);
    }
    Err(ErrorKind::ContactNotFound.into())
}
