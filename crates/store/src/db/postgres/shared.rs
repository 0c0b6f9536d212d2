//! Connections shared by reads of one statement. Each statement is sent at once, without waiting for the results of
//! earlier ones.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use futures_util::future::join;
use parking_lot::{Mutex, RwLock};
use tokio_postgres::{Client, Error as DriverError, Row as DriverRow, Statement};

use super::kind::Kind;
use super::limits::Guards;
use super::server::{Refused, Server};
use super::session::{REPLAN, STATEMENTS};
use crate::db::value::Kept;
use crate::fair::{Limits, Shares};

/// The maximum number of reads that may wait for results on one connection.
const UNDER_WAY: usize = 64;
/// How long after a failed attempt no connection is opened.
const PAUSE: Duration = Duration::from_secs(1);

/// The shared connections, opened when first needed. Until one is open, and after it has failed, reads use connections
/// of the pool.
pub(crate) struct Shared {
    server: Server,
    guards: Guards,
    /// The places of the reads in progress.
    pub(super) places: Shares,
    slots: Box<[RwLock<Slot>]>,
    next: AtomicUsize,
}

enum Slot {
    Closed { since: Option<Instant> },
    Opening,
    Open(Arc<Line>),
}

/// A connection, driven by a task of its own.
pub(super) struct Line {
    client: Client,
    pub(super) kind: Kind,
    /// The generation of `Health` when it was opened.
    generation: u64,
    statements: RwLock<HashMap<Box<str>, Statement>>,
    /// When plans were last discarded.
    planned: Mutex<Instant>,
    /// Whether it did not answer in time.
    late: AtomicBool,
}

impl Shared {
    pub(super) fn new(server: Server, guards: Guards, connections: usize) -> Shared {
        Shared {
            server,
            guards,
            places: Shares::new(Limits::reserving(connections * UNDER_WAY, usize::MAX)),
            slots: (0..connections).map(|_| RwLock::new(Slot::Closed { since: None })).collect(),
            next: AtomicUsize::new(0),
        }
    }

    /// Returns the next connection in turn. `None` if it is not open; it is then opened for later reads.
    pub(super) fn line(self: &Arc<Self>, generation: u64) -> Option<Arc<Line>> {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len();
        let slot = self.slots.get(at)?;
        if let Slot::Open(line) = &*slot.read()
            && line.is_of(generation, self.server.kind())
        {
            return Some(Arc::clone(line));
        }
        let mut slot = slot.write();
        match &*slot {
            Slot::Opening => return None,
            Slot::Closed { since } if since.is_some_and(|since| since.elapsed() < PAUSE) => return None,
            Slot::Closed { .. } | Slot::Open(_) => {}
        }
        if self.places.is_closed() {
            return None;
        }
        *slot = Slot::Opening;
        let opening = Opening { shared: Arc::clone(self), at, line: None };
        #[expect(clippy::disallowed_methods, reason = "if it panics, its end closes the slot")]
        tokio::spawn(opening.open(generation));
        None
    }

    /// Closes the connections and refuses further reads.
    pub(super) fn close(&self) {
        self.places.close();
        for slot in &self.slots {
            *slot.write() = Slot::Closed { since: None };
        }
    }
}

/// A connection that is being opened, with its slot. If its task ends before the connection is open, the slot is
/// closed.
struct Opening {
    shared: Arc<Shared>,
    at: usize,
    line: Option<Arc<Line>>,
}

impl Opening {
    async fn open(mut self, generation: u64) {
        let server = &self.shared.server;
        match tokio::time::timeout(server.patience(), Line::open(server, self.shared.guards, generation)).await {
            Ok(Ok(line)) => self.line = Some(Arc::new(line)),
            Ok(Err(refused)) => tracing::debug!(cause = %refused.reason, "opening a shared connection failed"),
            Err(_) => tracing::debug!("opening a shared connection took too long"),
        }
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let Some(slot) = self.shared.slots.get(self.at) else { return };
        *slot.write() = match self.line.take() {
            Some(line) if !self.shared.places.is_closed() => Slot::Open(line),
            _ => Slot::Closed { since: Some(Instant::now()) },
        };
    }
}

impl Line {
    async fn open(server: &Server, guards: Guards, generation: u64) -> Result<Line, Refused> {
        let kind = server.kind();
        let (client, mut drive) = server.connect().await?;
        #[expect(clippy::disallowed_methods, reason = "it ends with its client, which notices when it is gone")]
        tokio::spawn(poll_fn(move |cx| {
            loop {
                match drive(cx) {
                    Poll::Ready(Some(Ok(_))) => {}
                    Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            }
        }));
        let set = format!("{}; SET default_transaction_read_only = on", guards.settings(kind));
        client.batch_execute(&set).await?;
        Ok(Line {
            client,
            kind,
            generation,
            statements: RwLock::default(),
            planned: Mutex::new(Instant::now()),
            late: AtomicBool::new(false),
        })
    }

    /// Returns whether the connection is usable, and was opened after the last failure of the server.
    fn is_of(&self, generation: u64, kind: Kind) -> bool {
        self.generation == generation
            && self.kind == kind
            && !self.client.is_closed()
            && !self.late.load(Ordering::Relaxed)
    }

    /// Marks the connection for replacement, because it does not answer.
    pub(super) fn abandon(&self) {
        self.late.store(true, Ordering::Relaxed);
    }

    /// Runs a statement.
    pub(super) async fn ask(&self, kept: &Kept) -> Result<Vec<DriverRow>, DriverError> {
        let asked = async {
            let statement = self.prepare(&kept.sql).await?;
            let mut rows = pin!(self.client.query_raw(&statement, kept.values()).await?);
            let mut all = Vec::new();
            while let Some(row) = rows.try_next().await? {
                all.push(row);
            }
            Ok(all)
        };
        let done: Result<_, DriverError> = if self.is_to_plan_again() {
            join(self.client.batch_execute("DISCARD PLANS"), asked).await.1
        } else {
            asked.await
        };
        if done.is_err() {
            // Another process may have migrated the tables of a prepared statement.
            self.statements.write().clear();
        }
        done
    }

    fn is_to_plan_again(&self) -> bool {
        let mut planned = self.planned.lock();
        let again = planned.elapsed() >= REPLAN;
        if again {
            *planned = Instant::now();
        }
        again
    }

    async fn prepare(&self, sql: &str) -> Result<Statement, DriverError> {
        if let Some(statement) = self.statements.read().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        let mut statements = self.statements.write();
        if statements.len() >= STATEMENTS {
            statements.clear();
        }
        statements.insert(sql.into(), statement.clone());
        Ok(statement)
    }
}
