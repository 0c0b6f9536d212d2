//! `/app/v1/settings/ticket_types` and `/app/v1/settings/ticket_states`

use deskwire_domain::Noun;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::{TicketStateId, TicketTypeAttributeId, TicketTypeId};
use deskwire_domain::settings::tickets::{self as verbs, AttributeChanges, StateChanges, TypeChanges};
use deskwire_domain::ticket_states::TicketState;
use deskwire_domain::ticket_types::{Full, TicketTypeAttribute, items};

use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{
    OneTicketState, OneTicketType, SettingsTicketAttribute, SettingsTicketState, SettingsTicketType,
    SettingsTicketTypes, WriteTicketAttribute, WriteTicketState, WriteTicketType,
};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/ticket_types", write, list);
    rows.row("POST /app/v1/settings/ticket_types", write, create);
    rows.row("PATCH /app/v1/settings/ticket_types/{id}", write, change);
    rows.row("POST /app/v1/settings/ticket_types/{id}/attributes", write, add_attribute);
    rows.row("PATCH /app/v1/settings/ticket_types/{id}/attributes/{attribute}", write, change_attribute);
    rows.row("POST /app/v1/settings/ticket_states", write, create_state);
    rows.row("PATCH /app/v1/settings/ticket_states/{id}", write, change_state);
}

/// All types with their attributes, and all states.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let (types, states) = verbs::list(cx)?;
            let (items, states) = (types.into_iter().map(view).collect(), states.into_iter().map(state).collect());
            Ok(SettingsTicketTypes { items, states })
        })
        .await
}

async fn create(request: Request) -> Result<Reply> {
    let (new, ip) = (of_type(request.body()?), request.ip());
    request.write(move |cx| verbs::create_type(cx, &new, ip.as_deref()).map(one)).await
}

async fn change(request: Request) -> Result<Reply> {
    let (id, changes, ip) = (id(&request)?, of_type(request.body()?), request.ip());
    request.write(move |cx| verbs::change_type(cx, id, &changes, ip.as_deref()).map(one)).await
}

async fn add_attribute(request: Request) -> Result<Reply> {
    let (id, new, ip) = (id(&request)?, of_attribute(request.body()?), request.ip());
    request.write(move |cx| verbs::add_attribute(cx, id, &new, ip.as_deref()).map(one)).await
}

async fn change_attribute(request: Request) -> Result<Reply> {
    let attribute: TicketTypeAttributeId = request.id("attribute", ErrorKind::ResourceNotFound)?;
    let (which, changes, ip) = ((id(&request)?, attribute), of_attribute(request.body()?), request.ip());
    request.write(move |cx| verbs::change_attribute(cx, which, &changes, ip.as_deref()).map(one)).await
}

async fn create_state(request: Request) -> Result<Reply> {
    let (new, ip) = (of_state(request.body()?), request.ip());
    request
        .write(move |cx| verbs::create_state(cx, &new, ip.as_deref()).map(|made| OneTicketState { state: state(made) }))
        .await
}

async fn change_state(request: Request) -> Result<Reply> {
    let id: TicketStateId = request.id("id", ErrorKind::ResourceNotFound)?;
    let (changes, ip) = (of_state(request.body()?), request.ip());
    request
        .write(move |cx| {
            let changed = verbs::change_state(cx, id, &changes, ip.as_deref())?;
            Ok(OneTicketState { state: state(changed) })
        })
        .await
}

fn id(request: &Request) -> Result<TicketTypeId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

fn of_type(body: WriteTicketType) -> TypeChanges {
    let WriteTicketType { name, description, category, icon, is_internal, archived } = body;
    TypeChanges { name, description, category, icon, is_internal, archived }
}

fn of_attribute(body: WriteTicketAttribute) -> AttributeChanges {
    AttributeChanges {
        name: body.name,
        description: body.description,
        data_type: body.data_type,
        required_to_create: body.required_to_create,
        required_to_create_for_contacts: body.required_to_create_for_contacts,
        visible_on_create: body.visible_on_create,
        visible_to_contacts: body.visible_to_contacts,
        multiline: body.multiline,
        list_items: body.options,
        allow_multiple_values: body.allow_multiple_values,
        archived: body.archived,
    }
}

fn of_state(body: WriteTicketState) -> StateChanges {
    let WriteTicketState { category, internal_label, external_label, ticket_type_ids, archived } = body;
    StateChanges { category, internal_label, external_label, ticket_types: ticket_type_ids, archived }
}

fn one(full: Full) -> OneTicketType {
    OneTicketType { ticket_type: view(full) }
}

fn view(Full { row, attributes, .. }: Full) -> SettingsTicketType {
    SettingsTicketType {
        id: row.id,
        name: row.name,
        description: row.description,
        icon: row.icon,
        category: row.category.to_string(),
        is_internal: row.is_internal,
        archived: row.archived,
        attributes: attributes.into_iter().map(attribute).collect(),
    }
}

fn attribute(of: TicketTypeAttribute) -> SettingsTicketAttribute {
    let live = items(&of).into_iter().filter(|item| !item.archived).map(|item| item.label);
    SettingsTicketAttribute {
        id: of.id,
        options: of.list_items.is_some().then(|| live.collect()),
        name: of.name,
        description: of.description,
        data_type: of.data_type.to_string(),
        required_to_create: of.required_to_create,
        required_to_create_for_contacts: of.required_to_create_for_contacts,
        visible_on_create: of.visible_on_create,
        visible_to_contacts: of.visible_to_contacts,
        multiline: of.multiline,
        allow_multiple_values: of.allow_multiple_values,
        is_default: of.is_default,
        archived: of.archived,
    }
}

fn state(TicketState { row, types }: TicketState) -> SettingsTicketState {
    SettingsTicketState {
        id: row.id,
        category: row.category.to_string(),
        internal_label: row.internal_label,
        external_label: row.external_label,
        ticket_type_ids: types,
        is_default: row.is_default,
        archived: row.archived,
    }
}
