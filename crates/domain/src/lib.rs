//! What a help desk does, as verbs over a transaction: no HTTP, no SQL.

pub mod error;
pub mod search;

pub use error::{Error, Kind, Result};
