//! `/jobs`

pub mod status;
