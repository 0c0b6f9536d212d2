//! `/companies`

pub mod notes;
