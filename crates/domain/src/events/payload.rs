//! The payloads of events: the data that cannot be read from the object later.
//!
//! `GET /app/events` returns the JSON, so its form is part of the interface. The table of topics maps each topic to its
//! payload type.

use deskwire_store::bulk_jobs::{BulkState, BulkType};
use deskwire_store::contacts::ContactRole;
use deskwire_store::tags::Tag;
use serde::{Deserialize, Serialize};

use crate::companies::Company;
use crate::contacts::Contact;
use crate::ids::{
    BannerViewId, BulkJobId, CompanyId, ContactId, ConversationId, FinRequestId, NoteId, PartId, SubscriptionTypeId,
    TagId, TicketNumber, TicketStateId, TicketTypeAttributeId,
};

macro_rules! payloads {
    ($($(#[$meta:meta])* $name:ident,)+) => {
        /// The payload of an event.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Payload {
            $($(#[$meta])* $name($name),)+
        }

        $(impl From<$name> for Payload {
            fn from(payload: $name) -> Self {
                Payload::$name(payload)
            }
        })+
    };
}

payloads! {
    /// No payload.
    Nothing,
    /// Contacts were merged.
    Merged,
    /// A contact was deleted.
    ContactDeleted,
    /// A contact was tagged or untagged.
    Tagged,
    /// A contact subscribed or unsubscribed.
    Subscribed,
    /// A note was written.
    NewNote,
    /// An entry was written into the activity log.
    Logged,
    /// A company was deleted.
    CompanyDeleted,
    /// A contact was attached to a company or detached.
    Membership,
    /// A data event was recorded.
    Recorded,
    /// A job finished.
    JobDone,
    /// A conversation or ticket changed.
    Change,
    /// A contact was attached to a conversation or detached.
    ParticipantChange,
    /// A part of a conversation was tagged.
    PartTagged,
    /// The state of a ticket changed.
    StateChange,
    /// An attribute of a ticket changed.
    AttributeChange,
    /// The company of a conversation or ticket changed.
    CompanyChange,
    /// A conversation or ticket was deleted.
    ConversationDeleted,
    /// A contact saw a banner or dismissed it.
    BannerStat,
    /// Content was added to an audience or removed from it.
    AudienceMember,
    /// A procedure asked teammates a question.
    HitlRequested,
}

impl Payload {
    /// The part of a conversation that the event is about.
    pub fn part_id(&self) -> Option<PartId> {
        match self {
            Payload::Change(change) => change.part_id,
            Payload::ParticipantChange(change) => change.part_id,
            Payload::PartTagged(change) => change.part_id,
            Payload::StateChange(change) => change.part_id,
            Payload::AttributeChange(change) => change.part_id,
            Payload::CompanyChange(CompanyChange::To { part_id, .. }) => *part_id,
            _ => None,
        }
    }
}

/// No payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nothing {}

/// The payload of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The contact that was merged and no longer exists.
    pub merged_from: ContactId,
}

/// A contact by its ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "contact")]
pub struct ContactRef {
    /// Its id.
    pub id: ContactId,
    /// The id that clients gave it.
    pub external_id: Option<String>,
}

/// The deleted contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactDeleted(pub ContactRef);

/// Content, by its type and its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentRef {
    /// Its type.
    pub r#type: String,
    /// Its id.
    pub id: String,
}

/// The content that was added to an audience or removed from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudienceMember {
    /// The content.
    pub content: ContentRef,
}

/// The payload of a contact's reaction to a banner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BannerStat {
    /// `receipt` or `dismissal`.
    pub stat_type: String,
    /// The contact's view of the banner.
    pub receipt_id: BannerViewId,
    /// The contact.
    pub contact: ContactRef,
}

/// A tag at the time of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "tag")]
pub struct TagRef {
    /// Its id.
    pub id: TagId,
    /// Its name; `None` for readers without the permission for tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl TagRef {
    /// A tag with its name.
    pub fn new(id: TagId, name: &str) -> Self {
        Self { id, name: Some(name.to_owned()) }
    }
}

/// The payload of tagging a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tagged {
    /// The tag.
    pub tag: TagRef,
}

impl From<&Tag> for Tagged {
    fn from(tag: &Tag) -> Self {
        Self { tag: TagRef::new(tag.id, &tag.name) }
    }
}

/// The payload of a change of subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscribed {
    /// The subscription type; `None` where a contact unsubscribed from all mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_type_id: Option<SubscriptionTypeId>,
}

/// The payload of a new note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNote {
    /// The note.
    pub note_id: NoteId,
}

/// The payload of a new entry of the activity log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// The id of the entry, as the API shows it.
    pub id: String,
    /// The type of the entry.
    pub activity_type: String,
}

/// The question of a procedure to teammates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitlRequested {
    /// The question.
    pub request_id: FinRequestId,
}

/// The deleted company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "company")]
pub struct CompanyDeleted {
    /// Its id.
    pub id: CompanyId,
    /// The id that clients gave it.
    pub company_id: String,
    /// Its name.
    pub name: Option<String>,
}

/// A company by its ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "company")]
pub struct CompanyRef {
    /// Its id.
    pub id: CompanyId,
    /// The id that clients gave it.
    pub company_id: String,
}

/// A member of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "contact")]
pub struct Member {
    /// Its id.
    pub id: ContactId,
    /// The id that clients gave it.
    pub external_id: Option<String>,
    /// Its role.
    pub role: ContactRole,
}

/// The payload of joining or leaving a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The company.
    pub company: CompanyRef,
    /// The contact.
    pub contact: Member,
}

impl Membership {
    /// A contact and a company.
    pub fn new(company: &Company, contact: &Contact) -> Self {
        let (external_id, role) = (contact.external_id.clone(), contact.role);
        Self {
            company: CompanyRef { id: company.id, company_id: company.company_id.clone() },
            contact: Member { id: contact.id, external_id, role },
        }
    }
}

/// The payload of a data event: the key of the event begins with the contact and the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The contact.
    pub contact_id: ContactId,
    /// When it happened, in unix seconds.
    pub created_at: i64,
}

/// The payload of a finished job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum JobDone {
    /// A bulk job.
    Bulk {
        /// The job.
        job: BulkRef,
    },
    /// A job that creates a ticket.
    Resource {
        /// Whether it succeeded.
        status: JobStatus,
        /// The type of the resource.
        resource_type: ResourceType,
        /// Its id; `None` if the job failed.
        resource_id: Option<ConversationId>,
    },
}

/// A finished bulk job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRef {
    /// The type of the job.
    #[serde(rename = "type")]
    pub kind: BulkType,
    /// Its id.
    pub id: BulkJobId,
    /// Its state.
    pub state: BulkState,
}

/// The outcome of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum JobStatus {
    Success,
    Failed,
}

/// What a job creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ResourceType {
    Ticket,
}

/// The payload of most changes of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Change {
    /// The part that records it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_id: Option<PartId>,
}

/// The payload of joining or leaving a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantChange {
    /// The contact.
    pub contact: ContactRef,
    /// The part that records it.
    pub part_id: Option<PartId>,
}

/// The payload of tagging a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartTagged {
    /// The tag.
    pub tag: TagRef,
    /// The part.
    pub part_id: Option<PartId>,
}

/// The payload of a change of a ticket's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The state.
    pub ticket_state_id: TicketStateId,
    /// The state before.
    pub previous_ticket_state_id: Option<TicketStateId>,
    /// The part that records it.
    pub part_id: Option<PartId>,
}

/// The payload of a change of a ticket's attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeChange {
    /// The attribute.
    pub ticket_type_attribute_id: TicketTypeAttributeId,
    /// The part that records it.
    pub part_id: Option<PartId>,
}

/// The payload of a change of a conversation's company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CompanyChange {
    /// A change that a part describes.
    To {
        /// The new company; `None` if it was removed.
        #[serde(deserialize_with = "Option::deserialize")]
        company_id: Option<CompanyId>,
        /// The part that records it.
        part_id: Option<PartId>,
    },
    /// A change without a part. Readers look the company up.
    Unsaid {},
}

/// The deleted conversation or ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationDeleted {
    /// Which of the two it was.
    #[serde(rename = "type")]
    pub kind: ConversationKind,
    /// Its id.
    pub id: ConversationId,
    /// Its contacts.
    pub contacts: Vec<ContactId>,
    /// The number of a ticket.
    pub ticket_id: Option<TicketNumber>,
    /// Whether its statistics are kept.
    pub metrics_retained: bool,
}

/// A conversation or a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ConversationKind {
    Conversation,
    Ticket,
}
