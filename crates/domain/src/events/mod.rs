//! Events: written in the transaction of the change, delivered after the commit.

mod payload;

use deskwire_store::{ActorType, events as store, text_enum};
pub use payload::*;

use crate::Cx;
use crate::actor::Principal;
use crate::error::{Error, Result};
use crate::ids::{EventId, Id};

macro_rules! topics {
    ($($name:ident = $text:literal: $payload:ident,)+) => {
        text_enum! {
            /// The topics of events, as webhooks name them.
            pub enum Topic { $($name = $text,)+ }
        }

        impl Topic {
            /// Parses the payload of an event with this topic.
            fn read(self, json: &str) -> serde_json::Result<Payload> {
                match self { $(Topic::$name => serde_json::from_str(json).map(Payload::$payload)),+ }
            }

            /// Whether the payload belongs to this topic.
            const fn has(self, payload: &Payload) -> bool {
                match self { $(Topic::$name => matches!(payload, Payload::$payload(_))),+ }
            }
        }
    };
}

topics! {
    UserCreated = "contact.user.created": Nothing,
    LeadCreated = "contact.lead.created": Nothing,
    UserUpdated = "contact.user.updated": Nothing,
    LeadUpdated = "contact.lead.updated": Nothing,
    LeadSignedUp = "contact.lead.signed_up": Nothing,
    LeadAddedEmail = "contact.lead.added_email": Nothing,
    EmailUpdated = "contact.email.updated": Nothing,
    ContactArchived = "contact.archived": Nothing,
    ContactUnarchived = "contact.unarchive": Nothing,
    ContactDeleted = "contact.deleted": ContactDeleted,
    ContactMerged = "contact.merged": Merged,
    ContactBlocked = "contact.blocked": Nothing,
    ContactAttached = "company.contact.attached": Membership,
    ContactDetached = "company.contact.detached": Membership,
    ContactSubscribed = "contact.subscribed": Subscribed,
    ContactUnsubscribed = "contact.unsubscribed": Subscribed,
    GranularSubscribed = "granular.subscribe": Subscribed,
    GranularUnsubscribed = "granular.unsubscribe": Subscribed,
    UserTagged = "contact.user.tag.created": Tagged,
    UserUntagged = "contact.user.tag.deleted": Tagged,
    LeadTagged = "contact.lead.tag.created": Tagged,
    LeadUntagged = "contact.lead.tag.deleted": Tagged,
    CompanyCreated = "company.created": Nothing,
    CompanyUpdated = "company.updated": Nothing,
    CompanyDeleted = "company.deleted": CompanyDeleted,
    NoteCreated = "contact.note.created": NewNote,
    AdminAdded = "admin.added_to_workspace": Nothing,
    AdminRemoved = "admin.removed_from_workspace": Nothing,
    AdminAway = "admin.away_mode_updated": Nothing,
    AdminLoggedIn = "admin.logged_in": Nothing,
    AdminLoggedOut = "admin.logged_out": Nothing,
    ActivityLogged = "admin.activity_log_event.created": Logged,
    EventCreated = "event.created": Recorded,
    VisitorSignedUp = "visitor.signed_up": Nothing,
    JobCompleted = "job.completed": JobDone,
    ConversationUserCreated = "conversation.user.created": Change,
    ConversationUserReplied = "conversation.user.replied": Change,
    ConversationAdminSingleCreated = "conversation.admin.single.created": Change,
    ConversationAdminReplied = "conversation.admin.replied": Change,
    ConversationAdminNoted = "conversation.admin.noted": Change,
    ConversationAssigned = "conversation.admin.assigned": Change,
    ConversationOpenAssigned = "conversation.admin.open.assigned": Change,
    ConversationOpened = "conversation.admin.opened": Change,
    ConversationClosed = "conversation.admin.closed": Change,
    ConversationSnoozed = "conversation.admin.snoozed": Change,
    ConversationUnsnoozed = "conversation.admin.unsnoozed": Change,
    ConversationOperatorReplied = "conversation.operator.replied": Change,
    ConversationDeleted = "conversation.deleted": ConversationDeleted,
    ConversationPriorityUpdated = "conversation.priority.updated": Change,
    ConversationRatingAdded = "conversation.rating.added": Change,
    ConversationContactAttached = "conversation.contact.attached": ParticipantChange,
    ConversationContactDetached = "conversation.contact.detached": ParticipantChange,
    ConversationCompanyUpdated = "conversation.company.updated": CompanyChange,
    ConversationRead = "conversation.read": Change,
    ConversationUpdated = "conversation.updated": Change,
    HitlRequested = "procedure.hitl_notification.created": HitlRequested,
    PartRedacted = "conversation_part.redacted": Change,
    PartTagged = "conversation_part.tag.created": PartTagged,
    CallStarted = "call.started": Nothing,
    CallEnded = "call.ended": Nothing,
    CallTranscribed = "call.transcription_available": Nothing,
    CallRecorded = "call.recording_available": Nothing,
    TicketCreated = "ticket.created": Change,
    TicketStateUpdated = "ticket.state.updated": StateChange,
    TicketNoted = "ticket.note.created": Change,
    TicketAdminAssigned = "ticket.admin.assigned": Change,
    TicketTeamAssigned = "ticket.team.assigned": Change,
    TicketContactAttached = "ticket.contact.attached": ParticipantChange,
    TicketContactDetached = "ticket.contact.detached": ParticipantChange,
    TicketAttributeUpdated = "ticket.attribute.updated": AttributeChange,
    TicketAdminReplied = "ticket.admin.replied": Change,
    TicketContactReplied = "ticket.contact.replied": Change,
    TicketClosed = "ticket.closed": Change,
    TicketRatingProvided = "ticket.rating.provided": Change,
    TicketResolved = "ticket.resolved": Change,
    TicketDeleted = "ticket.deleted": ConversationDeleted,
    ArticleCreated = "article.created": Nothing,
    ArticleUpdated = "article.updated": Nothing,
    ArticlePublished = "article.published": Nothing,
    ArticleUnpublished = "article.unpublished": Nothing,
    ArticleDeleted = "article.deleted": Nothing,
    SnippetCreated = "content_snippet.created": Nothing,
    SnippetUpdated = "content_snippet.updated": Nothing,
    SnippetDeleted = "content_snippet.deleted": Nothing,
    ImportSourceCreated = "content_import_source.created": Nothing,
    ImportSourceUpdated = "content_import_source.updated": Nothing,
    ImportSourceDeleted = "content_import_source.deleted": Nothing,
    AudienceCreated = "audience.created": Nothing,
    AudienceUpdated = "audience.updated": Nothing,
    AudienceDeleted = "audience.deleted": Nothing,
    AudienceMemberAdded = "audience.member_added": AudienceMember,
    AudienceMemberRemoved = "audience.member_removed": AudienceMember,
    BannerStat = "content_stat.banner": BannerStat,
    DataConnectorExecuted = "data_connector.execution.completed": Nothing,
}

/// An event with its position in the history.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its position.
    pub position: i64,
    /// Its id.
    pub id: EventId,
    /// Its topic.
    pub topic: Topic,
    /// The object that it happened to.
    pub object_id: i64,
    /// The principal who caused it.
    pub actor: Principal,
    /// Its payload.
    pub payload: Payload,
    /// The payload as JSON.
    pub json: String,
    /// Whether people are notified.
    pub notify: bool,
    /// When it happened, in unix seconds.
    pub created_at: i64,
}

impl Event {
    /// The events in these rows. Skips topics that only a newer release knows. Also skips rows that cannot be parsed,
    /// and logs them: one bad row must not end a stream or block the fan-out.
    pub fn read(rows: Vec<store::Event>) -> Vec<Self> {
        let read = |row: store::Event| {
            let (id, topic) = (row.id, Topic::parse(&row.topic)?);
            Self::from_row(topic, row)
                .inspect_err(
                    |error| tracing::error!(event = %id, topic = topic.as_str(), %error, "unreadable event skipped"),
                )
                .ok()
        };
        rows.into_iter().filter_map(read).collect()
    }

    fn from_row(topic: Topic, row: store::Event) -> Result<Self, String> {
        let actor_type = ActorType::parse(&row.actor_type);
        let actor = actor_type.and_then(|actor_type| Principal::of(actor_type, row.actor_id));
        Ok(Self {
            position: row.position,
            id: row.id,
            topic,
            object_id: row.object_id,
            actor: actor.ok_or_else(|| format!("actor '{}' with id {:?}", row.actor_type, row.actor_id))?,
            payload: topic.read(&row.payload).map_err(|error| format!("payload: {error}"))?,
            json: row.payload,
            notify: row.notify,
            created_at: row.created_at,
        })
    }
}

/// At most `limit` events after a position in the history, in order; and the position of the last row, even if it was
/// skipped.
pub fn after(cx: &mut Cx, position: i64, limit: i64) -> Result<(Vec<Event>, Option<i64>)> {
    let rows = store::after(cx, position, limit)?;
    let last = rows.last().map(|row| row.position);
    Ok((Event::read(rows), last))
}

/// The first and the last position in the retained history. If it is empty, the first is one beyond the last.
pub fn positions(cx: &mut Cx) -> Result<(i64, i64)> {
    // In this order, a purge in between can only make the first too low.
    let first = store::first_position(cx)?;
    let last = store::last_position(cx)?;
    Ok((first.unwrap_or(last + 1), last))
}

/// The position of the last event in the workspace's history.
pub fn position(cx: &mut Cx) -> Result<i64> {
    Ok(store::last_position(cx)?)
}

/// Emits an event about an object. `payload` has the data that cannot be read later.
pub fn emit(cx: &mut Cx, topic: Topic, object: impl Id, payload: impl Into<Payload>) -> Result<()> {
    emit_to(cx, topic, object, &payload.into(), true)
}

/// The same. Without `notify`, apps are notified but people are not.
pub(crate) fn emit_to(cx: &mut Cx, topic: Topic, object: impl Id, payload: &Payload, notify: bool) -> Result<()> {
    if !topic.has(payload) {
        return Err(Error::internal(format!("{} has no such payload: {payload:?}", topic.as_str())));
    }
    let (actor_type, actor_id) = cx.actor().principal.columns();
    let payload = serde_json::to_string(payload).map_err(Error::internal)?;
    let event = store::NewEvent {
        topic: topic.as_str(),
        object_id: object.number(),
        actor_type,
        actor_id,
        payload: &payload,
        notify,
    };
    Ok(store::insert(cx, &event)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AdminId, ContactId, PartId};

    /// `GET /app/events` returns the JSON, and rows of earlier releases contain it.
    #[test]
    fn payloads_are_read_as_they_were_written() {
        let written = [
            (Topic::UserCreated, "{}"),
            (Topic::ContactMerged, r#"{"merged_from":"HEX"}"#),
            (Topic::ContactDeleted, r#"{"type":"contact","id":"HEX","external_id":null}"#),
            (Topic::ContactUnsubscribed, "{}"),
            (Topic::ContactSubscribed, r#"{"subscription_type_id":"7"}"#),
            (Topic::ActivityLogged, r#"{"id":"f98f9a55","activity_type":"admin_logout"}"#),
            (Topic::UserTagged, r#"{"tag":{"type":"tag","id":"7","name":"VIP"}}"#),
            (Topic::NoteCreated, r#"{"note_id":"7"}"#),
            (Topic::AudienceMemberAdded, r#"{"content":{"type":"external_page","id":"7"}}"#),
            (
                Topic::BannerStat,
                r#"{"stat_type":"receipt","receipt_id":"7","contact":{"type":"contact","id":"HEX","external_id":null}}"#,
            ),
            (Topic::CompanyDeleted, r#"{"type":"company","id":"HEX","company_id":"acme","name":"Acme"}"#),
            (
                Topic::ContactAttached,
                r#"{"company":{"type":"company","id":"HEX","company_id":"acme"},"contact":{"type":"contact","id":"HEX","external_id":"ada","role":"user"}}"#,
            ),
            (Topic::EventCreated, r#"{"contact_id":"HEX","created_at":5}"#),
            (Topic::JobCompleted, r#"{"job":{"type":"contacts.bulk.job","id":"job_7","state":"completed"}}"#),
            (Topic::JobCompleted, r#"{"status":"success","resource_type":"ticket","resource_id":"7"}"#),
            (Topic::JobCompleted, r#"{"status":"failed","resource_type":"ticket","resource_id":null}"#),
            (Topic::ConversationUserCreated, "{}"),
            (Topic::ConversationClosed, r#"{"part_id":"7"}"#),
            (
                Topic::TicketContactAttached,
                r#"{"contact":{"type":"contact","id":"HEX","external_id":null},"part_id":"7"}"#,
            ),
            (Topic::PartTagged, r#"{"tag":{"type":"tag","id":"7","name":"VIP"},"part_id":"8"}"#),
            (Topic::TicketStateUpdated, r#"{"ticket_state_id":"7","previous_ticket_state_id":null,"part_id":"8"}"#),
            (Topic::TicketAttributeUpdated, r#"{"ticket_type_attribute_id":"7","part_id":"8"}"#),
            (Topic::ConversationCompanyUpdated, "{}"),
            (Topic::ConversationCompanyUpdated, r#"{"company_id":null,"part_id":"8"}"#),
            (Topic::ConversationCompanyUpdated, r#"{"company_id":"HEX","part_id":"8"}"#),
            (
                Topic::TicketDeleted,
                r#"{"type":"ticket","id":"7","contacts":["HEX"],"ticket_id":"3","metrics_retained":true}"#,
            ),
        ];
        for (topic, json) in written {
            let json = json.replace("HEX", &ContactId::new(4096).to_string());
            let payload = topic.read(&json).unwrap();
            assert!(topic.has(&payload));
            assert_eq!(serde_json::to_string(&payload).unwrap(), json, "{}", topic.as_str());
        }
        assert_eq!(Topic::ConversationClosed.read(r#"{"part_id":"7"}"#).unwrap().part_id(), Some(PartId::new(7)));
    }

    #[test]
    fn rows_that_cannot_be_read_are_skipped() {
        let row = |position, topic: &str, actor_type: &str, actor_id, payload: &str| store::Event {
            position,
            id: EventId::new(position),
            topic: topic.to_owned(),
            object_id: 7,
            actor_type: actor_type.to_owned(),
            actor_id,
            payload: payload.to_owned(),
            notify: true,
            created_at: 5,
        };
        let rows = vec![
            row(1, "company.created", "admin", Some(3), "{}"),
            row(2, "company.created", "admin", None, "{}"),
            row(3, "company.created", "system", Some(3), "{}"),
            row(4, "company.created", "automation", Some(3), "{}"),
            row(5, "contact.subscribed", "system", None, r#"{"subscription_type_id":"#),
            row(6, "ping", "system", None, "{}"),
            row(7, "company.created", "system", None, "{}"),
        ];
        let read: Vec<_> = Event::read(rows).iter().map(|event| (event.position, event.actor)).collect();
        assert_eq!(read, [(1, Principal::Admin(AdminId::new(3))), (7, Principal::System)]);
    }
}
