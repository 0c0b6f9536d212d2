//! `/events`

pub mod create;
pub mod list;
pub mod summaries;
pub(crate) mod view;
