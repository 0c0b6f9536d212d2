//! `/ai/content_import_sources`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
pub(crate) mod view;
