//! `/ticket_states`

pub mod list;
pub(super) mod view;
