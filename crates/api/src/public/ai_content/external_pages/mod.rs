//! `/ai/external_pages`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
mod view;
