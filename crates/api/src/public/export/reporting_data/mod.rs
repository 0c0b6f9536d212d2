//! `/export/reporting_data`

pub mod enqueue;
pub mod get_datasets;
pub mod retrieve;
