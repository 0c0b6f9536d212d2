//! Conversations as the inbox displays them.

use deskwire_domain::conversations::{
    AssignedType, Author, AuthorType, Context, Conversation, Part, PartType, attachment_ids,
};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ContactId;
use deskwire_domain::inbox::rows::Row;
use deskwire_domain::inbox::thread::{self, Merged, Thread};
use deskwire_domain::{html, ticket_attributes};
use deskwire_store::conversations::LastBy;
use deskwire_store::drafts::Draft;
use serde_json::{Map, Value, json};

use super::super::drafts;
use super::super::types::{
    self, Attachment, ConversationDetail, ConversationStatistics, ExcerptBy, LinkedCompany, MergedConversation,
    PartKind, PartRef, Person, PersonId, PersonType, RowTicket, TicketDetail,
};

/// Keys in the details of parts that do not describe an event.
const NO_EVENT: [&str; 4] = ["metadata", "email_message_metadata", "mentions", "held_id"];

/// What rendering parts needs: the objects that they refer to, and their workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) context: &'a Context,
    pub(crate) workspace: &'a str,
}

/// A conversation in a list.
pub(crate) fn row(row: &Row) -> types::Row {
    let c = &row.row;
    let contact = row
        .contact
        .as_ref()
        .map(|of| contact(of.id, [of.name.as_deref(), of.email.as_deref(), of.phone.as_deref()], of.avatar.as_deref()));
    types::Row {
        id: c.id,
        ticket: row.ticket.as_ref().map(|ticket| RowTicket {
            number: c.ticket_number.map_or_else(String::new, |number| number.to_string()),
            r#type: ticket.of.name.clone(),
            type_id: ticket.of.id,
            icon: Some(ticket.of.icon.clone()).filter(|icon| !icon.is_empty()),
            state: ticket.state.as_ref().map(|state| state.internal_label.clone()).unwrap_or_default(),
            state_id: ticket.state.as_ref().map(|state| state.id),
            category: ticket.of.category.to_string(),
        }),
        more_contacts: row.contact.as_ref().map_or(0, |contact| contact.count - 1),
        contact,
        title: row.title(),
        excerpt: row.last.excerpt.clone(),
        excerpt_by: match row.last.by {
            LastBy::Contact => ExcerptBy::Contact,
            LastBy::Admin => ExcerptBy::Admin,
            LastBy::Note => ExcerptBy::Note,
            LastBy::Bot => ExcerptBy::Bot,
        },
        last_author: row.last.author.clone(),
        last_at: row.last.at,
        state: state(c.state),
        priority: priority(c.priority),
        admin_assignee_id: c.admin_assignee_id.0,
        team_assignee_id: c.team_assignee_id.0,
        tag_ids: row.tags.clone(),
        waiting_since: c.waiting_since,
        snoozed_until: c.snoozed_until,
        created_at: c.created_at,
        updated_at: c.updated_at,
        last_part_id: row.last.part,
        unread: row.marks.unread,
        mentioned: row.marks.mentioned,
        channel: c.channel_current.to_string(),
        draft: row.marks.draft,
    }
}

const fn state(state: deskwire_domain::conversations::ConversationState) -> types::ConversationState {
    use deskwire_domain::conversations::ConversationState as Of;
    match state {
        Of::Open => types::ConversationState::Open,
        Of::Snoozed => types::ConversationState::Snoozed,
        Of::Closed => types::ConversationState::Closed,
    }
}

const fn priority(priority: deskwire_domain::conversations::Priority) -> types::Priority {
    use deskwire_domain::conversations::Priority as Of;
    match priority {
        Of::None => types::Priority::None,
        Of::Low => types::Priority::Low,
        Of::Medium => types::Priority::Medium,
        Of::High => types::Priority::High,
        Of::Urgent => types::Priority::Urgent,
    }
}

/// A contact, displayed by its name, else its email address, else its telephone number.
pub(crate) fn contact(id: ContactId, called: [Option<&str>; 3], avatar: Option<&str>) -> Person {
    person(PersonId::Contact(id), called, avatar)
}

/// A person, displayed by the first of name, email address and telephone number. Without any of them the name is empty,
/// and the inbox displays a word in its language.
fn person(id: PersonId, called: [Option<&str>; 3], avatar: Option<&str>) -> Person {
    Person {
        r#type: match id {
            PersonId::Contact(_) => PersonType::Contact,
            PersonId::Admin(_) => PersonType::Admin,
        },
        id: Some(id),
        name: called.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default().to_owned(),
        avatar: avatar.map(str::to_owned),
        email: called[1].map(str::to_owned),
    }
}

/// The author of a part.
pub(crate) fn author(kind: AuthorType, id: i64, speaks: bool, context: &Context) -> Person {
    let of = match Author::of_row(kind, id) {
        Author::Bot => {
            let of = if speaks { PersonType::Bot } else { PersonType::System };
            return Person { r#type: of, id: None, name: "Deskwire".to_owned(), avatar: None, email: None };
        }
        Author::Admin(id) => PersonId::Admin(id),
        Author::User(id) | Author::Lead(id) => PersonId::Contact(id),
    };
    let Some(known) = context.seen_person(kind, id) else { return person(of, [None; 3], None) };
    let [name, email, phone] = called(known);
    // A thread names its authors. The addresses of teammates are for those who may read teammates.
    let email = email.filter(|_| !known.is_admin || context.reads_admins);
    person(of, [name, email, phone], known.avatar.as_deref())
}

/// The name, email address and telephone number of a person.
fn called(person: &thread::Person) -> [Option<&str>; 3] {
    [person.name.as_deref(), person.email.as_deref(), person.phone.as_deref()]
}

/// The attachments that a column lists.
fn attachments(listed: Option<&str>, scene: Scene<'_>) -> Vec<Attachment> {
    let ids = listed.map(attachment_ids).unwrap_or_default();
    let one = |id| {
        let file = scene.context.attachment(id)?;
        Some(Attachment {
            id: Some(file.id),
            name: file.name.clone(),
            url: scene.context.attachment_path(scene.workspace, file),
            content_type: file.content_type.clone(),
            size: file.filesize,
            width: file.width,
            height: file.height,
        })
    };
    ids.into_iter().filter_map(one).collect()
}

/// A part of a conversation.
pub(crate) fn part(part: &Part, scene: Scene<'_>) -> types::Part {
    let details: Map<String, Value> =
        part.details.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let speaks = part.body.is_some() || part.attachments.is_some() || part.redacted;
    let subject = details.get("email_message_metadata").and_then(|mail| mail.get("subject")).and_then(Value::as_str);
    types::Part {
        id: PartRef::Part(part.id),
        kind: match part.part_type {
            kind if kind.is_note() => PartKind::Note,
            _ if speaks => PartKind::Message,
            PartType::Comment | PartType::QuickReply => PartKind::Message,
            _ => PartKind::Event,
        },
        part_type: part.part_type.to_string(),
        author: author(part.author_type, part.author_id, speaks, scene.context),
        html: part.body.clone(),
        attachments: attachments(part.attachments.as_deref(), scene),
        at: part.created_at,
        redacted: part.redacted,
        subject: subject.map(str::to_owned),
        event: event(part, details, scene.context.sees_tags),
        held_until: None,
    }
}

/// The fields of an event that name tags.
const NAMES_OF_TAGS: [&str; 2] = ["tags_added", "tags_removed"];

/// The event that a part records, besides its text.
fn event(part: &Part, details: Map<String, Value>, sees_tags: bool) -> Option<Map<String, Value>> {
    if matches!(part.part_type, PartType::Comment | PartType::Note | PartType::QuickReply) {
        return None;
    }
    let mut event = Map::from_iter([
        ("type".to_owned(), json!(part.part_type)),
        ("state".to_owned(), json!(part.state)),
        ("state_before".to_owned(), json!(part.state_before)),
    ]);
    for (name, value) in details {
        match value {
            Value::Object(of) if name == "event_details" => event.extend(of),
            value if !NO_EVENT.contains(&name.as_str()) => drop(event.insert(name, value)),
            _ => {}
        }
    }
    if !sees_tags {
        event.retain(|name, _| !NAMES_OF_TAGS.contains(&name.as_str()));
    }
    if let Some(kind) = part.assigned_type {
        let name = if kind.is_team() { "team_id" } else { "admin_id" };
        debug_assert!(matches!(kind, AssignedType::Admin | AssignedType::Team) == part.assigned_id.is_some());
        event.insert(name.to_owned(), json!(part.assigned_id.map(|id| id.to_string())));
    }
    Some(event)
}

/// The first message of a conversation as a part; `None` if the conversation began without a message.
fn source(c: &Conversation, scene: Scene<'_>) -> Option<types::Part> {
    if c.source_body.is_none() && c.source_attachments.is_none() {
        return None;
    }
    Some(types::Part {
        id: PartRef::Source,
        kind: PartKind::Message,
        part_type: PartType::Comment.to_string(),
        author: author(c.source_author_type, c.source_author_id, true, scene.context),
        html: c.source_body.clone().filter(|body| !body.is_empty()),
        attachments: attachments(c.source_attachments.as_deref(), scene),
        at: c.created_at,
        redacted: c.source_redacted,
        subject: c.source_subject.as_deref().map(html::plain).filter(|subject| !subject.is_empty()),
        event: None,
        held_until: None,
    })
}

/// Parts of a conversation, with the first message before them if they reach back to it.
pub(crate) fn parts(c: &Conversation, parts: &thread::Parts, scene: Scene<'_>) -> Vec<types::Part> {
    let first = if parts.before.is_none() { source(c, scene) } else { None };
    first.into_iter().chain(parts.parts.iter().map(|of| part(of, scene))).collect()
}

/// A conversation with its sidebar.
pub(crate) fn detail(thread: &Thread, workspace: &str) -> Result<ConversationDetail> {
    let (c, context) = (&thread.full.conversation, &thread.context);
    let scene = Scene { context, workspace };
    let company = context.company(c.company_id).map(|of| LinkedCompany {
        id: of.company.id,
        company_id: of.company.company_id.clone(),
        name: of.company.name.clone(),
    });
    Ok(ConversationDetail {
        row: row(&thread.row),
        contacts: thread
            .contacts
            .iter()
            .map(|of| contact(ContactId::new(of.id), called(of), of.avatar.as_deref()))
            .collect(),
        attributes: context.custom_attributes(c),
        ticket: ticket(c, scene),
        linked: thread.linked.iter().map(row).collect(),
        company,
        rating: c.rating.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?,
        statistics: ConversationStatistics {
            first_contact_reply_at: c.first_contact_reply_at,
            first_admin_reply_at: c.first_admin_reply_at,
            last_contact_reply_at: c.last_contact_reply_at,
            last_admin_reply_at: c.last_admin_reply_at,
            last_close_at: c.last_close_at,
            time_to_admin_reply: c.time_to_admin_reply,
            time_to_first_close: c.time_to_first_close,
            median_time_to_reply: c.median_time_to_reply,
            reopens: c.count_reopens,
            assignments: c.count_assignments,
            parts: c.count_parts,
        },
        merged_into: c.merged_into,
        merged: thread.merged.iter().map(merged).collect(),
        parts: parts(c, &thread.parts, scene).into_iter().chain(thread.held.iter().map(|of| held(of, scene))).collect(),
        before: thread.parts.before,
        drafts: thread.drafts.iter().map(|of| draft(of, scene)).collect(),
        read_part_id: thread.row.marks.read_part_id.map(PartRef::of),
    })
}

/// A conversation that was merged into the shown one.
fn merged(of: &Merged) -> MergedConversation {
    MergedConversation { id: of.id, part_id: of.part, excerpt: of.excerpt.clone(), messages: of.messages }
}

/// A held reply, with the time at which it will be sent.
fn held((of, until): &(Part, i64), scene: Scene<'_>) -> types::Part {
    types::Part { held_until: Some(*until), ..part(of, scene) }
}

/// A draft of the teammate.
fn draft(draft: &Draft, scene: Scene<'_>) -> types::Draft {
    types::Draft {
        kind: drafts::kind_of(draft.kind),
        html: draft.body.clone().unwrap_or_default(),
        attachments: attachments(draft.attachments.as_deref(), scene),
        updated_at: draft.updated_at,
    }
}

/// The fields of a ticket; `None` for other conversations.
pub(super) fn ticket(c: &Conversation, scene: Scene<'_>) -> Option<TicketDetail> {
    let of = scene.context.ticket_type(c)?;
    let file = |id| {
        let file = scene.context.attachment(id)?;
        let url = scene.context.attachment_path(scene.workspace, file);
        Some(
            json!({"id": file.id, "name": file.name, "url": url, "content_type": file.content_type, "size": file.filesize}),
        )
    };
    Some(TicketDetail {
        type_id: of.row.id,
        state_id: c.ticket_state_id,
        is_shared: c.is_shared,
        attributes: ticket_attributes::displayed(of, &c.ticket_attributes, file),
    })
}
