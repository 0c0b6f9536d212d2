//! `/articles/{id}/draft`

pub mod publish;
pub mod retrieve;
pub mod update;
