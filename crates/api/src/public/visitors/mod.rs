//! `/visitors`

pub mod convert;
pub mod retrieve;
pub mod update;
mod view;
