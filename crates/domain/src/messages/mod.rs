//! Outbound messages of teammates to contacts. A conversation is created when a contact answers, or at once if
//! requested.

mod answer;
mod send;
mod whatsapp;

pub use answer::answer;
pub use deskwire_store::messages::Message;
pub use send::{Medium, New, Sent, Template, send};
pub use whatsapp::{Declared, WhatsappMessage, WhatsappStatus, declare, declared, whatsapp_message, whatsapp_messages};

use deskwire_store::conversations::{Channel, DeliveredAs, SourceType};
use deskwire_store::{conversation_links, messages as store};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Cx;
use crate::conversations::{self, Author, Conversation, Edit};
use crate::error::{Error, Result};
use crate::html::Html;
use crate::ids::{AdminId, ContactId, PartId, as_number};

/// The recipients of a message, by contact id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipients {
    /// The `To` recipients.
    #[serde(default, serialize_with = "as_number")]
    pub to: Vec<ContactId>,
    /// The `Cc` recipients.
    #[serde(default, serialize_with = "as_number")]
    pub cc: Vec<ContactId>,
    /// The BCC recipients.
    #[serde(default, serialize_with = "as_number")]
    pub bcc: Vec<ContactId>,
}

impl Recipients {
    /// The recipients of a message.
    pub fn of(message: &Message) -> Self {
        serde_json::from_str(&message.recipients).unwrap_or_default()
    }

    /// The recipients who see each other: `To` and `Cc`.
    pub fn open(&self) -> Vec<ContactId> {
        self.to.iter().chain(&self.cc).copied().collect()
    }
}

/// Starts a conversation with a message as its source and these of its recipients.
fn start_conversation(cx: &mut Cx, message: &Message, with: &[ContactId]) -> Result<Conversation> {
    let (source_type, channel) = match message.message_type {
        Medium::Email => (SourceType::Email, Channel::Email),
        Medium::InApp => (SourceType::Conversation, Channel::Messenger),
    };
    let source = Source {
        id: PartId::new(message.id.number()),
        source_type,
        channel,
        subject: message.subject.clone().unwrap_or_default(),
        body: message.body.clone(),
        attachments: message.attachments.clone(),
        admin_id: message.admin_id,
        created_at: message.created_at,
    };
    let row = start(cx, source, with)?;
    for contact in with {
        store::became(cx, message.id, *contact, row.id)?;
    }
    Ok(row)
}

/// An admin's message that starts a conversation.
struct Source {
    id: PartId,
    source_type: SourceType,
    channel: Channel,
    subject: String,
    body: String,
    /// A JSON array.
    attachments: Option<String>,
    admin_id: AdminId,
    created_at: i64,
}

/// Starts a conversation with an admin's message and these contacts.
fn start(cx: &mut Cx, source: Source, with: &[ContactId]) -> Result<Conversation> {
    let mut row = conversations::blank(cx, Author::Admin(source.admin_id), source.created_at);
    row.source_id = source.id;
    row.source_type = source.source_type;
    row.source_delivered_as = DeliveredAs::AdminInitiated;
    row.source_subject = Some(Html::inline(&source.subject).to_string());
    row.source_body = Some(source.body);
    row.source_attachments = source.attachments;
    row.channel_initial = source.channel;
    row.channel_current = source.channel;
    row.teammate_count = 1;
    let author = conversation_links::people(cx, &[], &[source.admin_id])?;
    let author = author.first().map(|a| (a.name.as_deref(), a.email.as_deref()));
    let row = Edit::create(cx, row, author, with)?.save(cx)?;
    conversation_links::add_teammate(cx, row.id, source.admin_id)?;
    Ok(row)
}

/// The recipients in stored form, as JSON.
fn written(recipients: &Recipients) -> Result<String> {
    serde_json::to_string(&json!(recipients)).map_err(Error::internal)
}
