//! The parts of a ticket as the API shows them. What a part does not have is left out.

use deskwire_domain::ids::PartId;
use deskwire_domain::ticket_states::Category;
use std::borrow::Cow;

use deskwire_domain::conversations::{AssignedType, AuthorType, Context, Conversation, Part, PartType};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::page::List;
use crate::public::attachments;
use crate::public::conversations::parts::author;
use crate::public::conversations::scene::Scene;

/// A part.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: PartId,
    part_type: PartType,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_state: Option<Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_ticket_state: Option<Category>,
    created_at: i64,
    updated_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_to: Option<Assignee>,
    author: Author<'a>,
    attachments: Vec<attachments::View<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    redacted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_package_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_attribute_data: Option<&'a RawValue>,
}

/// The fields that only few parts have.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Details<'a> {
    ticket_state: Option<Category>,
    previous_ticket_state: Option<Category>,
    external_id: Option<&'a str>,
    app_package_code: Option<&'a str>,
    #[serde(borrow)]
    updated_attribute_data: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Assignee {
    r#type: AssignedType,
    id: String,
}

/// The author of a part.
#[derive(Serialize)]
struct Author<'a> {
    id: String,
    r#type: AuthorType,
    name: Option<&'a str>,
    email: &'a str,
}

impl<'a> Author<'a> {
    /// Tickets have teammates, the system and users as authors; leads count as users.
    fn of(kind: AuthorType, id: i64, context: &'a Context) -> Self {
        let author = author(kind, id, context);
        let r#type = if author.r#type == AuthorType::Lead { AuthorType::User } else { author.r#type };
        Self { id: author.id, r#type, name: author.name, email: author.email }
    }
}

/// The parts of a ticket; the message that started it is the first.
pub(super) fn list<'a>(
    ticket: &'a Conversation,
    parts: &'a [Part],
    context: &'a Context,
    scene: &Scene<'_>,
) -> List<View<'a>> {
    let message = first(ticket, context, scene);
    let total_count = ticket.count_parts + i64::from(message.is_some());
    let all = message.into_iter().chain(parts.iter().map(|part| view(part, context, scene)));
    let mut ticket_parts: Vec<_> = all.collect();
    if scene.is_complete {
        with_states(&mut ticket_parts, context.ticket_state(ticket).map(|state| state.category));
    }
    List::whole(ticket_parts).named("ticket_part.list", "ticket_parts").counted(total_count)
}

/// Sets the state of the ticket at the time of each part. It follows from the parts that changed the state, and from
/// the current state.
fn with_states(parts: &mut [View<'_>], now: Option<Category>) {
    let mut after = now;
    for part in parts.iter_mut().rev() {
        if part.ticket_state.is_some() {
            after = part.previous_ticket_state.or(after);
        } else {
            part.ticket_state = after;
        }
    }
}

/// The message that started a conversation before it became a ticket.
fn first<'a>(ticket: &'a Conversation, context: &'a Context, scene: &Scene<'_>) -> Option<View<'a>> {
    let body = ticket.source_body.as_deref()?;
    Some(View {
        r#type: "ticket_part",
        id: ticket.source_id,
        part_type: PartType::Comment,
        body: Some(scene.text(body)),
        ticket_state: None,
        previous_ticket_state: None,
        created_at: ticket.created_at,
        updated_at: ticket.created_at,
        assigned_to: None,
        author: Author::of(ticket.source_author_type, ticket.source_author_id, context),
        attachments: attachments::views(ticket.source_attachments.as_deref(), context, scene),
        external_id: None,
        redacted: ticket.source_redacted,
        app_package_code: None,
        updated_attribute_data: None,
    })
}

/// One part.
fn view<'a>(part: &'a Part, context: &'a Context, scene: &Scene<'_>) -> View<'a> {
    // The server writes details itself; malformed ones are no reason to hide the part.
    let details: Details<'a> =
        part.details.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let assignee = |kind| Some(Assignee { r#type: kind, id: part.assigned_id?.to_string() });
    View {
        r#type: "ticket_part",
        id: part.id,
        part_type: part.part_type,
        body: part.body.as_deref().map(|body| scene.text(body)),
        ticket_state: details.ticket_state,
        previous_ticket_state: details.previous_ticket_state,
        created_at: part.created_at,
        updated_at: part.updated_at,
        assigned_to: part.assigned_type.and_then(assignee),
        author: Author::of(part.author_type, part.author_id, context),
        attachments: attachments::views(part.attachments.as_deref(), context, scene),
        external_id: details.external_id,
        redacted: part.redacted,
        app_package_code: details.app_package_code,
        updated_attribute_data: details.updated_attribute_data,
    }
}

/// The part that a reply created, for the response. Its type is that of the message, whatever else the reply did.
pub(super) fn reply<'a>(part: &'a Part, context: &'a Context, scene: &Scene<'_>) -> View<'a> {
    let part_type = match part.part_type {
        PartType::Open => PartType::Comment,
        PartType::NoteAndUnsnooze => PartType::Note,
        other => other,
    };
    View { part_type, ..view(part, context, scene) }
}
