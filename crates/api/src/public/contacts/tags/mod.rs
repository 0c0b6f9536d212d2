//! `/contacts/{id}/tags`

pub mod create;
pub mod delete;
pub mod list;
