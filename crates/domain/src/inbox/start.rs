//! A conversation that a teammate starts.

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{ContactId, ConversationId};
use crate::messages::{self, Medium, Template};
use crate::person::Person;

/// What is said first, and to whom.
#[derive(Debug, Clone)]
pub struct New {
    /// The contact.
    pub contact: ContactId,
    /// What is said.
    pub html: Html,
    /// `messenger`, the default, or `email`.
    pub channel: Option<String>,
    /// The subject of a mail.
    pub subject: Option<String>,
}

/// Starts a conversation as the teammate who acts; its id.
pub fn start(cx: &mut Cx, new: &New) -> Result<ConversationId> {
    let medium = match new.channel.as_deref() {
        None | Some("messenger") => Medium::InApp,
        Some("email") => Medium::Email,
        Some(_) => return Err(Error::invalid("channel must be messenger or email").field("channel")),
    };
    let subject = new.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
    if medium == Medium::Email && subject.is_none() {
        return Err(Error::missing("subject is required for an email").field("subject"));
    }
    let message = messages::New {
        medium,
        subject: subject.map(str::to_owned),
        from: None,
        to: vec![Person::Id(new.contact.to_string())],
        cc: Vec::new(),
        bcc: Vec::new(),
        body: new.html.clone(),
        template: Template::Plain,
        created_at: None,
        conversation: true,
    };
    let sent = messages::send(cx, &message)?;
    sent.conversation.map(|row| row.id).ok_or_else(|| ErrorKind::Internal.into())
}
