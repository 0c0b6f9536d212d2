//! Fair sharing of bounded resources: connections, threads, bytes of memory.
//!
//! [`Shares`] hands out a bounded number of permits. Requests of one [`Key`] (usually a workspace) are served in the
//! order of their arrival, keys take turns, and no key ever holds all permits. If the queue of a key is full, only that
//! key is refused.
//!
//! There are two kinds. Places ([`Limits::reserving`], [`Limits::whole`]) are held for milliseconds: a newcomer that
//! finds none free waits for one turn. Memory ([`Limits::leaving_room`]) may be held for as long as a client is slow.
//! There, the more others hold, the less a key may hold, so that a newcomer always finds some free.

mod key;
mod turns;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::oneshot;

pub(crate) use key::KeyMap;
pub use key::{Key, network};
pub(crate) use turns::{Turns, Verdict};

/// The number of permits, and the limits of each key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The total number of permits.
    pub permits: usize,
    /// The maximum number of permits that one key may hold.
    pub most: usize,
    /// The maximum number of waiting requests per key.
    pub queue: usize,
    /// If set, a key must leave free as much as it holds. Up to this number, and for its first permit, it is enough
    /// that the permits are free.
    pub assured: Option<usize>,
}

/// The fraction of the permits that is assured to each key: one in `ASSURED`.
const ASSURED: usize = 64;
/// The fraction of the permits that may overtake a request that waits for more than is free: one in `OVERTAKING`.
const OVERTAKING: usize = 8;

impl Limits {
    /// A key holds at most three quarters of `permits`, and leaves at least one if there are several. At most `queue`
    /// of its requests wait.
    pub fn reserving(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: (permits - permits.div_ceil(4)).max(1), queue, assured: None }
    }

    /// A key may hold all `permits` while no other key requests any, for resources that are held briefly.
    pub fn whole(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: permits, queue, assured: None }
    }

    /// A dynamic threshold, as in the buffers of network switches: a key may hold as much as it leaves free. A single
    /// key holds at most half of `permits`, and `k` keys that take all they can leave `permits / (k + 1)`.
    pub fn leaving_room(permits: usize, queue: usize) -> Limits {
        let permits = permits.max(1);
        Limits { permits, most: permits.div_ceil(2), queue, assured: Some(permits / ASSURED) }
    }

    /// Decides about a request, given what its key holds and what is free.
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

    /// Whether a request may overtake the next one in turn, which needs more than is free. Memory that slow clients
    /// hold must not keep small requests waiting. The bound prevents starvation of the large one.
    fn may_overtake(&self, held: usize, weight: usize, overtaking: usize) -> bool {
        self.assured.is_some() && (self.assures(held + weight) || overtaking + weight <= self.permits / OVERTAKING)
    }

    /// Whether a key may hold this much without leaving as much free.
    fn assures(&self, held: usize) -> bool {
        self.assured.is_some_and(|assured| held <= assured)
    }
}

/// The reason why a permit was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The queue of the key is full.
    #[error("too many requests of this kind wait already")]
    Full,
    /// No permit came free in time.
    #[error("no permit came free in time")]
    Late,
    /// The shares are closed.
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
    /// The number of permits that each key holds, without keys that hold none.
    held: KeyMap<usize>,
    waiting: Turns<Waiter>,
    /// Whether the next request in turn needs more than is free. Later ones may then overtake it only up to a bound.
    blocked: bool,
    /// The number of permits held by requests that overtook a blocked one.
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

/// Permits of a key, released when this is dropped.
#[derive(Debug)]
pub struct Permit {
    shares: Arc<Inner>,
    key: Key,
    weight: usize,
    /// Whether it overtook a blocked request.
    overtook: bool,
}

/// A place in the queue. Dropping it removes the request, which happens when its future is dropped.
struct Place<'s> {
    shares: &'s Arc<Inner>,
    key: Key,
    id: u64,
}

impl Shares {
    /// Shares with all permits free.
    pub fn new(limits: Limits) -> Shares {
        Shares(Arc::new(Inner {
            limits,
            state: Mutex::new(State {
                free: limits.permits,
                held: KeyMap::default(),
                waiting: Turns::default(),
                blocked: false,
                overtaking: 0,
                closed: false,
                next_waiter: 0,
            }),
        }))
    }

    /// A permit of this weight, if it is available at once. A weight above the maximum of a key is reduced to it.
    pub fn try_acquire(&self, key: Key, weight: usize) -> Option<Permit> {
        let weight = self.clamped(weight);
        self.0.state.lock().take_at_once(&self.0, key, weight)
    }

    /// A permit of this weight, as soon as it is this key's turn. Dropping the future gives up the place in the queue.
    pub async fn acquire(&self, key: Key, weight: usize) -> Result<Permit, Refused> {
        let weight = self.clamped(weight);
        // Dropped after `_place`, so that a permit that was granted but not received is released.
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
            // The new request may be the one that blocks the others.
            let passed = state.grant(&self.0);
            (Place { shares: &self.0, key, id }, passed)
        };
        deliver(passed);
        granted.await.map_err(|_| Refused::Closed)
    }

    /// The same, waiting at most `limit`. Requires a runtime with timers.
    pub async fn acquire_within(&self, key: Key, weight: usize, limit: Duration) -> Result<Permit, Refused> {
        if let Some(permit) = self.try_acquire(key, weight) {
            return Ok(permit);
        }
        tokio::time::timeout(limit, self.acquire(key, weight)).await.unwrap_or(Err(Refused::Late))
    }

    /// The number of permits that a key holds.
    pub fn held(&self, key: Key) -> usize {
        self.0.state.lock().held(key)
    }

    /// The number of permits that all keys hold.
    pub fn in_use(&self) -> usize {
        self.0.limits.permits - self.0.state.lock().free
    }

    /// The number of waiting requests.
    pub fn waiting(&self) -> usize {
        self.0.state.lock().waiting.len()
    }

    /// Refuses all requests from now on, including waiting ones. Permits that are held stay valid.
    pub fn close(&self) {
        let waiting = {
            let mut state = self.0.state.lock();
            state.closed = true;
            std::mem::take(&mut state.waiting)
        };
        drop(waiting);
    }

    /// Whether the shares are closed.
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

    /// A permit for a request, unless it has to wait behind others.
    fn take_at_once(&mut self, shares: &Arc<Inner>, key: Key, weight: usize) -> Option<Permit> {
        let held = self.held(key);
        let at_once = !self.closed
            && (!self.blocked || shares.limits.may_overtake(held, weight, self.overtaking))
            && self.waiting.len_of(key) == 0
            && shares.limits.judge(held, self.free, weight) == Verdict::Take;
        at_once.then(|| self.take(shares, key, weight))
    }

    /// The permits for all requests whose turn it is. The caller sends them after it has released the lock, because a
    /// permit that cannot be delivered locks again to release itself.
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
                        // Requests that may overtake it need not wait.
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
        // Fails if the waiter has just given up. Then the permit is dropped, and so released, here.
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
            if state.waiting.len() == 0 {
                state.blocked = false;
                return;
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
            // The removed request may have blocked others.
            state.grant(self.shares)
        };
        deliver(granted);
    }
}
