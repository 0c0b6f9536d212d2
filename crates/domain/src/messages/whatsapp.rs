//! The status of `WhatsApp` messages. Another system sends them; a workspace file reports them.

use deskwire_store::contacts as contact_rows;
use deskwire_store::conversations::{Channel, SourceType};
use deskwire_store::whatsapp_messages as store;
use deskwire_store::{admins as admin_rows, contacts::Contact};
use serde::Deserialize;

pub use deskwire_store::whatsapp_messages::{WhatsappMessage, WhatsappStatus};

use super::Source;
use crate::Cx;
use crate::conversations::{self, Conversation};
use crate::cursor::{open_pair, seal_pair};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Change, Topic};
use crate::html::Html;
use crate::ids::{AdminId, WhatsappMessageId};
use crate::names;
use crate::phone::Phone;

/// The maximum length of a text and of an error, in characters.
const MAX_TEXT_LENGTH: usize = 10_000;

/// A `WhatsApp` message in a workspace file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The id that `WhatsApp` assigned, which identifies the message.
    pub message_id: String,
    /// The bulk message that it belongs to.
    pub ruleset_id: Option<String>,
    /// The phone number that it was sent to. A lead is created if no contact has it.
    pub phone: String,
    /// The email address of the admin who sent it.
    pub from: String,
    /// Its text.
    pub body: String,
    /// The template that it was created from.
    pub template_name: Option<String>,
    /// Its status.
    pub status: WhatsappStatus,
    /// The error, if it failed.
    pub error: Option<Failure>,
}

/// The error of a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The error message.
    pub message: String,
    /// The details.
    pub details: Option<String>,
}

/// A page of the messages of a bulk message.
#[derive(Debug)]
pub struct Page {
    /// The messages.
    pub messages: Vec<WhatsappMessage>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
    /// The total count.
    pub total: i64,
}

/// The message with this `WhatsApp` id.
pub fn whatsapp_message(cx: &mut Cx, message_id: &str) -> Result<WhatsappMessage> {
    store::by_message_id(cx, message_id)?.ok_or_else(|| ErrorKind::WhatsappMessageNotFound.into())
}

/// The messages of a bulk message, newest first.
pub fn whatsapp_messages(cx: &mut Cx, ruleset_id: &str, cursor: Option<&str>, per_page: i64) -> Result<Page> {
    let after = match cursor {
        Some(cursor) => open_pair(cx.workspace(), cursor)?,
        None => (i64::MAX, WhatsappMessageId::new(i64::MAX)),
    };
    let mut messages = store::page(cx, ruleset_id, after, per_page.saturating_add(1))?;
    let count = usize::try_from(per_page).unwrap_or(usize::MAX);
    let more = messages.len() > count;
    messages.truncate(count);
    let next = messages.last().filter(|_| more).map(|last| seal_pair(cx.workspace(), (last.created_at, last.id)));
    Ok(Page { messages, next, total: store::count(cx, ruleset_id)? })
}

/// Records a message, which starts a conversation, or updates its status. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let message_id = names::checked("message_id", &declared.message_id)?;
    for (field, text) in [("ruleset_id", &declared.ruleset_id), ("template_name", &declared.template_name)] {
        text.as_deref().map(|text| names::checked(field, text)).transpose()?;
    }
    if declared.error.is_some() && declared.status != WhatsappStatus::Failed {
        return Err(Error::invalid("error needs the status failed").field("error"));
    }
    let error = declared.error.as_ref();
    for text in error.iter().flat_map(|error| std::iter::once(&error.message).chain(&error.details)) {
        names::at_most("error", text, MAX_TEXT_LENGTH)?;
    }
    let now = cx.now();
    let before = store::lock_by_message_id(cx, message_id)?;
    let of_file = |base: WhatsappMessage| WhatsappMessage {
        ruleset_id: declared.ruleset_id.as_deref().map(|text| text.trim().to_owned()),
        status: declared.status,
        template_name: declared.template_name.as_deref().map(|text| text.trim().to_owned()),
        error_message: error.map(|error| error.message.clone()),
        error_details: error.and_then(|error| error.details.clone()),
        ..base
    };
    let Some(before) = before else {
        let phone = Phone::read(declared.phone.clone(), &cx.actor().tenant.default_country);
        let contact = conversations::contact_or_lead_of_phone(cx, &phone)?;
        let new = WhatsappMessage {
            id: cx.mint(),
            message_id: message_id.to_owned(),
            ruleset_id: None,
            contact_id: contact.id,
            conversation_id: conversation(cx, declared, &contact)?.id,
            status: declared.status,
            template_name: None,
            error_message: None,
            error_details: None,
            created_at: now,
            updated_at: now,
        };
        store::insert(cx, &of_file(new))?;
        return Ok(true);
    };
    let mut after = of_file(before.clone());
    if before == after {
        return Ok(false);
    }
    after.updated_at = now;
    store::update(cx, &before, &after)?;
    Ok(true)
}

/// The declared messages that exist.
pub fn declared<'d>(cx: &mut Cx, wanted: impl Iterator<Item = &'d Declared>) -> Result<Vec<Declared>> {
    let mut there = Vec::new();
    for declared in wanted {
        if store::by_message_id(cx, declared.message_id.trim())?.is_some() {
            there.push(declared.clone());
        }
    }
    Ok(there)
}

/// Starts the conversation of a message.
fn conversation(cx: &mut Cx, declared: &Declared, contact: &Contact) -> Result<Conversation> {
    let (from, now) = (sender(cx, &declared.from)?, cx.now());
    names::at_most("body", &declared.body, MAX_TEXT_LENGTH)?;
    let empty = || Error::invalid("body must not be empty").field("body");
    let source = Source {
        id: cx.mint(),
        source_type: SourceType::Whatsapp,
        channel: Channel::Whatsapp,
        subject: String::new(),
        body: Html::of_text(&declared.body).ok_or_else(empty)?.as_str().to_owned(),
        attachments: None,
        admin_id: from,
        created_at: now,
    };
    let row = super::start(cx, source, &[contact.id])?;
    contact_rows::contacted(cx, contact.id, now)?;
    events::emit(cx, Topic::ConversationAdminSingleCreated, row.id, Change::default())?;
    Ok(row)
}

fn sender(cx: &mut Cx, email: &str) -> Result<AdminId> {
    let found = admin_rows::all(cx)?.into_iter().find(|admin| admin.email.eq_ignore_ascii_case(email.trim()));
    let unknown = || Error::invalid(format!("from: there is no admin {email:?}")).field("from");
    Ok(found.ok_or_else(unknown)?.id)
}
