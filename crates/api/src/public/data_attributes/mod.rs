//! `/data_attributes`

pub mod create;
mod input;
pub mod list;
pub mod update;
mod view;
