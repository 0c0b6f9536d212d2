//! PostgreSQL. Verbs are synchronous, so the blocking thread that waits for a result drives its connection. Reads of
//! one statement [share](shared) connections instead.

mod attempts;
mod channel;
pub(crate) mod columns;
mod distribute;
mod echo;
mod errors;
mod health;
mod kind;
mod limits;
mod lineage;
mod pending;
#[cfg(debug_assertions)]
mod plans;
mod pool;
mod pooler;
mod server;
mod session;
mod shared;
mod statistics;
mod wire;
mod words;

pub use channel::Channel;
pub use distribute::{ON_COORDINATOR, SHARED_TABLES};
pub(crate) use echo::Echo;
pub(crate) use pool::{Pool, check_role};
pub(crate) use session::Session;
