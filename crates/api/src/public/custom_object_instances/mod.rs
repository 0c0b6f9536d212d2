//! `/custom_object_instances`

pub mod delete;
pub mod list;
pub mod retrieve;
pub mod upsert;
pub(crate) mod view;
