//! What a help desk does, as verbs over a transaction: no HTTP, no SQL.

mod actor;
pub mod admins;
pub mod apps;
pub mod attributes;
pub mod contacts;
pub mod data_attributes;
pub mod error;
pub mod events;
pub mod html;
pub mod ids;
pub mod notes;
mod people_index;
mod phone;
pub mod search;
pub mod segments;
pub mod subscriptions;
pub mod tags;
pub mod tokens;
pub mod workspaces;

pub use actor::{Actor, Tenant};
pub use error::{Error, Kind, Result};
pub use phone::Phone;
