//! `/internal_articles/{id}/tags`

pub mod create;
pub mod delete;
