//! `/events`

pub mod create;
pub mod list;
pub mod summaries;
mod view;
