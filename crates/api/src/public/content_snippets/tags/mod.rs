//! `/content_snippets/{id}/tags`

pub mod create;
pub mod delete;
