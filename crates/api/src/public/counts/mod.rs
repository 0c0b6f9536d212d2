//! `/counts`

pub mod retrieve;
