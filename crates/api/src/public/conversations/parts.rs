//! The parts of a conversation as the API shows them.

use std::borrow::Cow;

use deskwire_domain::conversations::{
    self, AssignedType, AuthorType, Context, ConversationState, Part, PartType, Tagging,
};
use deskwire_domain::ids::PartId;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::scene::Scene;
use crate::page::List;
use crate::public::attachments;
use crate::public::wire::Tag;

/// A part.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: PartId,
    part_type: PartType,
    body: Option<Cow<'a, str>>,
    created_at: i64,
    updated_at: i64,
    notified_at: i64,
    assigned_to: Option<Assignee>,
    author: Author<'a>,
    attachments: Vec<attachments::View<'a>>,
    external_id: Option<&'a str>,
    redacted: bool,
    /// Empty instead of null, which the description does not allow here.
    metadata: Option<&'a RawValue>,
    email_message_metadata: Option<&'a RawValue>,
    state: ConversationState,
    tags: Vec<Tag<'a>>,
    event_details: Option<&'a RawValue>,
    app_package_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_reply_send_state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_state: Option<&'a RawValue>,
}

/// The fields that only few parts have.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Details<'a> {
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    email_message_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    event_details: Option<&'a RawValue>,
    app_package_code: Option<&'a str>,
    from_ai_agent: bool,
    is_ai_answer: bool,
    external_id: Option<&'a str>,
    external_reply_send_state: Option<&'a str>,
    #[serde(borrow)]
    seen_state: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Assignee {
    r#type: AssignedType,
    id: Option<String>,
}

/// The author of a part.
#[derive(Serialize)]
pub(crate) struct Author<'a> {
    pub(crate) id: String,
    pub(crate) r#type: AuthorType,
    pub(crate) name: Option<&'a str>,
    pub(crate) email: &'a str,
    from_ai_agent: bool,
    is_ai_answer: bool,
}

/// The name of an author who is no person: the system itself.
const OPERATOR: &str = "Operator";
/// An address that nobody can have.
const OPERATOR_EMAIL: &str = "operator@deskwire.invalid";

/// An author by type and id. Contacts have their current role.
pub(crate) fn author(kind: AuthorType, id: i64, context: &Context) -> Author<'_> {
    let (name, email) = match (kind, context.person(kind, id)) {
        (AuthorType::Bot, _) => (Some(OPERATOR), OPERATOR_EMAIL),
        (_, Some(person)) => (person.name.as_deref(), person.email.as_deref().unwrap_or("")),
        (_, None) => (None, ""),
    };
    let id = conversations::Author::of_row(kind, id).public_id();
    Author { id, r#type: kind, name, email, from_ai_agent: false, is_ai_answer: false }
}

/// The list of these parts; `total` is the number of all parts.
pub(super) fn list<'a>(
    parts: &'a [Part],
    total: i64,
    tags: &'a [Tagging],
    context: &'a Context,
    scene: &Scene<'_>,
) -> List<View<'a>> {
    let views = parts.iter().map(|part| view(part, tags, context, scene)).collect();
    List::whole(views).named("conversation_part.list", "conversation_parts").counted(total)
}

/// One part; `tags` are those of the conversation.
pub(crate) fn view<'a>(part: &'a Part, tags: &'a [Tagging], context: &'a Context, scene: &Scene<'_>) -> View<'a> {
    // The server writes details itself; malformed ones are no reason to hide the part.
    let details: Details<'a> =
        part.details.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let assignee = |kind| Assignee { r#type: kind, id: part.assigned_id.map(|id| id.to_string()) };
    let tags = tags.iter().filter(|t| t.part_id == Some(part.id));
    let author = author(part.author_type, part.author_id, context);
    View {
        r#type: "conversation_part",
        id: part.id,
        part_type: part.part_type,
        body: part.body.as_deref().map(|body| scene.text(body)),
        created_at: part.created_at,
        updated_at: part.updated_at,
        notified_at: part.created_at,
        assigned_to: part.assigned_type.map(assignee),
        author: Author { from_ai_agent: details.from_ai_agent, is_ai_answer: details.is_ai_answer, ..author },
        attachments: attachments::views(part.attachments.as_deref(), context, scene),
        external_id: details.external_id,
        redacted: part.redacted,
        metadata: details.metadata.or_else(|| serde_json::from_str("{}").ok()),
        email_message_metadata: details.email_message_metadata,
        state: part.state,
        tags: tags.map(|t| Tag::new(t.tag_id, &t.name)).collect(),
        event_details: details.event_details,
        app_package_code: details.app_package_code,
        external_reply_send_state: details.external_reply_send_state,
        seen_state: details.seen_state,
    }
}
