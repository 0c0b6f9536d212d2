//! Read connections, opened when first needed and reused, the most recently used first.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::Conn;
use super::location::Location;
use crate::db::block::block_on;
use crate::db::core::refused;
use crate::fair::{Key, Limits, Permit, Refused, Shares};
use crate::{Error, Result};

/// The connections of one lane.
pub(crate) struct Pool {
    path: PathBuf,
    location: Arc<Location>,
    busy: Duration,
    mapped: u64,
    places: Shares,
    idle: Mutex<Vec<Conn>>,
}

/// A connection borrowed from a [`Pool`]. It is returned when dropped.
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    conn: Option<Conn>,
    _place: Permit,
}

impl Pool {
    pub(crate) fn new(path: PathBuf, location: Arc<Location>, places: Limits, busy: Duration, mapped: u64) -> Pool {
        Pool { path, location, busy, mapped, places: Shares::new(places), idle: Mutex::new(Vec::new()) }
    }

    /// Waits for a place, for at most `wait`.
    pub(crate) async fn place(&self, key: Key, wait: Duration) -> Result<Permit, Refused> {
        self.places.acquire_within(key, 1, wait).await
    }

    /// Waits for a place on a plain thread.
    pub(crate) fn place_sync(&self, key: Key) -> Result<Permit> {
        block_on(self.places.acquire(key, 1)).map_err(refused)
    }

    /// Returns the connection that belongs to a place.
    pub(crate) fn lease(&self, place: Permit) -> Result<Lease<'_>> {
        let idle = self.idle.lock().pop();
        let conn = if let Some(conn) = idle {
            conn
        } else {
            // Another file at this path would be another database.
            self.location.check()?;
            Conn::reader(&self.path, self.busy, self.mapped)?
        };
        Ok(Lease { pool: self, conn: Some(conn), _place: place })
    }

    /// Refuses further calls and closes idle connections.
    pub(crate) fn close(&self) {
        self.places.close();
        self.idle.lock().clear();
    }
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

impl Lease<'_> {
    /// Runs `f` with the connection.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&Conn) -> T) -> Result<T> {
        self.conn.as_ref().map(f).ok_or_else(closed)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        // A connection whose transaction could not be ended is not used again.
        if let Some(conn) = self.conn.take()
            && conn.in_no_transaction()
            && !self.pool.places.is_closed()
        {
            self.pool.idle.lock().push(conn);
        }
    }
}
