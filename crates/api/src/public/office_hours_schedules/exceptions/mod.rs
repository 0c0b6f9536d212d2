//! `/office_hours_schedules/{id}/office_hours_exceptions`

pub mod create;
pub mod delete;
pub mod list;
pub mod retrieve;
pub mod update;
mod view;
