//! `/teams`

pub mod list;
pub mod metrics;
pub mod retrieve;
pub mod update;
mod view;
