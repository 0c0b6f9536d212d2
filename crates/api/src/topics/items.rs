//! What is told of each kind of event: what the API shows of the object, as it is when the event is told of.

use deskwire_domain::conversations::{Context, Full};
use deskwire_domain::error::{Error, Kind, Result};
use deskwire_domain::events::Event;
use deskwire_domain::{
    Cx, admins, bulk, companies, contacts, conversations, data_events, ids, jobs, notes, subscriptions, times,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Item, Telling};
use crate::public::conversations::{self as conversation_views, scene::Scene};
use crate::public::{admins as admin_views, companies as company_views, contacts as contact_views};
use crate::public::{
    events as event_views, jobs as job_views, notes as note_views, subscription_types, tickets as ticket_views,
};
use crate::versions::{Feature, Version};

/// What is told of an event.
pub(super) fn render(cx: &mut Cx, item: Item, event: &Event, payload: &str, telling: Telling<'_>) -> Result<Value> {
    let actor = cx.actor();
    let payload: Value = serde_json::from_str(payload).map_err(Error::internal)?;
    match item {
        Item::Contact => contact(cx, event.object_id),
        Item::Merged => {
            let mut contact = contact(cx, event.object_id)?;
            contact["merged_from"] = json!({"type": "contact", "id": payload["merged_from"]});
            Ok(contact)
        }
        Item::Tagged => {
            let contact = contact(cx, event.object_id)?;
            Ok(
                json!({"type": "contact_tag", "created_at": event.created_at, "tag": payload["tag"], "contact": contact}),
            )
        }
        Item::Subscription => {
            let id = payload["subscription_type_id"].as_str().and_then(ids::parse_decimal);
            let contact = contact(cx, event.object_id)?;
            let all = subscriptions::list(cx)?;
            let chosen: Vec<_> = all.into_iter().filter(|t| Some(t.id) == id).collect();
            let types = value(&subscription_types::view::views(&chosen)?)?;
            Ok(
                json!({"type": "subscription", "created_at": event.created_at, "contact": contact, "subscription_types": types}),
            )
        }
        Item::Note => {
            let id = payload["note_id"].as_str().and_then(ids::parse_decimal).unwrap_or_default();
            match notes::find(cx, id) {
                Ok(note) => value(&note_views::view::View::from(&note)),
                Err(error) => gone(error, "note", &id.to_string()),
            }
        }
        Item::Company => company(cx, event.object_id),
        Item::Membership => {
            let contact_id = payload["contact"]["id"].as_str().and_then(ids::parse_hex).unwrap_or_default();
            let (company, contact) = (company(cx, event.object_id)?, contact(cx, contact_id)?);
            Ok(json!({"type": "company.contact", "company": company, "contact": contact}))
        }
        Item::Admin => match admins::find(cx, event.object_id, Kind::AdminNotFound) {
            Ok(full) => value(&admin_views::view::View::new(&full)),
            Err(error) => gone(error, "admin", &event.object_id.to_string()),
        },
        Item::DataEvent => {
            let contact = payload["contact_id"].as_str().and_then(ids::parse_hex).unwrap_or_default();
            let at = payload["created_at"].as_i64().unwrap_or_default();
            match data_events::find(cx, contact, at, event.object_id)? {
                Some((contact, found)) => value(&event_views::view::Event::new(&contact, &found)?),
                None => Ok(deleted("event", &event.object_id.to_string())),
            }
        }
        Item::Job => {
            let id = job_id(event);
            match jobs::find(cx, &id) {
                Ok(jobs::Found::Bulk(job)) => value(&job_views::status::View::new(telling.origin, &job)),
                Ok(jobs::Found::Ticket(job)) => value(&job_views::status::ticket(telling.origin, &job)),
                Err(error) => gone(error, "job", &id),
            }
        }
        Item::ContactDeleted | Item::CompanyDeleted => {
            let mut item = payload;
            item["deleted"] = true.into();
            Ok(item)
        }
        Item::ConversationDeleted => Ok(deleted("conversation", &event.object_id.to_string())),
        Item::TicketDeleted => {
            let mut item = deleted("ticket", &event.object_id.to_string());
            item["ticket_id"] = payload["ticket_id"].clone();
            Ok(item)
        }
        Item::Conversation | Item::Part => {
            let part = payload["part_id"].as_str().and_then(ids::parse_decimal);
            let Some((full, context)) = conversations::with_part(cx, event.object_id, part)? else {
                return Ok(deleted("conversation", &event.object_id.to_string()));
            };
            let scene = Scene::told(telling.version, telling.origin, actor.workspace());
            if item == Item::Part {
                let part = full.parts.iter().flatten().next();
                return part.map_or_else(
                    || Ok(deleted("conversation_part", &part_id(&payload))),
                    |part| value(&conversation_views::parts::view(part, &full.tags, &context, &scene)),
                );
            }
            conversation(&full, &context, &scene, telling.version)
        }
        Item::Ticket | Item::TicketClosed => {
            let part = payload["part_id"].as_str().and_then(ids::parse_decimal);
            let Some((full, context)) = conversations::with_part(cx, event.object_id, part)? else {
                return Ok(deleted("ticket", &event.object_id.to_string()));
            };
            let scene = Scene::told(telling.version, telling.origin, actor.workspace());
            let mut ticket = value(&ticket_views::view::view(&full, &context, &scene))?;
            ticket["ticket_parts"]["total_count"] = full.parts.as_ref().map_or(0, Vec::len).into();
            let wrapped = item == Item::TicketClosed && telling.version.has(Feature::WrappedClosedTickets);
            Ok(if wrapped { json!({"type": "ticket", "ticket": ticket}) } else { ticket })
        }
        Item::Never => {
            let (of, id) = object(item, event);
            Ok(json!({"type": of, "id": id}))
        }
    }
}

/// The id of a job, which looks different where a ticket was to be made.
fn job_id(event: &Event) -> String {
    if event.payload.contains("\"resource_type\":\"ticket\"") {
        event.object_id.to_string()
    } else {
        bulk::job_id(event.object_id)
    }
}

/// The type and id of what an event is about.
pub(super) fn object(item: Item, event: &Event) -> (&'static str, String) {
    let hex = || ids::hex(event.object_id);
    let decimal = || event.object_id.to_string();
    match item {
        Item::Contact | Item::Tagged | Item::Merged | Item::ContactDeleted | Item::Subscription | Item::Note => {
            ("contact", hex())
        }
        Item::Company | Item::CompanyDeleted | Item::Membership => ("company", hex()),
        Item::Admin => ("admin", decimal()),
        Item::DataEvent => ("event", decimal()),
        Item::Job => ("job", job_id(event)),
        Item::Conversation | Item::ConversationDeleted | Item::Part => ("conversation", decimal()),
        Item::Ticket | Item::TicketClosed | Item::TicketDeleted => ("ticket", decimal()),
        Item::Never => ("object", decimal()),
    }
}

/// A contact, archived or not; what is left to say of it when it is no more.
fn contact(cx: &mut Cx, id: i64) -> Result<Value> {
    let actor = cx.actor();
    match contacts::find_many(cx, &[id])?.pop() {
        Some(full) => value(&contact_views::view::Source::new(actor.workspace(), &full).view()?),
        None => Ok(deleted("contact", &ids::hex(id))),
    }
}

/// A conversation with the parts that an event is about, and no others.
fn conversation(full: &Full, context: &Context, scene: &Scene<'_>, version: Version) -> Result<Value> {
    let mut item = value(&conversation_views::view::view(full, context, scene)?)?;
    item["conversation_parts"]["total_count"] = full.parts.as_ref().map_or(0, Vec::len).into();
    if !version.has(Feature::PlainWebhooks)
        && let Some(statistics) = item["statistics"].as_object_mut()
    {
        for (_, at) in statistics.iter_mut().filter(|(name, _)| name.ends_with("_at")) {
            if let Some(second) = at.as_i64() {
                *at = times::iso(second).into();
            }
        }
    }
    Ok(item)
}

fn part_id(payload: &Value) -> String {
    payload["part_id"].as_str().unwrap_or_default().to_owned()
}

fn company(cx: &mut Cx, id: i64) -> Result<Value> {
    let actor = cx.actor();
    match companies::find(cx, id) {
        Ok(full) => value(&company_views::view::view(actor.workspace(), &full)?),
        Err(error) => gone(error, "company", &ids::hex(id)),
    }
}

fn value(view: &impl Serialize) -> Result<Value> {
    serde_json::to_value(view).map_err(Error::internal)
}

fn deleted(of: &str, id: &str) -> Value {
    json!({"type": of, "id": id, "deleted": true})
}

/// What is missing by now was there when it happened.
fn gone(error: Error, of: &str, id: &str) -> Result<Value> {
    match error.kind.class() {
        deskwire_domain::error::Class::Missing => Ok(deleted(of, id)),
        _ => Err(error),
    }
}
