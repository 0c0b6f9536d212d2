//! The HTTP side of Deskwire: all of HTTP, no SQL.
//!
//! [`public`] is the Intercom-compatible API; its routes table says which operations there are, who may call them
//! and in which versions. [`oauth`] is how apps get their tokens. [`serve`] is what every request goes through.

mod app;
pub mod auth;
pub mod body;
mod budgets;
mod compress;
mod error;
mod health;
mod intake;
mod limits;
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

pub use app::{App, Config};
pub use proxies::Proxies;
pub use reply::Reply;
pub use request::Request;
