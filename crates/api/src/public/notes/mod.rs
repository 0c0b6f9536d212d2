//! `/notes`

pub mod retrieve;
pub(crate) mod view;
