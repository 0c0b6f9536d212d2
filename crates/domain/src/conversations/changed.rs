//! What is known after a change and need not be read again for the response.

use deskwire_store::conversation_links::{Participant, Person};
use deskwire_store::conversation_parts::Part;
use deskwire_store::conversations::Conversation;

use crate::contacts::Contact;
use crate::ticket_states::TicketState;
use crate::ticket_types;

/// A conversation after a change.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The row.
    pub row: Conversation,
    pub(super) known: Known,
}

impl From<Conversation> for Changed {
    fn from(row: Conversation) -> Self {
        Self { row, known: Known::default() }
    }
}

/// What is already known about a conversation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// All its parts, if it is new.
    pub(super) parts: Option<Vec<Part>>,
    /// Its only contact.
    pub(super) contact: Option<Contact>,
    /// Its ticket type, and all ticket states of the workspace.
    pub(crate) ticket_type: Option<(ticket_types::Full, Vec<TicketState>)>,
}

impl Known {
    /// The contact as a participant.
    pub(super) fn participant(&self) -> Option<Participant> {
        self.contact.as_ref().map(|c| Participant { id: c.id, external_id: c.external_id.clone() })
    }

    /// The contact as an author.
    pub(super) fn person(&self) -> Option<Person> {
        let person = |c: &Contact| Person {
            id: c.id.number(),
            is_admin: false,
            name: c.name.clone(),
            email: c.email.clone(),
            avatar: c.avatar.clone(),
            phone: c.phone.clone(),
        };
        self.contact.as_ref().map(person)
    }
}
