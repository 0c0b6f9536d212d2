//! `/news/news_items`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
pub(super) mod view;
