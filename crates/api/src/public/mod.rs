//! The Intercom-compatible API. The URL's noun is the folder, its verb the file.

pub mod admins;
pub(crate) mod attachments;
pub mod away_status_reasons;
pub mod bulk;
pub mod companies;
pub mod contacts;
pub mod conversations;
pub mod counts;
pub mod custom_object_instances;
pub mod data_attributes;
mod deleted;
pub mod events;
pub mod jobs;
pub mod messages;
pub mod notes;
mod person;
pub mod phone_call_redirects;
pub mod routes;
pub mod segments;
pub mod subscription_types;
pub mod tags;
pub mod teams;
pub mod ticket_states;
pub mod ticket_types;
pub mod tickets;
pub mod visitors;
pub(crate) mod wire;
