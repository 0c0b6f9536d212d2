//! `POST /conversations/{id}/reply`

use deskwire_domain::conversations::{self, MessageType, ReplyAuthor, ReplyTo};
use deskwire_domain::error::{Error, Result};

use super::answer::changed;
use super::input::{self, id};
use super::manage;
use crate::reply::Reply;
use crate::request::Request;

/// Replies in a conversation, as a teammate or on behalf of a contact. Old clients (the Ruby SDK, the Node SDK before
/// version 5) close, snooze, open and assign here as well.
pub async fn handle(request: Request) -> Result<Reply> {
    if manage::is_meant(&request.body)? {
        return manage::handle(request).await;
    }
    let last = request.param("id") == "last";
    let to = if last { None } else { Some(ReplyTo::Id(id(&request)?)) };
    let reply = read(&request).await?;
    let to = match (to, &reply.by) {
        (Some(to), _) => to,
        (None, ReplyAuthor::Contact(person)) => ReplyTo::LastOf(person.clone()),
        // For a reply to a contact's last conversation.
        (None, ReplyAuthor::Admin(_)) => ReplyTo::LastOf(input::contact(&request.body)?),
    };
    changed(request, move |cx| Ok(conversations::reply(cx, &to, &reply)?.0)).await
}

/// Reads a reply to a conversation or a ticket.
pub(crate) async fn read(request: &Request) -> Result<conversations::Reply> {
    let body = &request.body;
    let message_type = body.text("message_type")?.flatten();
    let by = match body.text("type")?.flatten().as_deref() {
        Some("admin") => ReplyAuthor::Admin(body.needed_id("admin_id")?),
        Some("user" | "lead" | "contact") => ReplyAuthor::Contact(input::contact(body)?),
        Some(_) => return Err(Error::invalid("type must be 'admin' or 'user'").field("type")),
        None => return Err(Error::missing("type is required").field("type")),
    };
    let permitted: &[MessageType] = match by {
        ReplyAuthor::Admin(_) => MessageType::ALL,
        ReplyAuthor::Contact(_) => &[MessageType::Comment, MessageType::QuickReply],
    };
    let message_type = message_type.map_or(Some(MessageType::Comment), |text| MessageType::parse(&text));
    let Some(message_type) = message_type.filter(|of| permitted.contains(of)) else {
        let permitted: Vec<&str> = permitted.iter().map(|of| of.as_str()).collect();
        let message = format!("message_type must be one of {}", permitted.join(", "));
        return Err(Error::invalid(message).field("message_type"));
    };
    let reply = conversations::Reply {
        by,
        body: input::html(request)?,
        options: if message_type == MessageType::QuickReply { input::options(body)? } else { None },
        message_type,
        attachments: input::attachments(request).await?,
        created_at: body.time("created_at")?.flatten(),
        notify: !body.boolean("skip_notifications")?.flatten().unwrap_or(false),
        skip_unsnooze: body.boolean("skip_unsnooze")?.flatten().unwrap_or(false),
    };
    if reply.message_type == MessageType::QuickReply && reply.options.is_none() {
        return Err(Error::missing("reply_options is required").field("reply_options"));
    }
    if reply.body.is_none() && reply.options.is_none() && reply.attachments.is_empty() {
        return Err(Error::missing("body is required").field("body"));
    }
    Ok(reply)
}
