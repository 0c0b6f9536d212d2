//! `/ticket_types`

pub mod attributes;
pub mod create;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
pub(super) mod view;
