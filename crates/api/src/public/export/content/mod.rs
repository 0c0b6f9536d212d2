//! `/export/content`

pub mod create;
pub mod retrieve;
