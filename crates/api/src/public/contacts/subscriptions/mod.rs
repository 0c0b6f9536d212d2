//! `/contacts/{id}/subscriptions`

pub mod create;
pub mod delete;
pub mod list;
