//! The Intercom-compatible API. The URL's noun is the folder, its verb the file.

pub mod contacts;
pub mod counts;
pub mod events;
mod person;
pub mod routes;
pub mod visitors;
