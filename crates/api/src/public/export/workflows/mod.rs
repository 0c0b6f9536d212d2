//! `/export/workflows`

pub mod retrieve;
