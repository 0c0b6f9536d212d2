//! `/tags`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub(crate) mod view;
