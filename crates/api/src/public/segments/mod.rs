//! `/segments`

pub mod list;
pub mod retrieve;
pub(crate) mod view;
