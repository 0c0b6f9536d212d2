//! Reads the fields of a ticket from requests.

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{ConversationId, TicketTypeId};
use deskwire_domain::tickets::{Changes, New, Requester, To};
use serde_json::Value;

use crate::body::Body;
use crate::public::person::text;
use crate::request::Request;
use crate::versions::{Feature, Version};

/// The id of the ticket in the path.
pub(crate) fn id(request: &Request) -> Result<ConversationId> {
    request.id("id", ErrorKind::TicketNotFound)
}

/// A new ticket.
pub(super) fn new(body: &Body, version: Version) -> Result<New> {
    let assignment = sub(body, "assignment", version.has(Feature::NewTicketAssignee))?;
    let link = if version.has(Feature::NewTicketLink) { text(body, "conversation_to_link_id")? } else { None };
    Ok(New {
        ticket_type: TicketTypeId::parse(&body.needed_id("ticket_type_id")?),
        requester: requester(body)?,
        attributes: body.object("ticket_attributes")?.flatten().cloned().unwrap_or_default(),
        company: text(body, "company_id")?,
        created_at: body.time("created_at")?.flatten(),
        admin_assignee: text(&assignment, "admin_assignee_id")?,
        team_assignee: text(&assignment, "team_assignee_id")?,
        link_to: link.map(|id| ConversationId::parse(&id)),
        notify: notify(body)?,
    })
}

/// The contact that a ticket is for: exactly one.
fn requester(body: &Body) -> Result<Requester> {
    let invalid = || Error::invalid("contacts must hold exactly one contact").field("contacts");
    let contacts = body.array("contacts")?.flatten().ok_or_else(|| {
        let message = "contacts is required";
        Error::missing(message).field("contacts")
    })?;
    let [Value::Object(contact)] = contacts.as_slice() else { return Err(invalid()) };
    let contact = Body(contact.clone());
    if let Some(id) = text(&contact, "id")? {
        return Ok(Requester::Id(id));
    }
    if let Some(id) = text(&contact, "external_id")? {
        return Ok(Requester::ExternalId(id));
    }
    let email = text(&contact, "email")?.map(Requester::Email);
    email.ok_or_else(|| Error::missing("One of id, external_id or email is required").field("contacts"))
}

/// Changes of a ticket.
pub(super) fn changes(body: &Body, version: Version) -> Result<Changes> {
    let state = if version.has(Feature::TicketStates) {
        text(body, "ticket_state_id")?.map(To::State)
    } else {
        text(body, "state")?.map(To::Category)
    };
    let assignment = sub(body, "assignment", true)?;
    let from = if version.has(Feature::InlineTicketAssignee) { body } else { &assignment };
    Ok(Changes {
        attributes: body.object("ticket_attributes")?.flatten().cloned(),
        state,
        company: body.id("company_id")?,
        open: body.boolean("open")?.flatten(),
        is_shared: body.boolean("is_shared")?.flatten(),
        snoozed_until: body.time("snoozed_until")?.flatten(),
        admin: text(from, "admin_id")?,
        assignee: text(from, "assignee_id")?,
        notify: notify(body)?,
    })
}

/// An object in the body; empty if it is absent or malformed.
fn sub(body: &Body, key: &'static str, read: bool) -> Result<Body> {
    let map = if read { body.object(key)?.flatten() } else { None };
    Ok(Body(map.cloned().unwrap_or_default()))
}

/// Whether to notify people.
fn notify(body: &Body) -> Result<bool> {
    Ok(!body.boolean("skip_notifications")?.flatten().unwrap_or(false))
}
