//! What happened: written in the transaction that made it happen, told to others afterwards.

use deskwire_store::{Tx, events as store};
use serde_json::Value;

use crate::actor::Actor;
use crate::error::Result;

/// What can happen, as webhook topics name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the topics say it")]
pub enum Topic {
    UserCreated,
    LeadCreated,
    UserUpdated,
    LeadUpdated,
    LeadSignedUp,
    LeadAddedEmail,
    EmailUpdated,
    ContactArchived,
    ContactUnarchived,
    ContactDeleted,
    ContactMerged,
    ContactBlocked,
    ContactAttached,
    ContactDetached,
    ContactSubscribed,
    ContactUnsubscribed,
    UserTagged,
    UserUntagged,
    LeadTagged,
    LeadUntagged,
    CompanyCreated,
    CompanyUpdated,
    CompanyDeleted,
    NoteCreated,
    AdminAway,
    EventCreated,
    VisitorSignedUp,
    JobCompleted,
    ConversationUserCreated,
    ConversationUserReplied,
    ConversationAdminSingleCreated,
    ConversationAdminReplied,
    ConversationAdminNoted,
    ConversationAssigned,
    ConversationOpenAssigned,
    ConversationOpened,
    ConversationClosed,
    ConversationSnoozed,
    ConversationUnsnoozed,
    ConversationOperatorReplied,
    ConversationDeleted,
    ConversationPriorityUpdated,
    ConversationRatingAdded,
    ConversationContactAttached,
    ConversationContactDetached,
    ConversationCompanyUpdated,
    ConversationRead,
    ConversationUpdated,
    PartRedacted,
    PartTagged,
    TicketCreated,
    TicketStateUpdated,
    TicketNoted,
    TicketAdminAssigned,
    TicketTeamAssigned,
    TicketContactAttached,
    TicketContactDetached,
    TicketAttributeUpdated,
    TicketAdminReplied,
    TicketContactReplied,
    TicketClosed,
    TicketRatingProvided,
    TicketResolved,
    TicketDeleted,
}

impl Topic {
    /// The topic's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Topic::UserCreated => "contact.user.created",
            Topic::LeadCreated => "contact.lead.created",
            Topic::UserUpdated => "contact.user.updated",
            Topic::LeadUpdated => "contact.lead.updated",
            Topic::LeadSignedUp => "contact.lead.signed_up",
            Topic::LeadAddedEmail => "contact.lead.added_email",
            Topic::EmailUpdated => "contact.email.updated",
            Topic::ContactArchived => "contact.archived",
            Topic::ContactUnarchived => "contact.unarchived",
            Topic::ContactDeleted => "contact.deleted",
            Topic::ContactMerged => "contact.merged",
            Topic::ContactBlocked => "contact.blocked",
            Topic::ContactAttached => "company.contact.attached",
            Topic::ContactDetached => "company.contact.detached",
            Topic::ContactSubscribed => "contact.subscribed",
            Topic::ContactUnsubscribed => "contact.unsubscribed",
            Topic::UserTagged => "contact.user.tag.created",
            Topic::UserUntagged => "contact.user.tag.deleted",
            Topic::LeadTagged => "contact.lead.tag.created",
            Topic::LeadUntagged => "contact.lead.tag.deleted",
            Topic::CompanyCreated => "company.created",
            Topic::CompanyUpdated => "company.updated",
            Topic::CompanyDeleted => "company.deleted",
            Topic::NoteCreated => "contact.note.created",
            Topic::AdminAway => "admin.away_mode_updated",
            Topic::EventCreated => "event.created",
            Topic::VisitorSignedUp => "visitor.signed_up",
            Topic::JobCompleted => "job.completed",
            Topic::ConversationUserCreated => "conversation.user.created",
            Topic::ConversationUserReplied => "conversation.user.replied",
            Topic::ConversationAdminSingleCreated => "conversation.admin.single.created",
            Topic::ConversationAdminReplied => "conversation.admin.replied",
            Topic::ConversationAdminNoted => "conversation.admin.noted",
            Topic::ConversationAssigned => "conversation.admin.assigned",
            Topic::ConversationOpenAssigned => "conversation.admin.open.assigned",
            Topic::ConversationOpened => "conversation.admin.opened",
            Topic::ConversationClosed => "conversation.admin.closed",
            Topic::ConversationSnoozed => "conversation.admin.snoozed",
            Topic::ConversationUnsnoozed => "conversation.admin.unsnoozed",
            Topic::ConversationOperatorReplied => "conversation.operator.replied",
            Topic::ConversationDeleted => "conversation.deleted",
            Topic::ConversationPriorityUpdated => "conversation.priority.updated",
            Topic::ConversationRatingAdded => "conversation.rating.added",
            Topic::ConversationContactAttached => "conversation.contact.attached",
            Topic::ConversationContactDetached => "conversation.contact.detached",
            Topic::ConversationCompanyUpdated => "conversation.company.updated",
            Topic::ConversationRead => "conversation.read",
            Topic::ConversationUpdated => "conversation.updated",
            Topic::PartRedacted => "conversation_part.redacted",
            Topic::PartTagged => "conversation_part.tag.created",
            Topic::TicketCreated => "ticket.created",
            Topic::TicketStateUpdated => "ticket.state.updated",
            Topic::TicketNoted => "ticket.note.created",
            Topic::TicketAdminAssigned => "ticket.admin.assigned",
            Topic::TicketTeamAssigned => "ticket.team.assigned",
            Topic::TicketContactAttached => "ticket.contact.attached",
            Topic::TicketContactDetached => "ticket.contact.detached",
            Topic::TicketAttributeUpdated => "ticket.attribute.updated",
            Topic::TicketAdminReplied => "ticket.admin.replied",
            Topic::TicketContactReplied => "ticket.contact.replied",
            Topic::TicketClosed => "ticket.closed",
            Topic::TicketRatingProvided => "ticket.rating.provided",
            Topic::TicketResolved => "ticket.resolved",
            Topic::TicketDeleted => "ticket.deleted",
        }
    }
}

/// Writes down that something happened to an object. `payload` holds what a reader could not find out later.
pub fn emit(tx: &mut Tx<'_>, actor: &Actor, topic: Topic, object_id: i64, payload: &Value) -> Result<()> {
    emit_to(tx, actor, topic, object_id, payload, true)
}

/// The same; unless `notify`, programs are told and people are not.
pub fn emit_to(
    tx: &mut Tx<'_>,
    actor: &Actor,
    topic: Topic,
    object_id: i64,
    payload: &Value,
    notify: bool,
) -> Result<()> {
    let payload = payload.to_string();
    store::insert(
        tx,
        actor.workspace(),
        &store::NewEvent { topic: topic.as_str(), object_id, actor_id: actor.admin_id, payload: &payload, notify },
    )?;
    Ok(())
}
