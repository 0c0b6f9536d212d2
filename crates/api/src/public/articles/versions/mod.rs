//! `/articles/{id}/versions`

pub mod list;
pub mod retrieve;
mod view;
