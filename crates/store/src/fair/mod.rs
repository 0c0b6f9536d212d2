//! Fair sharing of what is bounded: connections, threads, bytes in memory.
//!
//! [`Shares`] hands out a bounded number of permits. Requests of one [`Key`] (usually a workspace) are served in the order
//! of their arrival, keys take turns, and no key ever holds all permits. A key that asks for more than it may have queue is
//! refused, and nobody else notices.
//!
//! There are two kinds. Places ([`Limits::reserving`], [`Limits::whole`]) are held for milliseconds: a newcomer that finds
//! none free waits for one turn. Memory ([`Limits::leaving_room`]) may be held for as long as a client is slow: there, how
//! much a key may hold shrinks as others hold more, so that a newcomer always finds some free.

mod key;
mod turns;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::oneshot;

pub use key::{Key, network};
pub(crate) use turns::{Turns, Verdict};

/// How much there is, and how much of it one key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Permits in all.
    pub permits: usize,
    /// The maximum number of permits that one key may hold.
    pub most: usize,
    /// Requests of one key that may wait.
    pub queue: usize,
    /// If set, a key must leave free as much as it holds. What it holds up to this number, and its first permit, need only
    /// fit.
    pub assured: Option<usize>,
}

/// The part of the permits that is assured to each key: one of so many.
const ASSURED: usize = 64;
/// The part of the permits that may be handed out past a request that waits for more than is free: one of so many.
const OVERTAKING: usize = 8;

impl Limits {
    /// One key holds at most three quarters of `permits` and leaves at least one of several; `queue` of its requests may
    /// wait.
    pub fn reserving(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: (permits - permits.div_ceil(4)).max(1), queue, assured: None }
    }

    /// One key may hold all `permits` while nobody else asks: for what is held briefly.
    pub fn whole(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: permits, queue, assured: None }
    }

    /// A dynamic threshold, as switches have for their buffers: a key may hold as much as it leaves free. One key alone
    /// holds a half of `permits`, and `k` keys that take all they can leave `permits / (k + 1)`.
    pub fn leaving_room(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: permits.div_ceil(2), queue, assured: Some(permits / ASSURED) }
    }

    /// What becomes of a request, by what its key holds and what is free.
    fn judge(&self, held: usize, free: usize, weight: usize) -> Verdict {
        let leaves_room = self.assured.is_none() || held == 0 || held + 2 * weight <= free;
        if held + weight > self.most || !(leaves_room || self.assures(held + weight)) {
            Verdict::Skip
        } else if weight > free {
            Verdict::Stop
        } else {
            Verdict::Take
        }
    }

    /// Whether a request may be served before one whose turn it is and that needs more than is free. Memory that slow
    /// clients hold must not keep small requests waiting; the bound lets the large one have its turn.
    fn may_overtake(&self, held: usize, weight: usize, overtaking: usize) -> bool {
        self.assured.is_some() && (self.assures(held + weight) || overtaking + weight <= self.permits / OVERTAKING)
    }

    /// Whether a key is assured of what it would hold.
    fn assures(&self, held: usize) -> bool {
        self.assured.is_some_and(|assured| held <= assured)
    }
}

/// Why there is no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// As many requests of this key wait as may.
    #[error("too many requests of this kind wait already")]
    Full,
    /// None came free in time.
    #[error("no permit came free in time")]
    Late,
    /// Nothing is handed out any more.
    #[error("closed")]
    Closed,
}

/// A bounded number of permits that keys share fairly. Clones share the same permits.
#[derive(Clone, Debug)]
pub struct Shares(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// What each key holds; keys that hold nothing are not in it.
    held: HashMap<Key, usize>,
    waiting: Turns<Waiter>,
    /// The request whose turn it is needs more than is free: later ones do not overtake it, beyond a bound.
    blocked: bool,
    /// What is held by those that overtook such a request.
    overtaking: usize,
    closed: bool,
    next_waiter: u64,
}

#[derive(Debug)]
struct Waiter {
    id: u64,
    weight: usize,
    grant: oneshot::Sender<Permit>,
}

/// What a key holds until it is dropped.
#[derive(Debug)]
pub struct Permit {
    shares: Arc<Inner>,
    key: Key,
    weight: usize,
    /// Whether it was handed out past a request that waits.
    overtook: bool,
}

/// Takes a request that is given up out of the queue.
struct Place<'s> {
    shares: &'s Arc<Inner>,
    key: Key,
    id: u64,
}

impl Shares {
    /// All permits free.
    pub fn new(limits: Limits) -> Shares {
        Shares(Arc::new(Inner {
            limits,
            state: Mutex::new(State {
                free: limits.permits,
                held: HashMap::new(),
                waiting: Turns::default(),
                blocked: false,
                overtaking: 0,
                closed: false,
                next_waiter: 0,
            }),
        }))
    }

    /// A permit of this weight, if there is one at once. A weight above what a key may hold counts as that much.
    pub fn try_acquire(&self, key: Key, weight: usize) -> Option<Permit> {
        let weight = self.clamped(weight);
        self.0.state.lock().take_at_once(&self.0, key, weight)
    }

    /// A permit of this weight, as soon as it is this key's turn. Giving up the future gives up the place in the queue.
    pub async fn acquire(&self, key: Key, weight: usize) -> Result<Permit, Refused> {
        let weight = self.clamped(weight);
        // Dropped after `place`: a permit that was granted but not received goes back by itself.
        let (grant, granted) = oneshot::channel();
        let (_place, passed) = {
            let mut state = self.0.state.lock();
            if state.closed {
                return Err(Refused::Closed);
            }
            if let Some(permit) = state.take_at_once(&self.0, key, weight) {
                return Ok(permit);
            }
            if state.waiting.len_of(key) >= self.0.limits.queue {
                return Err(Refused::Full);
            }
            let id = state.next_waiter;
            state.next_waiter += 1;
            state.waiting.push_back(key, Waiter { id, weight, grant });
            // It may be the one that the others wait behind.
            let passed = state.grant(&self.0);
            (Place { shares: &self.0, key, id }, passed)
        };
        deliver(passed);
        granted.await.map_err(|_| Refused::Closed)
    }

    /// The same, waiting no longer than `limit`. Needs a runtime with timers.
    pub async fn acquire_within(&self, key: Key, weight: usize, limit: Duration) -> Result<Permit, Refused> {
        if let Some(permit) = self.try_acquire(key, weight) {
            return Ok(permit);
        }
        tokio::time::timeout(limit, self.acquire(key, weight)).await.unwrap_or(Err(Refused::Late))
    }

    /// How much this key holds.
    pub fn held(&self, key: Key) -> usize {
        self.0.state.lock().held(key)
    }

    /// How much is held by all keys together.
    pub fn in_use(&self) -> usize {
        self.0.limits.permits - self.0.state.lock().free
    }

    /// Requests that wait.
    pub fn waiting(&self) -> usize {
        self.0.state.lock().waiting.len()
    }

    /// Refuses all requests from now on, those that wait too. Permits that are held stay valid.
    pub fn close(&self) {
        let waiting = {
            let mut state = self.0.state.lock();
            state.closed = true;
            std::mem::take(&mut state.waiting)
        };
        drop(waiting);
    }

    /// Whether nothing is handed out any more.
    pub fn is_closed(&self) -> bool {
        self.0.state.lock().closed
    }

    fn clamped(&self, weight: usize) -> usize {
        weight.min(self.0.limits.most)
    }
}

impl State {
    fn held(&self, key: Key) -> usize {
        self.held.get(&key).copied().unwrap_or(0)
    }

    fn take(&mut self, shares: &Arc<Inner>, key: Key, weight: usize) -> Permit {
        self.free -= weight;
        *self.held.entry(key).or_default() += weight;
        let overtook = self.blocked;
        if overtook {
            self.overtaking += weight;
        }
        Permit { shares: Arc::clone(shares), key, weight, overtook }
    }

    /// A permit for a request that nobody with an older claim waits for.
    fn take_at_once(&mut self, shares: &Arc<Inner>, key: Key, weight: usize) -> Option<Permit> {
        let held = self.held(key);
        let at_once = !self.closed
            && (!self.blocked || shares.limits.may_overtake(held, weight, self.overtaking))
            && self.waiting.len_of(key) == 0
            && shares.limits.judge(held, self.free, weight) == Verdict::Take;
        at_once.then(|| self.take(shares, key, weight))
    }

    /// Permits for all whose turn it is. They are to be sent when the lock is released: one that cannot be delivered
    /// gives itself back.
    #[must_use]
    fn grant(&mut self, shares: &Arc<Inner>) -> Vec<(oneshot::Sender<Permit>, Permit)> {
        let mut granted = Vec::new();
        loop {
            let (free, held, overtaking, limits) = (self.free, &self.held, self.overtaking, &shares.limits);
            let mut blocked = false;
            let next = self.waiting.take_next(|key, waiter| {
                let held = held.get(&key).copied().unwrap_or(0);
                match limits.judge(held, free, waiter.weight) {
                    Verdict::Take if blocked && !limits.may_overtake(held, waiter.weight, overtaking) => Verdict::Skip,
                    Verdict::Stop => {
                        blocked = true;
                        // Those that may overtake it need not wait.
                        if limits.assured.is_some() { Verdict::Skip } else { Verdict::Stop }
                    }
                    verdict => verdict,
                }
            });
            self.blocked = blocked;
            let Some((key, waiter)) = next else { return granted };
            granted.push((waiter.grant, self.take(shares, key, waiter.weight)));
        }
    }
}

fn deliver(granted: Vec<(oneshot::Sender<Permit>, Permit)>) {
    for (waiter, permit) in granted {
        // Fails when the waiter has just given up: then the permit goes back here.
        let _ = waiter.send(permit);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let granted = {
            let mut state = self.shares.state.lock();
            state.free += self.weight;
            if self.overtook {
                state.overtaking -= self.weight;
            }
            if let Some(held) = state.held.get_mut(&self.key) {
                *held -= self.weight;
                if *held == 0 {
                    state.held.remove(&self.key);
                }
            }
            state.grant(&self.shares)
        };
        deliver(granted);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let granted = {
            let mut state = self.shares.state.lock();
            if !state.waiting.remove(self.key, |waiter| waiter.id == self.id) {
                return;
            }
            // It may have held up others.
            state.grant(self.shares)
        };
        deliver(granted);
    }
}
