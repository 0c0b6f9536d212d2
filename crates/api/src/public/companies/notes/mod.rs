//! `/companies/{id}/notes`

pub mod create;
pub mod list;
