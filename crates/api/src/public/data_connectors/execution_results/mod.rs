//! `/data_connectors/{id}/execution_results`

pub mod list;
pub mod retrieve;
pub(crate) mod view;
