//! The table of connections: its limits, the choice of connections that close to make room, and their deadlines.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::address::Key;
use super::conn::{Conn, NEVER, Phase};
use super::limits::Limits;
use super::stats::Stats;

/// The number of connections that are chosen at a time to make room.
const SPARE: usize = 128;
/// The minimum time between two such choices, because each examines all connections.
const CHOICE: Duration = Duration::from_millis(50);
/// The number of an address's connections that are examined to find one that can close.
const SEARCHED: usize = 512;

/// The connections of the server.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) limits: Limits,
    pub(super) stats: Arc<Stats>,
    began: Instant,
    inner: Mutex<Inner>,
    /// When it was asked to stop, in milliseconds since the server began; [`NEVER`] before.
    stopped_at: AtomicU64,
    /// Notified when the server is to stop, and when the last connection has ended after that.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    open: usize,
    restricted: usize,
    /// The number of connections that no longer use HTTP.
    upgraded: usize,
    by_address: HashMap<Key, HashMap<u64, Arc<Conn>>>,
    /// The connections that can close to make room, each with when it began to wait, the longest wait last.
    spare: Vec<(u64, Arc<Conn>)>,
    chosen_at: u64,
}

/// A place in the table, released on drop.
#[derive(Debug)]
pub(super) struct Place {
    table: Arc<Table>,
    pub(super) conn: Arc<Conn>,
    is_upgraded: bool,
}

impl Place {
    /// Marks the connection as no longer using HTTP.
    pub(super) fn upgrade(&mut self) {
        self.is_upgraded = true;
        self.conn.set_write_by(NEVER);
        self.conn.enter(Phase::Upgraded, self.table.now(), NEVER);
        self.table.inner.lock().upgraded += 1;
    }
}

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// Its address has the maximum number of connections.
    Address,
    /// The server has the maximum number of connections.
    Server,
}

impl Table {
    pub(super) fn new(limits: Limits, stats: Arc<Stats>) -> Self {
        Self {
            limits,
            stats,
            began: Instant::now(),
            inner: Mutex::default(),
            stopped_at: AtomicU64::new(NEVER),
            changed: Notify::new(),
        }
    }

    /// Milliseconds since the server began.
    pub(super) fn now(&self) -> u64 {
        millis(self.began.elapsed())
    }

    /// A place for a connection from an address. If necessary, it is the place of an idle connection.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Place, Full> {
        let limits = &self.limits;
        let key = Key::of(address, &limits.proxies);
        let cap = if key.is_proxy { limits.per_proxy } else { limits.per_address };
        let now = self.now();
        let settled = now.saturating_sub(millis(limits.fresh));
        let mut inner = self.inner.lock();
        let own = inner.by_address.get(&key);
        let is_crowded = own.is_some_and(|own| own.len() >= cap && !make_room(own, settled));
        // A proxy connects for many clients, including health checks.
        if is_crowded && !key.is_proxy {
            return Err(Full::Address);
        }
        let is_full = is_crowded || (inner.open - inner.restricted >= limits.total && !inner.use_spare(now, settled));
        if is_full && inner.restricted >= limits.reserve && !inner.replace_restricted(settled) {
            return Err(Full::Server);
        }
        let read_by = now + millis(if is_full { limits.head.min(limits.check) } else { limits.head });
        let id = inner.next;
        inner.next += 1;
        let conn = Arc::new(Conn::new(id, key, is_full, now, read_by));
        inner.open += 1;
        inner.restricted += usize::from(is_full);
        inner.by_address.entry(key).or_default().insert(id, conn.clone());
        self.stats.set_open(inner.open);
        Ok(Place { table: self.clone(), conn, is_upgraded: false })
    }

    /// Makes connections close as soon as that loses no request.
    pub(super) fn stop(&self) {
        self.stopped_at.store(self.now(), Ordering::Release);
        self.changed.notify_waiters();
        self.sweep();
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopped_at.load(Ordering::Acquire) != NEVER
    }

    /// When a connection without activity since `since` ends because the server stops.
    pub(super) fn waits_until(&self, since: u64) -> u64 {
        match self.stopped_at.load(Ordering::Acquire) {
            NEVER => NEVER,
            at => (since + millis(self.limits.grace)).max(at + millis(self.limits.settle)),
        }
    }

    /// Waits until there are no connections.
    pub(super) async fn emptied(&self) {
        loop {
            let changed = self.changed.notified();
            if self.inner.lock().open == 0 {
                return;
            }
            changed.await;
        }
    }

    /// Enforces the deadlines of all connections, without end. One timer serves all of them: a timer for each would
    /// have to be set with every request.
    pub(super) async fn watch(&self) {
        let limits = &self.limits;
        let shortest = [limits.head, limits.check, limits.body, limits.idle, limits.write, limits.linger];
        let tick = shortest.into_iter().min().unwrap_or_default() / 8;
        let tick = tick.clamp(Duration::from_millis(5), Duration::from_millis(500));
        let hurried = (limits.grace.min(limits.settle) / 8).clamp(Duration::from_millis(5), tick);
        loop {
            let changed = self.changed.notified();
            let tick = if self.is_stopping() { hurried } else { tick };
            let _ = tokio::time::timeout(tick, changed).await;
            self.sweep();
        }
    }

    /// Nudges the connections whose deadline has passed.
    fn sweep(&self) {
        let now = self.now();
        let inner = self.inner.lock();
        for conn in inner.all().filter(|conn| conn.due(self.waits_until(conn.since())) <= now) {
            conn.nudge();
        }
    }

    /// Whether another connection may stop using HTTP. At most three quarters may, to leave capacity for requests.
    pub(super) fn may_upgrade(&self) -> bool {
        let limit = (self.limits.total - self.limits.total / 4).max(1);
        !self.is_stopping() && self.inner.lock().upgraded < limit
    }

    fn leave(&self, conn: &Conn, is_upgraded: bool) {
        let mut inner = self.inner.lock();
        inner.upgraded -= usize::from(is_upgraded);
        inner.open -= 1;
        inner.restricted -= usize::from(conn.is_restricted);
        if let Some(own) = inner.by_address.get_mut(&conn.key) {
            own.remove(&conn.id);
            if own.is_empty() {
                inner.by_address.remove(&conn.key);
            }
        }
        self.stats.set_open(inner.open);
        if inner.open == 0 && self.is_stopping() {
            self.changed.notify_waiters();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.table.leave(&self.conn, self.is_upgraded);
    }
}

impl Inner {
    fn all(&self) -> impl Iterator<Item = &Arc<Conn>> {
        self.by_address.values().flat_map(HashMap::values)
    }

    /// Closes the connection that has been idle longest. Returns `false` if there is none.
    fn use_spare(&mut self, now: u64, settled: u64) -> bool {
        if self.spare.is_empty() && now >= self.chosen_at {
            self.chosen_at = now + millis(CHOICE);
            let waiting = self.all().filter(|conn| !conn.is_restricted && may_make_room(conn, settled));
            let mut spare: Vec<_> = waiting.map(|conn| (conn.since(), conn.clone())).collect();
            spare.sort_unstable_by_key(|(since, _)| std::cmp::Reverse(*since));
            self.spare = spare.split_off(spare.len().saturating_sub(SPARE));
        }
        while let Some((since, conn)) = self.spare.pop() {
            let is_still_waiting = may_make_room(&conn, settled) && conn.since() == since;
            let is_open = self.by_address.get(&conn.key).is_some_and(|own| own.contains_key(&conn.id));
            if is_still_waiting && is_open && conn.leave() {
                return true;
            }
        }
        false
    }

    /// Closes the connection that has been idle longest among those above the limit. Returns `false` if there is none.
    fn replace_restricted(&self, settled: u64) -> bool {
        let waiting = self.all().filter(|conn| conn.is_restricted && may_make_room(conn, settled));
        waiting.min_by_key(|conn| conn.since()).is_some_and(|conn| conn.leave())
    }
}

/// Closes the one of these connections that has been idle longest. Returns `false` if there is none.
fn make_room(own: &HashMap<u64, Arc<Conn>>, settled: u64) -> bool {
    let waiting = own.values().filter(|conn| may_make_room(conn, settled)).take(SEARCHED);
    // A connection with a partial head is kept in preference to one without.
    waiting.min_by_key(|conn| (conn.phase() == Phase::Head, conn.since())).is_some_and(|conn| conn.leave())
}

/// Whether it can be closed without losing a request. A connection that was answered after `settled` is in use: its
/// client may be about to send the next request.
fn may_make_room(conn: &Conn, settled: u64) -> bool {
    let phase = conn.phase();
    let is_in_use = phase == Phase::Idle && conn.since() > settled;
    phase.is_waiting() && !is_in_use && !conn.is_leaving()
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
