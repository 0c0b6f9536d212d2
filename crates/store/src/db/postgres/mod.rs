//! PostgreSQL through the blocking driver: its calls stay on blocking threads.

pub(crate) mod columns;
mod pool;
mod server;
mod session;
mod statistics;

pub(crate) use pool::Pool;
pub(crate) use session::Session;
