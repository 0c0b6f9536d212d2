//! `/ticket_types/{id}/attributes`

pub mod create;
pub mod update;
