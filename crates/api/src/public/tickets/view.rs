//! A ticket as the API represents it.

use deskwire_domain::conversations::{Context, ConversationState, Full};
use deskwire_domain::ids::{ConversationId, TicketNumber, TicketStateId};
use deskwire_domain::ticket_attributes;
use deskwire_domain::ticket_types::Category;
use serde::Serialize;
use serde_json::{Map, Value};

use super::parts;
use crate::page::List;
use crate::public::attachments;
use crate::public::conversations::linked::Linked;
use crate::public::conversations::scene::Scene;
use crate::public::conversations::view::contacts;
use crate::public::ticket_states::view::View as State;
use crate::public::ticket_types::view::View as Type;
use crate::public::wire::Contact;

/// A ticket.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: ConversationId,
    ticket_id: TicketNumber,
    ticket_attributes: Map<String, Value>,
    ticket_state: Option<State<'a>>,
    ticket_type: Option<Type<'a>>,
    contacts: List<Contact<'a>>,
    admin_assignee_id: i64,
    team_assignee_id: i64,
    created_at: i64,
    updated_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_parts: Option<List<parts::View<'a>>>,
    open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    snoozed_until: Option<i64>,
    linked_objects: Linked,
    category: Option<Category>,
    is_shared: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_ticket_state_id: Option<TicketStateId>,
}

/// Renders a ticket in a scene.
pub(crate) fn view<'a>(full: &'a Full, context: &'a Context, scene: &Scene<'a>) -> View<'a> {
    let c = &full.conversation;
    let list = |parts: &'a Vec<_>| parts::list(c, parts, context, scene);
    View { ticket_parts: full.parts.as_ref().map(list), ..brief(full, context, scene) }
}

/// A ticket within a conversation, which has the parts.
pub(crate) fn brief<'a>(full: &'a Full, context: &'a Context, scene: &Scene<'a>) -> View<'a> {
    let c = &full.conversation;
    let of = context.ticket_type(c);
    let file = |id| serde_json::to_value(attachments::one(id, context, scene)?).ok();
    View {
        r#type: "ticket",
        id: c.id,
        ticket_id: c.ticket_number.unwrap_or_default(),
        ticket_attributes: of
            .map(|of| ticket_attributes::displayed(of, &c.ticket_attributes, file))
            .unwrap_or_default(),
        ticket_state: context.ticket_state(c).map(State::of),
        ticket_type: of.map(|of| Type::of(scene.workspace, of)),
        contacts: contacts(&full.contacts),
        admin_assignee_id: c.admin_assignee_id.number(),
        team_assignee_id: c.team_assignee_id.number(),
        created_at: c.created_at,
        updated_at: c.updated_at,
        ticket_parts: None,
        open: c.state != ConversationState::Closed,
        snoozed_until: c.snoozed_until,
        linked_objects: Linked::of(c, &full.links),
        category: c.ticket_category,
        is_shared: c.is_shared,
        previous_ticket_state_id: c.previous_ticket_state_id,
    }
}
