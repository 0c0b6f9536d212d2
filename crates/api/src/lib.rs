//! The HTTP side of Deskwire: all of HTTP, no SQL.
//!
//! [`Server`] mounts the surfaces; [`public`] is the one that is compatible with Intercom's API: its table declares the
//! operations, who may call them and in which versions. [`serve`] is what every request goes through.

mod access;
mod app;
pub mod auth;
pub mod body;
mod budgets;
mod busy;
mod cached;
mod compress;
pub mod connections;
mod cookies;
mod cors;
mod encoded;
mod error;
mod event_stream;
mod files;
mod host;
pub mod inbox;
mod intake;
mod limits;
mod live;
mod methods;
mod metrics;
mod msgr;
mod not_implemented;
mod oauth;
mod operations;
pub mod page;
mod proxies;
pub mod public;
mod query;
mod reply;
mod request;
mod request_id;
pub mod routes;
pub mod serve;
mod server;
mod surface;
mod table;
pub mod texts;
mod token_api;
mod tools;
pub mod topics;
mod unsubscribe;
pub mod versions;

pub use access::TARGET as ACCESS_LOG;
pub use app::{App, Config, Outbox};
pub use cors::Origins;
pub use proxies::Proxies;
pub use reply::Reply;
pub use request::Request;
pub use server::Server;
