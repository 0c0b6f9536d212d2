//! PostgreSQL. Verbs are synchronous, so a connection is driven by the blocking thread that waits for its result.

mod channel;
pub(crate) mod columns;
mod distribute;
mod errors;
mod health;
mod kind;
mod lone;
#[cfg(debug_assertions)]
mod plans;
mod pool;
mod pooler;
mod server;
mod session;
mod statistics;
mod wire;

pub use channel::Channel;
pub use distribute::SHARED_TABLES;
pub(crate) use pool::Pool;
pub(crate) use session::Session;
