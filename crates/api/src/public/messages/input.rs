//! Reading a message.

use deskwire_domain::Person;
use deskwire_domain::conversations;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::html::Html;
use deskwire_domain::messages::{Medium, New, Template};
use serde_json::Value;

use crate::body::{Body, must_be};
use crate::public::conversations::input::attachments;
use crate::public::person;
use crate::request::Request;

/// The message types of the description, as this server handles them.
const TYPES: &str = "message_type must be one of in_app, email, sms, whatsapp";

/// The author.
pub(super) enum NewMessage {
    /// An admin.
    ByAdmin(Box<New>),
    /// A contact, which starts a conversation.
    ByContact(Person, Box<conversations::New>),
}

/// Reads a message.
pub(super) async fn read(request: &Request) -> Result<NewMessage> {
    let body = &request.body;
    let from = body.object("from")?.flatten().cloned().map(Body);
    match from.as_ref().map(|f| f.text("type")).transpose()?.flatten().flatten().as_deref() {
        Some("user" | "lead" | "contact") => by_contact(request, from.unwrap_or_default()).await,
        Some("admin") => by_admin(request, Some(from.unwrap_or_default().needed_id("id")?)),
        None if from.is_none() => by_admin(request, None),
        _ => Err(Error::invalid("from type must be one of admin, user, lead, contact").field("from.type")),
    }
}

/// The text of a message as the request has it.
pub(super) fn text(body: &Body) -> Result<String> {
    match body.get("body") {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.clone()),
        None | Some(Value::Null | Value::String(_)) => Err(Error::invalid("Body is required").field("body")),
        Some(_) => Err(must_be("body", "a string")),
    }
}

fn no_body() -> Error {
    Error::invalid("Body is required").field("body")
}

async fn by_contact(request: &Request, from: Body) -> Result<NewMessage> {
    let body = &request.body;
    let new = conversations::New {
        from_type: from.needed_id("type")?,
        from_id: String::new(),
        body: Html::of_text(&text(body)?).ok_or_else(no_body)?,
        subject: body.text("subject")?.flatten(),
        attachments: attachments(request).await?,
        created_at: body.time("created_at")?.flatten(),
    };
    Ok(NewMessage::ByContact(person::required(&from)?, Box::new(new)))
}

fn by_admin(request: &Request, from: Option<String>) -> Result<NewMessage> {
    let body = &request.body;
    let medium = match body.text("message_type")?.flatten().as_deref() {
        Some("inapp" | "in_app" | "conversation") => Medium::InApp,
        Some("email") => Medium::Email,
        Some("sms") => return Err(sms(&text(body)?)),
        Some("whatsapp") => {
            let message = "WhatsApp messages cannot be sent: this server has no WhatsApp provider";
            return Err(Error::invalid(message).field("message_type"));
        }
        Some(_) => return Err(Error::invalid(TYPES).field("message_type")),
        None => return Err(Error::missing("message_type is required").field("message_type")),
    };
    let subject = body.text("subject")?.flatten().filter(|s| !s.trim().is_empty());
    let text = text(body)?;
    let html = Html::read(&text, &request.origin, "body")?.ok_or_else(no_body)?;
    if medium == Medium::Email && subject.is_none() {
        return Err(Error::from(ErrorKind::SubjectNotFound).field("subject"));
    }
    let template = body.text("template")?.flatten();
    let template = template
        .as_deref()
        .map_or(Some(Template::Plain), Template::parse)
        .ok_or_else(|| Error::invalid("template must be one of plain, personal").field("template"))?;
    let new = New {
        medium,
        from,
        to: people(body, "to")?,
        cc: people(body, "cc")?,
        bcc: people(body, "bcc")?,
        subject,
        body: html,
        attachments: Vec::new(),
        template,
        created_at: body.time("created_at")?.flatten(),
        conversation: body.boolean("create_conversation_without_contact_reply")?.flatten().unwrap_or(false),
    };
    if new.to.is_empty() {
        return Err(Error::missing("to is required").field("to"));
    }
    Ok(NewMessage::ByAdmin(Box::new(new)))
}

/// A text message has only text, and this server has no provider to send it.
fn sms(text: &str) -> Error {
    let html = match Html::read(text, "", "body") {
        Ok(html) => html,
        Err(rejected) => return rejected,
    };
    if text.contains("://") || html.is_some_and(|html| html.as_str().contains("<img")) {
        return Error::invalid("Invalid SMS message body").field("body");
    }
    Error::invalid("SMS messages cannot be sent: this server has no SMS provider").field("message_type")
}

/// One person or a list of them.
fn people(body: &Body, key: &'static str) -> Result<Vec<Person>> {
    let one = |value: &Value| match value {
        Value::Object(map) => {
            let named = Body(map.clone());
            match named.text("type")?.flatten().as_deref() {
                None | Some("user" | "lead" | "contact") => person::required(&named),
                Some(_) => Err(Error::invalid(format!("{key} type must be 'user' or 'lead'")).field(key)),
            }
        }
        _ => Err(must_be(key, "an object or an array of objects")),
    };
    match body.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(one).collect(),
        Some(value) => Ok(vec![one(value)?]),
    }
}
