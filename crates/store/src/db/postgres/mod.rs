//! PostgreSQL. Verbs are synchronous, so a connection is driven by the blocking thread that waits for its result.

mod channel;
pub(crate) mod columns;
mod health;
mod lone;
mod pool;
mod pooler;
mod server;
mod session;
mod statistics;
mod wire;

pub use channel::Channel;
pub(crate) use pool::Pool;
pub(crate) use session::Session;
