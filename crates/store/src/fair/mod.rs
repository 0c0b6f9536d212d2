//! Fair sharing of what is bounded: connections, threads, bytes in memory.
//!
//! [`Shares`] hands out a bounded number of permits. Requests of one [`Key`] (usually a workspace) are served in the order
//! of their arrival, keys take turns, and no key ever holds all permits: whoever comes next finds some left. A key that
//! asks for more than it may have queue is refused, and nobody else notices.

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
    /// The most that one key may hold.
    pub most: usize,
    /// Requests of one key that may wait.
    pub queue: usize,
}

impl Limits {
    /// One key holds at most three quarters of `permits` and leaves at least one of several; `queue` of its requests may
    /// wait.
    pub fn reserving(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: (permits - permits.div_ceil(4)).max(1), queue }
    }

    /// One key may hold all `permits` while nobody else asks: for what is held briefly.
    pub fn whole(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: permits, queue }
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
    /// The request whose turn it is needs more than is free: later ones do not overtake it.
    blocked: bool,
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
        self.0.state.lock().held.get(&key).copied().unwrap_or(0)
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
    fn fits(&self, limits: Limits, key: Key, weight: usize) -> bool {
        self.held.get(&key).copied().unwrap_or(0) + weight <= limits.most
    }

    fn take(&mut self, shares: &Arc<Inner>, key: Key, weight: usize) -> Permit {
        self.free -= weight;
        *self.held.entry(key).or_default() += weight;
        Permit { shares: Arc::clone(shares), key, weight }
    }

    /// A permit for a request that nobody with an older claim waits for.
    fn take_at_once(&mut self, shares: &Arc<Inner>, key: Key, weight: usize) -> Option<Permit> {
        let at_once = !self.closed
            && !self.blocked
            && weight <= self.free
            && self.waiting.len_of(key) == 0
            && self.fits(shares.limits, key, weight);
        at_once.then(|| self.take(shares, key, weight))
    }

    /// Permits for all whose turn it is. They are to be sent when the lock is released: one that cannot be delivered
    /// gives itself back.
    #[must_use]
    fn grant(&mut self, shares: &Arc<Inner>) -> Vec<(oneshot::Sender<Permit>, Permit)> {
        let mut granted = Vec::new();
        loop {
            let (free, held, most) = (self.free, &self.held, shares.limits.most);
            let next = self.waiting.take_next(|key, waiter| {
                if held.get(&key).copied().unwrap_or(0) + waiter.weight > most {
                    Verdict::Skip
                } else if waiter.weight > free {
                    Verdict::Stop
                } else {
                    Verdict::Take
                }
            });
            match next {
                Ok((key, waiter)) => granted.push((waiter.grant, self.take(shares, key, waiter.weight))),
                Err(verdict) => {
                    self.blocked = verdict == Verdict::Stop;
                    return granted;
                }
            }
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
