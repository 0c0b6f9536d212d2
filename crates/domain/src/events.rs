//! What happened: written in the transaction that made it happen, told to others afterwards.

use deskwire_store::events as store;
pub use deskwire_store::events::Event;
use serde_json::Value;

use crate::Cx;
use crate::actor::Principal;
use crate::error::{Error, Result};

macro_rules! topics {
    ($($name:ident = $text:literal,)+) => {
        /// What can happen, as webhook topics name it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the topics say it")]
        pub enum Topic { $($name),+ }

        impl Topic {
            /// All of them.
            pub const ALL: &[Topic] = &[$(Topic::$name),+];

            /// The topic's name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Topic::$name => $text),+ }
            }
        }
    };
}

topics! {
    UserCreated = "contact.user.created",
    LeadCreated = "contact.lead.created",
    UserUpdated = "contact.user.updated",
    LeadUpdated = "contact.lead.updated",
    LeadSignedUp = "contact.lead.signed_up",
    LeadAddedEmail = "contact.lead.added_email",
    EmailUpdated = "contact.email.updated",
    ContactArchived = "contact.archived",
    ContactUnarchived = "contact.unarchive",
    ContactDeleted = "contact.deleted",
    ContactMerged = "contact.merged",
    ContactBlocked = "contact.blocked",
    ContactAttached = "company.contact.attached",
    ContactDetached = "company.contact.detached",
    ContactSubscribed = "contact.subscribed",
    ContactUnsubscribed = "contact.unsubscribed",
    UserTagged = "contact.user.tag.created",
    UserUntagged = "contact.user.tag.deleted",
    LeadTagged = "contact.lead.tag.created",
    LeadUntagged = "contact.lead.tag.deleted",
    CompanyCreated = "company.created",
    CompanyUpdated = "company.updated",
    CompanyDeleted = "company.deleted",
    NoteCreated = "contact.note.created",
    AdminAway = "admin.away_mode_updated",
    EventCreated = "event.created",
    VisitorSignedUp = "visitor.signed_up",
    JobCompleted = "job.completed",
    ConversationUserCreated = "conversation.user.created",
    ConversationUserReplied = "conversation.user.replied",
    ConversationAdminSingleCreated = "conversation.admin.single.created",
    ConversationAdminReplied = "conversation.admin.replied",
    ConversationAdminNoted = "conversation.admin.noted",
    ConversationAssigned = "conversation.admin.assigned",
    ConversationOpenAssigned = "conversation.admin.open.assigned",
    ConversationOpened = "conversation.admin.opened",
    ConversationClosed = "conversation.admin.closed",
    ConversationSnoozed = "conversation.admin.snoozed",
    ConversationUnsnoozed = "conversation.admin.unsnoozed",
    ConversationOperatorReplied = "conversation.operator.replied",
    ConversationDeleted = "conversation.deleted",
    ConversationPriorityUpdated = "conversation.priority.updated",
    ConversationRatingAdded = "conversation.rating.added",
    ConversationContactAttached = "conversation.contact.attached",
    ConversationContactDetached = "conversation.contact.detached",
    ConversationCompanyUpdated = "conversation.company.updated",
    ConversationRead = "conversation.read",
    ConversationUpdated = "conversation.updated",
    PartRedacted = "conversation_part.redacted",
    PartTagged = "conversation_part.tag.created",
    TicketCreated = "ticket.created",
    TicketStateUpdated = "ticket.state.updated",
    TicketNoted = "ticket.note.created",
    TicketAdminAssigned = "ticket.admin.assigned",
    TicketTeamAssigned = "ticket.team.assigned",
    TicketContactAttached = "ticket.contact.attached",
    TicketContactDetached = "ticket.contact.detached",
    TicketAttributeUpdated = "ticket.attribute.updated",
    TicketAdminReplied = "ticket.admin.replied",
    TicketContactReplied = "ticket.contact.replied",
    TicketClosed = "ticket.closed",
    TicketRatingProvided = "ticket.rating.provided",
    TicketResolved = "ticket.resolved",
    TicketDeleted = "ticket.deleted",
}

/// The events after a place in the history, in order: `limit` at most.
pub fn after(cx: &mut Cx, position: i64, limit: i64) -> Result<Vec<Event>> {
    Ok(store::after(cx, position, limit)?)
}

/// The first place in the history that is still kept, and the last one. The first is one beyond the last when nothing
/// is kept.
pub fn kept(cx: &mut Cx) -> Result<(i64, i64)> {
    // In this order: what is forgotten in between only makes the first too early.
    let first = store::first_position(cx)?;
    let last = store::last_position(cx)?;
    Ok((first.unwrap_or(last + 1), last))
}

/// Who caused an event.
pub fn principal(event: &Event) -> Result<Principal> {
    let principal = Principal::of(event.actor_type, event.actor_id);
    principal.ok_or_else(|| Error::internal(format!("event {} has a contradictory actor", event.id)))
}

/// Writes down that something happened to an object. `payload` holds what a reader could not find out later.
pub fn emit(cx: &mut Cx, topic: Topic, object_id: i64, payload: &Value) -> Result<()> {
    emit_to(cx, topic, object_id, payload, true)
}

/// The same; unless `notify`, programs are told and people are not.
pub fn emit_to(cx: &mut Cx, topic: Topic, object_id: i64, payload: &Value, notify: bool) -> Result<()> {
    let (actor_type, actor_id) = cx.actor().principal.columns();
    let payload = payload.to_string();
    let event = store::NewEvent { topic: topic.as_str(), object_id, actor_type, actor_id, payload: &payload, notify };
    Ok(store::insert(cx, &event)?)
}
