//! A ticket state as the API represents it.

use deskwire_domain::ids::TicketStateId;
use deskwire_domain::ticket_states::Category;
use deskwire_domain::ticket_states::TicketState;
use serde::Serialize;

/// A state.
#[derive(Serialize)]
pub(in crate::public) struct View<'a> {
    r#type: &'static str,
    id: TicketStateId,
    category: Category,
    internal_label: &'a str,
    external_label: &'a str,
}

impl<'a> View<'a> {
    /// The public view of the state.
    pub(in crate::public) fn of(state: &'a TicketState) -> Self {
        Self {
            r#type: "ticket_state",
            id: state.id,
            category: state.category,
            internal_label: &state.internal_label,
            external_label: &state.external_label,
        }
    }
}
