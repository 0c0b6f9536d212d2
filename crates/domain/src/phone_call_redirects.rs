//! Phone call redirects: links, sent by text message, through which callers write instead (ADR 60).

use std::sync::Arc;

use deskwire_store::conversation_parts::PartType;
use deskwire_store::global::credentials;
use deskwire_store::phone_call_redirects::{self as store, PhoneCallRedirect};
use deskwire_store::{Tx, workspaces};
use serde_json::{Map, Value};

use crate::actor::{Actor, Permissions, Principal};
use crate::contacts::{self, Input};
use crate::conversations::{self, Author, Edit, NewPart};
use crate::error::{Error, ErrorKind, Result};
use crate::fin::attributes;
use crate::html::Html;
use crate::ids::PhoneCallRedirectId;
use crate::phone::Phone;
use crate::{Cx, secrets};

/// The lifetime of a link, in seconds.
pub const LIFETIME: i64 = 86_400;
/// The maximum number of links per phone number and hour, and per workspace and day.
const MAX_PER_PHONE: i64 = 5;
const MAX_PER_WORKSPACE: i64 = 2_000;
const HOUR: i64 = 3_600;
/// The maximum size of custom attributes, in bytes of JSON.
const MAX_ATTRIBUTES: usize = 10_000;
/// The maximum length, in characters, of a message, and of the workspace's name in a text message.
pub const MAX_MESSAGE: usize = 10_000;
const MAX_NAME: usize = 60;

/// A redirect to create.
#[derive(Debug, Clone)]
pub struct New {
    /// The phone number that the link is sent to.
    pub phone: Phone,
    /// Attributes of the call.
    pub custom_attributes: Map<String, Value>,
}

/// A link to send.
#[derive(Debug, Clone)]
pub struct Made {
    /// The redirect.
    pub id: PhoneCallRedirectId,
    /// The secret at the end of the link.
    pub secret: String,
    /// The phone number, in E.164.
    pub phone: String,
}

/// Creates a link, which the calling function sends. Fails if the phone number or the workspace has had too many.
pub fn create(cx: &mut Cx, new: &New) -> Result<Made> {
    let phone = new.phone.e164.clone().ok_or(ErrorKind::InvalidPhoneNumber)?;
    attributes::check(&new.custom_attributes)?;
    let custom_attributes = serde_json::to_string(&new.custom_attributes).map_err(Error::internal)?;
    if custom_attributes.len() > MAX_ATTRIBUTES {
        let message = format!("custom_attributes are too long (maximum is {MAX_ATTRIBUTES} bytes)");
        return Err(Error::invalid(message).field("custom_attributes"));
    }
    cx.guard("phone call redirects", "")?;
    let now = cx.now();
    let full = |message: &'static str| Err(Error::new(ErrorKind::RateLimited, message));
    let since = PhoneCallRedirectId::first_at(now - HOUR);
    if store::count_of_phone(cx, &phone, since, MAX_PER_PHONE)? >= MAX_PER_PHONE {
        return full("A phone number is sent 5 links an hour at most");
    }
    let since = PhoneCallRedirectId::first_at(now - LIFETIME);
    if store::count_since(cx, since, MAX_PER_WORKSPACE)? >= MAX_PER_WORKSPACE {
        return full("A workspace sends 2000 links a day at most");
    }
    let secret = secrets::uuid()?;
    let redirect = PhoneCallRedirect {
        id: cx.mint(),
        link: secrets::hash(&secret),
        phone: phone.clone(),
        custom_attributes,
        expires_at: now + LIFETIME,
        used_at: None,
    };
    store::insert(cx, &redirect)?;
    Ok(Made { id: redirect.id, secret, phone })
}

/// Deletes a link that could not be sent.
pub fn withdraw(cx: &mut Cx, id: PhoneCallRedirectId) -> Result<()> {
    Ok(store::delete(cx, id)?)
}

/// The text message with a link.
pub fn text(workspace: &str, url: &str) -> String {
    let mut name: String = workspace.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    if name.len() < workspace.len() {
        name = format!("{}…", name.trim_end());
    }
    format!("{name}: write to us here instead of waiting on the phone: {url}")
}

/// The content of the page behind a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The workspace's name.
    pub workspace: String,
    /// Whether a message was already written.
    pub is_used: bool,
}

/// The page behind a link. An expired link is not found.
pub fn visit(tx: &mut Tx<'_>, secret: &str) -> Result<Visit> {
    let (actor, id) = named(tx, secret)?;
    let redirect = store::get(&mut tx.within(actor.workspace()), id)?;
    let redirect = redirect.filter(|redirect| tx.now() < redirect.expires_at).ok_or(ErrorKind::ResourceNotFound)?;
    Ok(Visit { workspace: actor.tenant.name.clone(), is_used: redirect.used_at.is_some() })
}

/// Starts a conversation of the contact with the link's number; creates a lead if there is none. A link starts at most
/// one conversation.
pub fn begin(tx: &mut Tx<'_>, secret: &str, message: &str) -> Result<Visit> {
    let (actor, id) = named(tx, secret)?;
    let cx = &mut Cx::new(tx, &actor);
    let before = store::lock(cx, id)?.filter(|redirect| cx.now() < redirect.expires_at);
    let before = before.ok_or(ErrorKind::ResourceNotFound)?;
    let visit = Visit { workspace: actor.tenant.name.clone(), is_used: true };
    if before.used_at.is_some() {
        return Ok(visit);
    }
    if message.chars().count() > MAX_MESSAGE {
        return Err(Error::invalid(format!("The message is too long (maximum is {MAX_MESSAGE} characters)")));
    }
    let body = Html::of_text(message).ok_or_else(|| Error::invalid("Please write a message"))?;
    start_conversation(cx, &before, body)?;
    let after = PhoneCallRedirect { used_at: Some(cx.now()), ..before.clone() };
    store::update(cx, &before, &after)?;
    Ok(visit)
}

/// The redirect of a link, and a system actor of its workspace.
fn named(tx: &mut Tx<'_>, secret: &str) -> Result<(Actor, PhoneCallRedirectId)> {
    let found = credentials::phone_call_redirect(tx, &secrets::hash(secret))?;
    let (workspace, id) = found.ok_or(ErrorKind::ResourceNotFound)?;
    let workspace = workspaces::get(&mut tx.within(&workspace))?.ok_or(ErrorKind::ResourceNotFound)?;
    Ok((Actor::system(Arc::new(workspace.into())), id))
}

/// Starts the conversation with the contact's message. Custom attributes are set on the contact, else on the
/// conversation; those that neither has go into a note for teammates.
fn start_conversation(cx: &mut Cx, redirect: &PhoneCallRedirect, body: Html) -> Result<()> {
    let number = Phone { written: redirect.phone.clone(), e164: Some(redirect.phone.clone()) };
    let mut contact = conversations::contact_or_lead_of_phone(cx, &number)?;
    let mut left: Map<String, Value> = serde_json::from_str(&redirect.custom_attributes).map_err(Error::internal)?;
    let (of_contact, _) = attributes::of_user(cx, &left)?;
    left.retain(|name, _| !of_contact.contains_key(name));
    if !of_contact.is_empty() {
        let input = Input { custom_attributes: Some(of_contact), ..Input::default() };
        contact = contacts::update(cx, contact.id, &input)?.contact;
    }
    let tenant = cx.actor().tenant.clone();
    let writer = Actor::new(tenant, Principal::Contact(contact.id), Permissions::ALL);
    let cx = &mut cx.acting_as(&writer);
    let new = conversations::New {
        from_type: "contact".to_owned(),
        from_id: contact.id.to_string(),
        body,
        subject: None,
        attachments: Vec::new(),
        created_at: None,
    };
    let conversation = conversations::create(cx, &new)?;
    if left.is_empty() {
        return Ok(());
    }
    let mut edit = Edit::open(cx, conversation.id)?;
    let refused = attributes::set(cx, &mut edit, &left)?;
    left.retain(|name, _| refused.contains_key(name));
    if !left.is_empty() {
        let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let lines: Vec<String> = left.iter().map(|(name, of)| format!("{name}: {}", value(of))).collect();
        let note = Html::of_text(&lines.join("\n")).map(|html| html.to_string());
        edit.part(cx, NewPart { body: note, ..NewPart::of(PartType::Note, Author::Bot) })?;
    }
    edit.save(cx)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_text_message_is_short() {
        let url = "https://help.test/msgr/x";
        assert_eq!(text("Acme", url), format!("Acme: write to us here instead of waiting on the phone: {url}"));
        let long = text(&"n".repeat(500), url);
        assert!(long.starts_with(&format!("{}…: ", "n".repeat(60))) && long.ends_with(url), "{long}");
    }
}
