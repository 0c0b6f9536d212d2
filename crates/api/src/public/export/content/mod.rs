//! `/export/content`

pub mod create;
pub mod retrieve;
pub(super) mod view;
