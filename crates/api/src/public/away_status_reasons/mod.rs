//! `/away_status_reasons`

pub mod list;
