//! The Intercom-compatible API. The URL's noun is the folder, its verb the file.

pub mod admins;
pub mod away_status_reasons;
pub mod contacts;
pub mod routes;
pub mod teams;
