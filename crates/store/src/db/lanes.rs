//! The lanes of a database: how its callers run closures.

use std::time::{Duration, Instant};

use super::closure::{self, Done, Owned, Typed};
use super::tx::{Lane, Tx};
use super::{Db, Engine, core, postgres, sqlite};
use crate::{Error, Result};

/// How a closure runs.
#[derive(Clone, Copy)]
enum Mode {
    Read,
    ReadInBackground,
    Search,
    Scan,
    Write,
}

impl Mode {
    const fn lane(self) -> Lane {
        match self {
            Mode::Read | Mode::ReadInBackground => Lane::Read,
            Mode::Search | Mode::Scan => Lane::Search,
            Mode::Write => Lane::Write,
        }
    }
}

impl Db {
    /// Runs `f` for bounded reads: rows by key, and small lists.
    ///
    /// All its statements see one snapshot. On SQLite it runs on the calling thread. Statements that change data fail
    /// with [`Error::ReadOnly`]. Fails with [`Error::Busy`] if no connection becomes free in time.
    pub async fn read<T, E>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(Mode::Read, f).await
    }

    /// Like [`Db::read`], on a [background](crate::background) thread: for bounded reads that need much processor time.
    pub async fn read_in_background<T, E>(
        &self,
        f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(Mode::ReadInBackground, f).await
    }

    /// Runs `f` for searches, reports and anything else that may scan, on one snapshot, separate from the other lanes.
    ///
    /// Fails with [`Error::Timeout`] if waiting and running together exceed
    /// [`Options::search_timeout`](super::Options::search_timeout).
    pub async fn search<T, E>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(Mode::Search, f).await
    }

    /// Like [`Db::search`], for reads of much data in little memory, such as a piece of an export.
    pub async fn scan<T, E>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(Mode::Scan, f).await
    }

    /// Runs `f` and commits its changes if it returns `Ok`. When this returns, they survive a crash.
    ///
    /// On SQLite, writes run one after another and share commits. On PostgreSQL, they run concurrently (READ COMMITTED:
    /// lock the rows that decisions depend on, see [`Hold`](super::Hold)) and again after a conflict. A write that has
    /// begun completes even if the caller stops waiting for it.
    pub async fn write<T, E>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(Mode::Write, f).await
    }

    async fn run<T, E>(&self, mode: Mode, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (owned, result) = closure::owned(f);
        result(self.run_owned(mode, owned).await)
    }

    async fn run_owned(&self, mode: Mode, owned: Owned) -> Done {
        match &self.engine {
            Engine::File(file) => match mode {
                Mode::Read => file.read(self.key, owned).await,
                Mode::ReadInBackground => file.read_in_background(self.key, owned).await,
                Mode::Search => file.search(self.key, owned).await,
                Mode::Scan => file.scan(self.key, owned).await,
                Mode::Write => file.write(self.key, owned).await,
            },
            Engine::Memory(memory) => memory.run(mode.lane(), owned).await,
            Engine::Postgres(pool) => pool.run(mode.lane(), self.key, owned).await,
        }
    }

    /// Like [`Db::read`], but blocks: for the command line and tests. On PostgreSQL the time limit applies to each
    /// statement, as in [`Db::write_sync`].
    pub fn read_sync<T, E>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run_sync(Lane::Read, f)
    }

    /// Like [`Db::search`], but blocks: for the command line and tests.
    pub fn search_sync<T, E>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run_sync(Lane::Search, f)
    }

    /// Like [`Db::write`], but blocks: for the command line and tests.
    pub fn write_sync<T, E>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run_sync(Lane::Write, f)
    }

    fn run_sync<T, E>(&self, lane: Lane, f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (owned, result) = closure::owned(f);
        result(self.run_owned_sync(lane, owned))
    }

    fn run_owned_sync(&self, lane: Lane, mut owned: Owned) -> Done {
        let f = owned.closure.as_mut();
        let ended = match &self.engine {
            Engine::File(file) => match lane {
                Lane::Read => file.read_sync(self.key, f),
                Lane::Search => file.search_sync(self.key, f),
                Lane::Write => return file.write_sync(self.key, owned),
            },
            Engine::Memory(memory) => memory.run_sync(lane, f),
            Engine::Postgres(pool) => pool.run_sync(lane, self.key, f),
        };
        owned.done(ended)
    }

    /// Runs `f` on one snapshot, on a separate connection without a time limit: for backups. Blocks.
    pub(crate) fn snapshot<T: Send>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send) -> Result<T> {
        self.apart(Lane::Search, f)
    }

    /// Runs `f` as one write, on a separate connection without a time limit: for restoring. Blocks.
    pub(crate) fn load<T: Send>(&self, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send) -> Result<T> {
        self.apart(Lane::Write, f)
    }

    fn apart<T: Send>(&self, lane: Lane, f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send) -> Result<T> {
        let mut typed = Typed::new(f);
        let ended = match &self.engine {
            Engine::File(file) => {
                let conn = self.beside(&file.path)?;
                sqlite::transaction(&conn, lane, &self.core, None, &mut typed).map(drop)
            }
            Engine::Memory(memory) => memory.apart(lane, &mut typed),
            Engine::Postgres(pool) => pool.apart(lane, &mut typed),
        };
        typed.result(ended)
    }

    /// Runs `f` like [`Db::read`], as a health check: within `limit`, without queueing, and only if the database takes
    /// writes, its disk is not full and its files are at their paths.
    pub async fn check<T, E>(
        &self,
        limit: Duration,
        mut f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let deadline = Instant::now() + limit;
        let checked = async {
            if let Engine::File(file) = &self.engine {
                file.check_location()?;
            }
            match self.core.full() {
                Some(true) => return Err(Error::Full.into()),
                Some(false) => self.write(core::room).await?,
                None => {}
            }
            let Engine::Postgres(pool) = &self.engine else { return self.read(f).await };
            let (owned, result) = closure::owned(move |tx: &mut Tx<'_>| {
                postgres::check_role(tx)?;
                f(tx)
            });
            result(pool.check(deadline, owned).await)
        };
        tokio::time::timeout_at(deadline.into(), checked).await.unwrap_or_else(|_| Err(Error::Busy.into()))
    }
}
