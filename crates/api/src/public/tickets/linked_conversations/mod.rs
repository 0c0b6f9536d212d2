//! `/tickets/{id}/linked_conversations`

pub mod create;
pub mod delete;
