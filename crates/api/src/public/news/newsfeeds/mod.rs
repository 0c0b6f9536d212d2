//! `/news/newsfeeds`

pub mod items;
pub mod list;
pub mod retrieve;
mod view;
