//! The items of events: the object as the API represents it at the time of delivery.

use std::borrow::Cow;

use deskwire_domain::ai_content::sources;
use deskwire_domain::conversations::{Context, Full};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::events::{Event, JobDone, NewNote, Payload, ResourceType, TagRef, Topic};
use deskwire_domain::fin::procedures;
use deskwire_domain::ids::{
    ActivityLogId, AdminId, ArticleId, AudienceId, BannerId, BulkJobId, CallId, CompanyId, ContactId,
    ContentImportSourceId, ContentSnippetId, ConversationId, DataConnectorExecutionId, DataEventId, JobId,
};
use deskwire_domain::{
    Cx, Noun, activity, admins, articles, audiences, banners, calls, companies, contacts, content_snippets,
    conversations, data_connectors, data_events, jobs, notes, subscriptions, times,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Item, Rendering};
use crate::public::conversations::{self as conversation_views, scene::Scene};
use crate::public::data_connectors::execution_results::ExecutionEvent;
use crate::public::{
    admins as admin_views, ai_content, articles as article_views, audiences as audience_views, calls as call_views,
    companies as company_views, contacts as contact_views, content_snippets as content_snippet_views,
};
use crate::public::{
    events as event_views, jobs as job_views, notes as note_views, subscription_types, tickets as ticket_views,
};
use crate::versions::{Feature, Version};

/// The object of an event, as a set of permissions may see it.
#[derive(Debug)]
pub(super) enum Loaded {
    /// A JSON item, the same in all versions before rendering.
    Item(Value),
    /// A conversation with the event's part.
    Conversation(Box<(Full, Context)>),
    /// A ticket with the event's part.
    Ticket(Box<(Full, Context)>),
    /// A conversation of which the item is only the event's part.
    Part(Box<(Full, Context)>),
    /// An article.
    Article(Box<articles::Full>),
}

/// Loads the object of an event with the permissions of the actor.
pub(super) fn load(cx: &mut Cx, item: Item, event: &Event, origin: &str) -> Result<Loaded> {
    let id = event.object_id;
    let found = match item {
        Item::Conversation | Item::Part | Item::Ticket | Item::TicketClosed => return conversation_of(cx, item, event),
        Item::Article => match articles::find(cx, ArticleId::new(id)) {
            Ok(full) => return Ok(Loaded::Article(Box::new(full))),
            Err(error) => missing(error, item, event)?,
        },
        Item::Contact | Item::Tagged | Item::Merged | Item::Subscription | Item::Note => of_contact(cx, item, event)?,
        Item::Company | Item::Membership => of_company(cx, item, event)?,
        Item::Admin | Item::AdminRemoved | Item::ActivityLog => of_admin(cx, item, event)?,
        Item::DataEvent | Item::Job | Item::Execution | Item::Call => of_work(cx, item, event, origin)?,
        Item::Snippet | Item::ImportSource | Item::Audience | Item::AudienceMember => of_content(cx, item, event)?,
        Item::BannerStat => banner_stat(cx, event)?,
        Item::HitlRequest => hitl_request(cx, event, origin)?,
        Item::ContactDeleted | Item::CompanyDeleted | Item::ConversationDeleted | Item::TicketDeleted => {
            of_deletion(item, event)?
        }
        Item::Never => return Err(mismatched(event)),
    };
    Ok(Loaded::Item(found))
}

fn of_contact(cx: &mut Cx, item: Item, event: &Event) -> Result<Value> {
    if let (Item::Note, Payload::NewNote(NewNote { note_id })) = (item, &event.payload) {
        return match notes::find(cx, *note_id) {
            Ok(note) => value(&note_views::view::View::from(&note)),
            Err(error) => deleted_if_missing(error, "note", &note_id.to_string()),
        };
    }
    let mut contact = contact(cx, ContactId::new(event.object_id))?;
    Ok(match (item, &event.payload) {
        (Item::Contact, _) => contact,
        (Item::Merged, Payload::Merged(merged)) => {
            contact["merged_from"] = json!({"type": "contact", "id": merged.merged_from});
            contact
        }
        (Item::Tagged, Payload::Tagged(tagged)) => {
            let tag = TagRef { name: tagged.tag.name.clone().filter(|_| cx.actor().reads(Noun::Tags)), ..tagged.tag };
            json!({"type": "contact_tag", "created_at": event.created_at, "tag": tag, "contact": contact})
        }
        (Item::Subscription, Payload::Subscribed(subscribed)) => {
            let wanted = subscribed.subscription_type_id;
            let all = subscriptions::list(cx)?;
            let chosen: Vec<_> = all.into_iter().filter(|t| Some(t.id) == wanted).collect();
            let types = value(&subscription_types::view::views(&chosen)?)?;
            json!({"type": "subscription", "created_at": event.created_at, "contact": contact, "subscription_types": types})
        }
        _ => return Err(mismatched(event)),
    })
}

fn of_company(cx: &mut Cx, item: Item, event: &Event) -> Result<Value> {
    match (item, &event.payload) {
        (Item::Company, _) => company(cx, CompanyId::new(event.object_id)),
        (Item::Membership, Payload::Membership(membership)) => {
            let (company, contact) = (company(cx, membership.company.id)?, contact(cx, membership.contact.id)?);
            Ok(json!({"type": "company.contact", "company": company, "contact": contact}))
        }
        _ => Err(mismatched(event)),
    }
}

fn of_admin(cx: &mut Cx, item: Item, event: &Event) -> Result<Value> {
    let id = event.object_id;
    match (item, &event.payload) {
        (Item::Admin, _) => {
            let admin = admins::find(cx, AdminId::new(id), ErrorKind::AdminNotFound);
            shown(admin, item, event, |full| value(&admin_views::view::View::new(full)))
        }
        (Item::AdminRemoved, _) => match admins::find_ever(cx, AdminId::new(id))? {
            Some(full) => value(&admin_views::view::View::new(&full)),
            None => Ok(deleted_object(item, event)),
        },
        (Item::ActivityLog, Payload::Logged(_)) => match activity::find(cx, ActivityLogId::new(id))? {
            Some(row) => {
                let mut item = value(&admin_views::entries::entry(row)?)?;
                item["type"] = LOG_EVENT.into();
                Ok(item)
            }
            None => Ok(deleted_object(item, event)),
        },
        _ => Err(mismatched(event)),
    }
}

fn of_work(cx: &mut Cx, item: Item, event: &Event, origin: &str) -> Result<Value> {
    let id = event.object_id;
    match (item, &event.payload) {
        (Item::DataEvent, Payload::Recorded(at)) => {
            match data_events::find(cx, at.contact_id, at.created_at, DataEventId::new(id))? {
                Some((contact, found)) => value(&event_views::view::Event::new(&contact, &found)?),
                None => Ok(deleted_object(item, event)),
            }
        }
        (Item::Job, Payload::JobDone(_)) => match jobs::find(cx, &job_id(event)) {
            Ok(jobs::Found::Bulk(job)) => value(&job_views::status::View::new(origin, &job)),
            Ok(jobs::Found::Ticket(job)) => value(&job_views::status::ticket(origin, &job)),
            Err(error) => missing(error, item, event),
        },
        (Item::Execution, _) => {
            let found = data_connectors::execution_with_name(cx, DataConnectorExecutionId::new(id));
            let workspace = cx.workspace();
            shown(found, item, event, |(execution, name)| {
                value(&ExecutionEvent::new(workspace, execution, name.as_deref()))
            })
        }
        (Item::Call, _) => {
            let call = calls::find(cx, CallId::new(id));
            shown(call, item, event, |full| value(&call_views::view::View::new(full, origin)))
        }
        _ => Err(mismatched(event)),
    }
}

fn of_content(cx: &mut Cx, item: Item, event: &Event) -> Result<Value> {
    let id = event.object_id;
    match (item, &event.payload) {
        (Item::Snippet, _) => {
            let snippet = content_snippets::find(cx, ContentSnippetId::new(id));
            shown(snippet, item, event, |snippet| value(&content_snippet_views::view::View::new(snippet)?))
        }
        (Item::ImportSource, _) => {
            let source = sources::find(cx, ContentImportSourceId::new(id));
            shown(source, item, event, |source| value(&ai_content::content_import_sources::view::View::new(source)?))
        }
        (Item::Audience, _) => {
            let audience = audiences::find(cx, AudienceId::new(id));
            shown(audience, item, event, |audience| value(&audience_views::view::View::new(audience)?))
        }
        (Item::AudienceMember, Payload::AudienceMember(member)) => {
            let audience = AudienceId::new(id);
            Ok(json!({"type": "audience_membership", "audience_id": audience, "content": member.content}))
        }
        _ => Err(mismatched(event)),
    }
}

fn banner_stat(cx: &mut Cx, event: &Event) -> Result<Value> {
    let Payload::BannerStat(stat) = &event.payload else { return Err(mismatched(event)) };
    let id = BannerId::new(event.object_id);
    let banner = match banners::find(cx, id) {
        Ok(banner) => Some(banner.name),
        Err(error) if error.kind == ErrorKind::ResourceNotFound => None,
        Err(error) => return Err(error),
    };
    Ok(json!({"type": "content_stat.banner", "created_at": times::iso(event.created_at), "content_stat": {
        "id": event.id.to_string(), "content_type": "banner", "content_id": id,
        "stat_type": stat.stat_type, "content_title": banner, "receipt_id": stat.receipt_id},
        "contact": stat.contact}))
}

fn hitl_request(cx: &mut Cx, event: &Event, origin: &str) -> Result<Value> {
    let Payload::HitlRequested(asked) = &event.payload else { return Err(mismatched(event)) };
    let found = procedures::notification(cx, asked.request_id, origin)?;
    Ok(found.unwrap_or_else(|| deleted("procedure.hitl_notification", &asked.request_id.to_string())))
}

fn of_deletion(item: Item, event: &Event) -> Result<Value> {
    Ok(match (item, &event.payload) {
        (Item::ContactDeleted | Item::CompanyDeleted, payload) => {
            let mut item = value(payload)?;
            item["deleted"] = true.into();
            item
        }
        (Item::TicketDeleted, Payload::ConversationDeleted(ticket)) => {
            let mut deleted = deleted_object(item, event);
            deleted["ticket_id"] = json!(ticket.ticket_id);
            deleted
        }
        (Item::ConversationDeleted, _) => deleted_object(item, event),
        _ => return Err(mismatched(event)),
    })
}

/// The topic's item cannot be made of the event's payload.
fn mismatched(event: &Event) -> Error {
    Error::internal(format!("the item of {:?} cannot be made of {:?}", event.topic, event.payload))
}

/// Shows an object, or that it was deleted since the event.
fn shown<T>(found: Result<T>, item: Item, event: &Event, view: impl FnOnce(&T) -> Result<Value>) -> Result<Value> {
    match found {
        Ok(found) => view(&found),
        Err(error) => missing(error, item, event),
    }
}

fn conversation_of(cx: &mut Cx, item: Item, event: &Event) -> Result<Loaded> {
    let part = event.payload.part_id();
    let found = conversations::with_part(cx, ConversationId::new(event.object_id), part)?.map(Box::new);
    Ok(match (item, found) {
        (Item::Ticket | Item::TicketClosed, Some(found)) => Loaded::Ticket(found),
        (Item::Part, Some(found)) => Loaded::Part(found),
        (_, Some(found)) => Loaded::Conversation(found),
        (_, None) => Loaded::Item(deleted_object(item, event)),
    })
}

impl Loaded {
    /// The item in a version, before rendering.
    pub(super) fn item(&self, event: &Event, workspace: &str, rendering: Rendering<'_>) -> Result<Cow<'_, Value>> {
        let scene = Scene::of_event(rendering.version, rendering.origin, workspace);
        Ok(Cow::Owned(match self {
            Loaded::Item(item) => return Ok(Cow::Borrowed(item)),
            Loaded::Article(full) => {
                let (origin, version) = (rendering.origin, rendering.version);
                let scene = article_views::view::Scene { workspace, origin, version };
                value(&article_views::view::View::of(full, scene).with_statistics(full, version))?
            }
            Loaded::Conversation(found) => conversation(&found.0, &found.1, &scene, rendering.version)?,
            Loaded::Part(found) => {
                let (full, context) = &**found;
                let part = event.payload.part_id().map_or_else(String::new, |id| id.to_string());
                match full.parts.iter().flatten().next() {
                    Some(part) => value(&conversation_views::parts::view(part, &full.tags, context, &scene))?,
                    None => deleted("conversation_part", &part),
                }
            }
            Loaded::Ticket(found) => {
                let (full, context) = &**found;
                let mut ticket = value(&ticket_views::view::view(full, context, &scene))?;
                ticket["ticket_parts"]["total_count"] = full.parts.as_ref().map_or(0, Vec::len).into();
                let wrapped =
                    event.topic == Topic::TicketClosed && rendering.version.has(Feature::WrappedClosedTickets);
                if wrapped { json!({"type": "ticket", "ticket": ticket}) } else { ticket }
            }
        }))
    }
}

/// The type of an activity log entry, which Intercom uses only in webhooks.
const LOG_EVENT: &str = "admin_activity_log_event";

/// The API's id of an activity log entry.
fn log_id(event: &Event) -> String {
    match &event.payload {
        Payload::Logged(logged) => logged.id.clone(),
        _ => ActivityLogId::new(event.object_id).to_string(),
    }
}

/// The API's id of a job; the form differs for jobs that create tickets.
fn job_id(event: &Event) -> String {
    match event.payload {
        Payload::JobDone(JobDone::Resource { resource_type: ResourceType::Ticket, .. }) => {
            JobId::new(event.object_id).to_string()
        }
        _ => BulkJobId::new(event.object_id).to_string(),
    }
}

/// The type and id of the object of an event.
pub(super) fn object(item: Item, event: &Event) -> (&'static str, String) {
    let id = event.object_id;
    match item {
        Item::Contact | Item::Tagged | Item::Merged | Item::ContactDeleted | Item::Subscription | Item::Note => {
            ("contact", ContactId::new(id).to_string())
        }
        Item::Company | Item::CompanyDeleted | Item::Membership => ("company", CompanyId::new(id).to_string()),
        Item::Admin | Item::AdminRemoved => ("admin", AdminId::new(id).to_string()),
        Item::ActivityLog => (LOG_EVENT, log_id(event)),
        Item::DataEvent => ("event", DataEventId::new(id).to_string()),
        Item::Job => ("job", job_id(event)),
        Item::Conversation | Item::ConversationDeleted | Item::Part | Item::HitlRequest => {
            ("conversation", ConversationId::new(id).to_string())
        }
        Item::Ticket | Item::TicketClosed | Item::TicketDeleted => ("ticket", ConversationId::new(id).to_string()),
        Item::Article => ("article", ArticleId::new(id).to_string()),
        Item::Snippet => ("content_snippet", ContentSnippetId::new(id).to_string()),
        Item::ImportSource => ("content_import_source", ContentImportSourceId::new(id).to_string()),
        Item::Audience | Item::AudienceMember => ("audience", AudienceId::new(id).to_string()),
        Item::BannerStat => ("banner", BannerId::new(id).to_string()),
        Item::Execution => ("data_connector.execution", DataConnectorExecutionId::new(id).to_string()),
        Item::Call => ("call", CallId::new(id).to_string()),
        // Nothing emits such events.
        Item::Never => ("object", id.to_string()),
    }
}

/// A contact, archived or not; a reference if it was deleted.
fn contact(cx: &mut Cx, id: ContactId) -> Result<Value> {
    match contacts::find_many(cx, &[id])?.pop() {
        Some(full) => value(&contact_views::view::Source::new(cx.workspace(), &full).view()?),
        None => Ok(deleted("contact", &id.to_string())),
    }
}

/// A conversation with only the parts that the event is about.
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

fn company(cx: &mut Cx, id: CompanyId) -> Result<Value> {
    match companies::find(cx, id) {
        Ok(full) => value(&company_views::view::view(cx.workspace(), &full)?),
        Err(error) => deleted_if_missing(error, "company", &id.to_string()),
    }
}

fn value(view: &impl Serialize) -> Result<Value> {
    serde_json::to_value(view).map_err(Error::internal)
}

fn deleted(of: &str, id: &str) -> Value {
    json!({"type": of, "id": id, "deleted": true})
}

/// The object of an event, which was deleted.
fn deleted_object(item: Item, event: &Event) -> Value {
    let (of, id) = object(item, event);
    deleted(of, &id)
}

/// Represents the object of an event if it was deleted since.
fn missing(error: Error, item: Item, event: &Event) -> Result<Value> {
    let (of, id) = object(item, event);
    deleted_if_missing(error, of, &id)
}

/// Represents an object that was deleted after the event.
fn deleted_if_missing(error: Error, of: &str, id: &str) -> Result<Value> {
    match error.kind.class() {
        deskwire_domain::error::ErrorClass::Missing => Ok(deleted(of, id)),
        _ => Err(error),
    }
}
