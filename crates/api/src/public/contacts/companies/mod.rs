//! `/contacts/{id}/companies`

pub mod create;
pub mod delete;
pub mod list;
