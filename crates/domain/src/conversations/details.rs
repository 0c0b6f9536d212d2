//! The details of new parts: what an event changed, and facts that few messages have. Parts keep them as JSON.

use serde::Serialize;
use serde_json::Value;

use super::Priority;
use crate::events::ConversationKind;
use crate::ids::{AdminId, ConversationId, PartId, TicketStateId, TicketTypeAttributeId, as_number};
use crate::ticket_states::Category as StateCategory;
use crate::ticket_types::Category;

/// The details of a new part.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Details {
    /// What an event changed, as the API shows it.
    Event {
        /// The change.
        event_details: EventDetails,
    },
    /// Quick replies.
    QuickReply {
        /// The options that a teammate offers, or the one that a contact chose.
        metadata: QuickReply,
    },
    /// The conversation was merged into another one, or the merge was undone. The API shows the system as the author.
    Merge {
        /// The teammate who did it.
        merged_by: AdminId,
    },
    /// An AI agent wrote the message.
    AiAgent {
        /// Always true.
        from_ai_agent: bool,
        /// Whether it answers from content.
        is_ai_answer: bool,
    },
    /// The message was held before it was sent.
    Held {
        /// The id that it had as a held reply.
        #[serde(serialize_with = "as_number")]
        held_id: PartId,
    },
    /// A note mentions teammates.
    Mentions {
        /// The teammates.
        #[serde(serialize_with = "as_number")]
        mentions: Vec<AdminId>,
    },
    /// A conversation or a ticket was linked or unlinked.
    Link {
        /// The other end of the link.
        linked_object: LinkedObject,
    },
    /// The state of a ticket changed. The API shows the categories; the inbox shows the state as well.
    TicketState {
        /// The category of the new state.
        ticket_state: StateCategory,
        /// The category of the previous state.
        previous_ticket_state: StateCategory,
        /// The new state.
        ticket_state_id: TicketStateId,
    },
    /// An attribute of a ticket changed.
    TicketAttribute {
        /// The attribute and its new value.
        updated_attribute_data: UpdatedAttribute,
    },
}

/// What an event changed.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum EventDetails {
    /// Tags, by name.
    Tags {
        /// The tags that were added.
        tags_added: Vec<String>,
        /// The tags that were removed.
        tags_removed: Vec<String>,
    },
    /// The value of an attribute of a conversation.
    Attribute {
        /// The attribute.
        attribute: AttributeName,
        /// Its values.
        value: ChangedValue,
    },
    /// The priority.
    Priority {
        /// The new priority.
        current_priority: Priority,
        /// The previous priority.
        previous_priority: Priority,
    },
}

/// An attribute of a conversation.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the name says it")]
pub struct AttributeName {
    pub name: String,
}

/// The change of an attribute's value.
#[derive(Debug, Clone, Serialize)]
pub struct ChangedValue {
    /// The new value; empty if it was cleared.
    pub name: String,
    /// The previous value.
    pub previous: Option<String>,
}

/// Quick replies of a message.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum QuickReply {
    /// The option that a contact chose.
    Chosen {
        /// Its UUID, as the request has it.
        quick_reply_uuid: Option<Value>,
    },
    /// The options that a teammate offers.
    Offered {
        /// The options, as the request has them.
        quick_reply_options: Value,
    },
}

/// The other end of a link.
#[derive(Debug, Clone, Serialize)]
pub struct LinkedObject {
    /// Whether it is a ticket.
    pub r#type: ConversationKind,
    /// Its id.
    pub id: ConversationId,
    /// The category of the ticket type, if it is a ticket.
    pub category: Option<Category>,
}

/// An attribute of a ticket and its new value.
#[derive(Debug, Clone, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct UpdatedAttribute {
    pub attribute: TicketAttribute,
    pub value: TicketAttributeValue,
}

/// An attribute of a ticket.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename = "attribute")]
pub struct TicketAttribute {
    /// Its id.
    pub id: TicketTypeAttributeId,
    /// Its name.
    pub label: String,
}

/// The new value of a ticket's attribute.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename = "value")]
pub struct TicketAttributeValue {
    /// The value as text, null if it was cleared, or the ids of files.
    pub id: Value,
    /// The value as people read it, or the names of files.
    pub label: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_have_the_json_that_parts_keep() {
        let linked =
            LinkedObject { r#type: ConversationKind::Conversation, id: ConversationId::new(7), category: None };
        let attribute = TicketAttribute { id: TicketTypeAttributeId::new(5), label: "Size".to_owned() };
        let value = TicketAttributeValue { id: "M".into(), label: "M".into() };
        let tags = EventDetails::Tags { tags_added: vec!["vip".to_owned()], tags_removed: Vec::new() };
        for (details, json) in [
            (Details::Event { event_details: tags }, r#"{"event_details":{"tags_added":["vip"],"tags_removed":[]}}"#),
            (
                Details::QuickReply { metadata: QuickReply::Chosen { quick_reply_uuid: None } },
                r#"{"metadata":{"quick_reply_uuid":null}}"#,
            ),
            (Details::Merge { merged_by: AdminId::new(3) }, r#"{"merged_by":"3"}"#),
            (Details::Held { held_id: PartId::new(4096) }, r#"{"held_id":4096}"#),
            (Details::Mentions { mentions: vec![AdminId::new(3)] }, r#"{"mentions":[3]}"#),
            (
                Details::Link { linked_object: linked },
                r#"{"linked_object":{"type":"conversation","id":"7","category":null}}"#,
            ),
            (
                Details::TicketAttribute { updated_attribute_data: UpdatedAttribute { attribute, value } },
                r#"{"updated_attribute_data":{"attribute":{"type":"attribute","id":"5","label":"Size"},"value":{"type":"value","id":"M","label":"M"}}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&details).unwrap(), json);
        }
    }
}
