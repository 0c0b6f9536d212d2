//! Reads messages for Fin from requests.

use deskwire_domain::attachments::{self, New};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::fin::{Message, Options, Speaker, User};
use deskwire_domain::html::Html;
use deskwire_domain::times;
use serde_json::{Map, Value};

use crate::body::{Body, must_be};
use crate::public::conversations::input::{Sent, store};
use crate::request::Request;
use crate::versions::Feature;

/// An object in a body; empty if it is absent.
fn object(body: &Body, key: &'static str) -> Result<Body> {
    Ok(Body(body.object(key)?.flatten().cloned().unwrap_or_default()))
}

/// The client's id of the conversation.
pub(super) fn conversation_id(body: &Body, missing: &'static str) -> Result<String> {
    let id = body.id("conversation_id")?.flatten().filter(|id| !id.trim().is_empty());
    id.ok_or_else(|| Error::invalid(missing).field("conversation_id"))
}

/// The user.
pub(super) fn user(body: &Body) -> Result<User> {
    let user = object(body, "user")?;
    let id = user.id("id")?.flatten().filter(|id| !id.trim().is_empty());
    Ok(User {
        id: id.ok_or_else(|| Error::invalid("User ID is required").field("user.id"))?,
        name: user.text("name")?.flatten().filter(|name| !name.trim().is_empty()),
        email: user.text("email")?.flatten(),
        attributes: attributes(&user)?,
    })
}

/// The custom attributes of an object.
pub(super) fn attributes(of: &Body) -> Result<Map<String, Value>> {
    Ok(of.object("attributes")?.flatten().cloned().unwrap_or_default())
}

/// The message.
pub(super) fn message(request: &Request) -> Result<Message> {
    let message = request.body.object("message")?.flatten();
    let message = message.ok_or_else(|| Error::invalid("message is required").field("message"))?;
    read(&Body(message.clone()), &request.origin)
}

/// The message; `None` if it is absent.
pub(super) fn optional_message(request: &Request) -> Result<Option<Message>> {
    match request.body.object("message")?.flatten() {
        Some(_) => message(request).map(Some),
        None => Ok(None),
    }
}

fn read(message: &Body, origin: &str) -> Result<Message> {
    let author = match message.text("author")?.flatten().as_deref() {
        Some("user") => Speaker::User,
        Some("agent") => Speaker::Agent,
        Some("fin") => Speaker::Fin,
        _ => return Err(Error::invalid("author must be 'user', 'agent' or 'fin'").field("message.author")),
    };
    let body = Html::read(&message.long("body")?.flatten().unwrap_or_default(), origin, "message.body")?;
    let sent_ms = match message.text("timestamp")?.flatten() {
        Some(text) => {
            let invalid =
                || Error::invalid("timestamp must be an ISO 8601 time from 1970 to 2199").field("message.timestamp");
            Some(times::parse_ms(&text).ok_or_else(invalid)?)
        }
        None => None,
    };
    let body = body.ok_or_else(|| Error::invalid("message body is required").field("message.body"))?;
    Ok(Message { author, body, sent_ms })
}

/// The details of a new conversation.
pub(super) fn metadata(body: &Body) -> Result<Body> {
    object(body, "conversation_metadata")
}

/// The earlier messages.
pub(super) fn history(metadata: &Body, origin: &str) -> Result<Vec<Message>> {
    let Some(items) = metadata.array("history")?.flatten() else { return Ok(Vec::new()) };
    if items.len() > 10 {
        return Err(Error::invalid("Conversation history cannot contain more than 10 items"));
    }
    let item = |item: &Value| match item {
        Value::Object(map) => read(&Body(map.clone()), origin),
        _ => Err(must_be("history", "an array of objects")),
    };
    items.iter().map(item).collect()
}

/// How Fin should answer.
pub(super) fn options(request: &Request) -> Result<Options> {
    let replying = request.version().has(Feature::FinReplying);
    let settings =
        if request.version().has(Feature::FinSettings) { object(&request.body, "settings")? } else { Body::default() };
    Ok(Options {
        email: settings.boolean("email")?.flatten().unwrap_or(false),
        follow_up_questions: settings.boolean("follow_up_questions")?.flatten().unwrap_or(true),
        replying,
    })
}

/// The attachments of the message. Files are stored here, before any transaction.
pub(super) async fn attachments(request: &Request) -> Result<Vec<New>> {
    let Some(items) = request.body.array("attachments")?.flatten() else { return Ok(Vec::new()) };
    if items.len() > attachments::MAX_FILES {
        let message = format!("attachments may hold {} files at most", attachments::MAX_FILES);
        return Err(Error::invalid(message).field("attachments"));
    }
    let (mut urls, mut files) = (Vec::new(), Vec::new());
    for item in items {
        let text = |key: &str| item.get(key).and_then(Value::as_str);
        match (text("type"), text("url").filter(|url| attachments::is_address(url))) {
            (Some("url"), Some(url)) => urls.push(New::Url { url: url.to_owned(), name: None }),
            (Some("url"), None) => return Err(Error::invalid("url must be an http or https URL").field("attachments")),
            (Some("file"), _) => files.push(Sent::read(item, "attachments")?),
            _ => return Err(Error::invalid("type must be 'url' or 'file'").field("attachments")),
        }
    }
    urls.extend(store(request, files).await?);
    Ok(urls)
}
