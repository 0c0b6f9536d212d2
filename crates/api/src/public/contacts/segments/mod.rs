//! `/contacts/{id}/segments`

pub mod list;
