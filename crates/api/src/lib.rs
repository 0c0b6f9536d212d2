//! The HTTP side of Deskwire: all of HTTP, no SQL.
//!
//! [`public`] is the Intercom-compatible API; its routes table says which operations there are, who may call them
//! and in which versions. [`oauth`] is how apps get their tokens. [`serve`] is what every request goes through.

mod access;
mod app;
pub mod auth;
pub mod body;
mod budgets;
mod compress;
pub mod connections;
mod cors;
mod encoded;
mod error;
mod health;
mod home;
mod host;
mod intake;
mod limits;
mod methods;
mod metrics;
mod not_implemented;
pub mod oauth;
pub mod page;
mod proxies;
pub mod public;
mod reply;
mod request;
mod request_id;
pub mod routes;
pub mod serve;
pub mod tools;
pub mod topics;
mod unsubscribe;
pub mod versions;

pub use access::TARGET as ACCESS_LOG;
pub use app::{App, Config};
pub use cors::Origins;
pub use proxies::Proxies;
pub use reply::Reply;
pub use request::Request;
