//! The Intercom-compatible API. The URL's noun is the folder, its verb the file.

pub mod bulk;
pub mod companies;
pub mod contacts;
pub mod jobs;
pub mod routes;
