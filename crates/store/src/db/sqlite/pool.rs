//! Read connections, opened when first needed and used again, the warmest first.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Conn;
use crate::db::block::block_on;
use crate::{Error, Result};

/// The connections of one lane.
pub(crate) struct Pool {
    path: PathBuf,
    busy: Duration,
    mapped: u64,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<Conn>>,
}

/// A connection lent by a [`Pool`]; it goes back when dropped.
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    conn: Option<Conn>,
    _place: OwnedSemaphorePermit,
}

impl Pool {
    pub(crate) fn new(path: PathBuf, size: usize, busy: Duration, mapped: u64) -> Pool {
        Pool { path, busy, mapped, free: Arc::new(Semaphore::new(size.max(1))), idle: Mutex::new(Vec::new()) }
    }

    /// Waits for a place, at most `wait`.
    pub(crate) async fn place(&self, wait: Duration) -> Result<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(place);
        }
        match tokio::time::timeout(wait, Arc::clone(&self.free).acquire_owned()).await {
            Ok(place) => place.map_err(|_| closed()),
            Err(_) => Err(Error::Busy),
        }
    }

    /// Waits for a place on a plain thread.
    pub(crate) fn place_sync(&self) -> Result<OwnedSemaphorePermit> {
        block_on(Arc::clone(&self.free).acquire_owned()).map_err(|_| closed())
    }

    /// The connection that belongs to a place.
    pub(crate) fn lease(&self, place: OwnedSemaphorePermit) -> Result<Lease<'_>> {
        let idle = self.idle.lock().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => Conn::reader(&self.path, self.busy, self.mapped)?,
        };
        Ok(Lease { pool: self, conn: Some(conn), _place: place })
    }

    /// Lets nobody in any more and closes the connections not in use.
    pub(crate) fn close(&self) {
        self.free.close();
        self.idle.lock().clear();
    }
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

impl Lease<'_> {
    /// Lends the connection itself.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&Conn) -> T) -> Result<T> {
        self.conn.as_ref().map(f).ok_or_else(closed)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        // A connection whose transaction could not be ended is not used again.
        if let Some(conn) = self.conn.take()
            && conn.in_no_transaction()
            && !self.pool.free.is_closed()
        {
            self.pool.idle.lock().push(conn);
        }
    }
}
