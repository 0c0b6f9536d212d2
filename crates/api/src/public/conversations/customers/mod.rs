//! `/conversations/{id}/customers`

pub mod create;
pub mod delete;
