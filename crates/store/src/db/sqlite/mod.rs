//! Embedded SQLite: read connections, one writer, and a checkpoint thread.

mod backup;
mod checkpoint;
mod conn;
mod damage;
mod engine;
mod location;
#[cfg(debug_assertions)]
mod plans;
mod pool;
pub(crate) mod statistics;
mod transaction;
mod writer;

pub(crate) use backup::snapshot_before;
pub(crate) use conn::{Conn, Deferred};
pub(crate) use engine::{File, Memory};
pub(crate) use transaction::transaction;
