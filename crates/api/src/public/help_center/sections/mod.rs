//! `/help_center/sections`

pub mod create;
pub mod delete;
pub mod list;
pub mod retrieve;
pub mod update;
