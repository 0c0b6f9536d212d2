//! `/help_center/help_centers`

pub mod list;
pub mod retrieve;
mod view;
