//! A conversation as the API represents it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use deskwire_domain::conversations::{
    AuthorType, Channel, Context, Conversation, ConversationState, DeliveredAs, Full, Participant, Priority, SourceType,
};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{AdminId, ConversationId, PartId};
use serde::Serialize;
use serde_json::value::RawValue;

use super::ai_agent;
use super::linked::Linked;
use super::parts;
use super::scene::Scene;
use super::statistics::Statistics;
use crate::page::List;
use crate::public::attachments;
use crate::public::companies::view as companies;
use crate::public::custom_object_instances::view::RelatedView;
use crate::public::tickets::view as tickets;
use crate::public::wire::{AppliedTag, Contact, Reference};

/// A conversation.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: ConversationId,
    created_at: i64,
    updated_at: i64,
    waiting_since: Option<i64>,
    snoozed_until: Option<i64>,
    source: Source<'a>,
    contacts: List<Contact<'a>>,
    first_contact_reply: Option<FirstReply<'a>>,
    admin_assignee_id: i64,
    team_assignee_id: i64,
    open: bool,
    state: ConversationState,
    read: bool,
    tags: List<AppliedTag<'a>>,
    priority: Priority,
    sla_applied: Option<()>,
    statistics: Statistics<'a>,
    conversation_rating: Option<&'a RawValue>,
    teammates: Option<Teammates>,
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_attributes: Option<Custom<'a>>,
    topics: Empty,
    ticket: Option<tickets::View<'a>>,
    linked_objects: Linked,
    ai_topics: Option<()>,
    ai_agent: Option<ai_agent::View>,
    ai_agent_participated: bool,
    channel: Channels,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<companies::View<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_parts: Option<List<parts::View<'a>>>,
}

/// An empty object.
#[derive(Serialize)]
struct Empty {}

/// The message that started it.
#[derive(Serialize)]
struct Source<'a> {
    r#type: SourceType,
    id: PartId,
    delivered_as: DeliveredAs,
    subject: Cow<'a, str>,
    body: Cow<'a, str>,
    author: Author<'a>,
    attachments: Vec<attachments::View<'a>>,
    url: Option<&'a str>,
    redacted: bool,
}

/// The author of that message.
#[derive(Serialize)]
struct Author<'a> {
    r#type: AuthorType,
    id: String,
    name: Option<&'a str>,
    email: &'a str,
}

fn author<'a>(c: &'a Conversation, context: &'a Context) -> Author<'a> {
    let author = parts::author(c.source_author_type, c.source_author_id, context);
    Author { r#type: author.r#type, id: author.id, name: author.name, email: author.email }
}

/// The contacts of the conversation.
pub(crate) fn contacts(all: &[Participant]) -> List<Contact<'_>> {
    let contacts = all.iter().map(|contact| Contact::new(contact.id, contact.external_id.as_deref()));
    List::whole(contacts.collect()).named("contact.list", "contacts")
}

#[derive(Serialize)]
struct FirstReply<'a> {
    created_at: i64,
    r#type: SourceType,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Teammates {
    r#type: &'static str,
    teammates: Vec<Reference<'static>>,
    /// The same, under the name that the official clients expect.
    admins: Vec<Reference<'static>>,
}

#[derive(Serialize)]
struct Channels {
    initial: Channel,
    current: Channel,
}

/// Custom attributes by name: values, and the related custom objects.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Value<'a> {
    Plain(serde_json::Value),
    Related(RelatedView<'a>),
}

type Custom<'a> = BTreeMap<String, Value<'a>>;

fn custom<'a>(full: &'a Full, context: &'a Context) -> Result<Custom<'a>> {
    let values = context.custom_attributes(&full.conversation);
    let mut all: Custom<'a> = values.into_iter().map(|(name, value)| (name, Value::Plain(value))).collect();
    for related in &full.objects {
        if let Some(name) = context.relation(related) {
            all.insert(name.to_owned(), Value::Related(RelatedView::try_from(&related.objects)?));
        }
    }
    Ok(all)
}

/// Renders a conversation in a scene.
pub(crate) fn view<'a>(full: &'a Full, context: &'a Context, scene: &Scene<'a>) -> Result<View<'a>> {
    let c = &full.conversation;
    let list = |parts: &'a Vec<_>| parts::list(parts, c.count_parts, &full.tags, context, scene);
    let with_attributes = full.parts.is_some() || scene.attributes_in_lists;
    Ok(View {
        r#type: "conversation",
        id: c.id,
        created_at: c.created_at,
        updated_at: c.updated_at,
        waiting_since: c.waiting_since,
        snoozed_until: c.snoozed_until,
        source: source(c, context, scene),
        contacts: contacts(&full.contacts),
        first_contact_reply: c.first_contact_reply_at.map(|created_at| FirstReply {
            created_at,
            r#type: c.source_type,
            url: c.source_url.as_deref(),
        }),
        admin_assignee_id: c.admin_assignee_id.number(),
        team_assignee_id: c.team_assignee_id.number(),
        open: c.state != ConversationState::Closed,
        state: c.state,
        read: c.read,
        tags: List::whole(full.tags.iter().map(AppliedTag::by_admin_or_bot).collect()).named("tag.list", "tags"),
        priority: c.priority,
        sla_applied: None,
        statistics: Statistics::of(c)?,
        conversation_rating: c.rating.as_deref().map(raw).transpose()?,
        teammates: teammates(&full.teammates, scene.is_complete),
        title: c.title.as_deref(),
        custom_attributes: with_attributes.then(|| custom(full, context)).transpose()?,
        topics: Empty {},
        ticket: c.is_ticket.then(|| tickets::brief(full, context, scene)),
        linked_objects: Linked::of(c, &full.links),
        ai_topics: None,
        ai_agent: ai_agent::View::of(c),
        ai_agent_participated: c.ai_agent.is_some(),
        channel: Channels { initial: c.channel_initial, current: c.channel_current },
        company: context.company(c.company_id).map(|full| companies::view(scene.workspace, full)).transpose()?,
        conversation_parts: full.parts.as_ref().map(list),
    })
}

fn source<'a>(c: &'a Conversation, context: &'a Context, scene: &Scene<'_>) -> Source<'a> {
    Source {
        r#type: c.source_type,
        id: c.source_id,
        delivered_as: c.source_delivered_as,
        subject: scene.text(c.source_subject.as_deref().unwrap_or("")),
        body: scene.text(c.source_body.as_deref().unwrap_or("")),
        author: author(c, context),
        attachments: attachments::views(c.source_attachments.as_deref(), context, scene),
        url: c.source_url.as_deref(),
        redacted: c.source_redacted,
    }
}

/// The participants. Without any, null where the version allows it.
fn teammates(ids: &[AdminId], is_required: bool) -> Option<Teammates> {
    let teammates: Vec<_> = ids.iter().map(|id| Reference::new("admin", id.to_string())).collect();
    (is_required || !teammates.is_empty()).then(|| Teammates {
        r#type: "admin.list",
        admins: teammates.clone(),
        teammates,
    })
}

/// JSON stored as text, rendered as it is.
pub(crate) fn raw(json: &str) -> Result<&RawValue> {
    serde_json::from_str(json).map_err(Error::internal)
}
