//! `/admins` and `/me`

pub mod activity_log_event_types;
pub mod activity_logs;
pub mod activity_logs_search;
pub mod away;
mod entries;
pub mod list;
pub mod me;
pub mod retrieve;
pub(crate) mod view;
