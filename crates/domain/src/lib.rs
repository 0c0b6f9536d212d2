//! What a help desk does, as verbs over a transaction: no HTTP, no SQL.

pub mod activity;
mod actor;
pub mod admins;
pub mod apps;
pub mod attributes;
pub mod away_reasons;
pub mod bulk;
pub mod companies;
pub mod contacts;
pub mod counts;
pub mod custom_objects;
pub mod data_attributes;
pub mod data_events;
pub mod doctor;
pub mod error;
pub mod events;
pub mod html;
pub mod ids;
pub mod jobs;
pub mod notes;
mod people_index;
mod person;
mod phone;
pub mod search;
pub mod segments;
pub mod subscriptions;
pub mod tags;
pub mod teams;
pub mod times;
pub mod tokens;
pub mod visitors;
pub mod workspaces;

pub use actor::{Actor, Tenant};
pub use error::{Error, Kind, Result};
pub use person::Person;
pub use phone::Phone;
