//! What a help desk does, as verbs over a transaction: no HTTP, no SQL.

mod actor;
pub mod admins;
pub mod attributes;
pub mod contacts;
pub mod counts;
pub mod data_events;
pub mod error;
pub mod events;
pub mod ids;
mod people_index;
mod person;
mod phone;
pub mod times;
pub mod tokens;
pub mod visitors;
pub mod workspaces;

pub use actor::{Actor, Tenant};
pub use error::{Error, Kind, Result};
pub use person::Person;
