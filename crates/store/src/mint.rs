//! Ids minted by the process itself: no sequence, no contended counter row, no round trip.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::Clock;

/// 2026-01-01T00:00:00Z in unix milliseconds, the epoch of ids.
const EPOCH_MS: i64 = 1_767_225_600_000;
/// The number of bits below the milliseconds: 7 for the counter, then 6 for the node.
const LOW_BITS: u32 = 13;
/// Added to the previous id for the next one of the same millisecond: one step of the counter.
const STEP: i64 = 1 << 6;
/// The bits below the milliseconds.
const LOW_MASK: i64 = (1 << LOW_BITS) - 1;

/// Mints ids that fit 53 bits (so a JSON number holds them exactly) and grow with time.
///
/// ```text
/// 52                                     13 12        6 5      0
/// | milliseconds since 2026-01-01 (40 bits) | counter 7 | node 6 |
/// ```
///
/// `next = max(previous + 64, milliseconds << 13 | start)`: strictly increasing inside the process
/// even when the clock stands still or steps back; what the counter cannot hold borrows from the
/// following milliseconds. The start, node and first counter of every millisecond, is random for
/// each process: two processes that share a node still count from different places, and meet only
/// when they mint in the same millisecond and one counts as far as where the other starts; the
/// primary key then refuses the second, which moves on to another start and tries again. Below 2^53
/// until autumn 2060.
#[derive(Debug)]
pub(crate) struct Ids {
    previous: AtomicI64,
    start: AtomicI64,
    clock: Clock,
}

impl Ids {
    /// Ids of a random node, or with `seed` of a node derived from it: with a frozen clock the same
    /// seed gives the same ids.
    pub(crate) fn new(clock: Clock, seed: Option<u64>) -> Ids {
        let start = seed.map_or_else(|| random_start(&clock), start_of);
        Ids { previous: AtomicI64::new(start), start: AtomicI64::new(start), clock }
    }

    /// Continues from another random start, because another process mints the same ids.
    pub(crate) fn move_on(&self) {
        self.start.store(random_start(&self.clock), Ordering::Relaxed);
    }

    /// The next id.
    pub(crate) fn mint(&self) -> i64 {
        let ms = (self.clock.now_ms() - EPOCH_MS).max(0);
        let by_time = (ms << LOW_BITS) | self.start.load(Ordering::Relaxed);
        let next = |previous: i64| (previous + STEP).max(by_time);
        // The closure always returns `Some`, so both arms have the previous value.
        match self.previous.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |p| Some(next(p))) {
            Ok(previous) | Err(previous) => next(previous),
        }
    }
}

/// The smallest id that can be minted at a time in unix milliseconds.
pub(crate) fn first_at(ms: i64) -> i64 {
    ms.saturating_sub(EPOCH_MS).clamp(0, i64::MAX >> LOW_BITS) << LOW_BITS
}

/// The unix second in which an id was minted; 0 for ids that were not minted.
pub(crate) fn second(id: i64) -> u32 {
    u32::try_from(EPOCH_MS / 1000 + (id >> LOW_BITS) / 1000).unwrap_or(0)
}

fn random_start(clock: &Clock) -> i64 {
    // Without entropy, the time still distinguishes processes well enough.
    start_of(getrandom::u64().unwrap_or_else(|_| clock.now_ms().unsigned_abs()))
}

fn start_of(number: u64) -> i64 {
    i64::try_from(number & LOW_MASK.unsigned_abs()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The bits naming the node.
    const NODE_MASK: i64 = STEP - 1;

    #[test]
    fn a_seed_makes_ids_repeatable_and_a_frozen_clock_does_not_repeat_one() {
        let mint = |seed| {
            let ids = Ids::new(Clock::frozen(1_800_000_000), Some(seed));
            (0..1000).map(|_| ids.mint()).collect::<Vec<_>>()
        };
        let ids = mint(7);
        assert_eq!(ids, mint(7));
        assert_ne!(ids, mint(8));
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1000);
        assert!(ids.iter().all(|id| id & NODE_MASK == 7));
    }

    #[test]
    fn processes_of_the_same_node_count_from_different_places() {
        let mint = |seed| {
            let ids = Ids::new(Clock::frozen(1_800_000_000), Some(seed));
            (0..20).map(|_| ids.mint()).collect::<HashSet<_>>()
        };
        let same_node = 64 * 50 + 7;
        assert!(mint(7).iter().chain(&mint(same_node)).all(|id| id & NODE_MASK == 7));
        assert!(mint(7).is_disjoint(&mint(same_node)));
    }

    #[test]
    fn ids_grow_with_time_and_fit_53_bits_until_2060() {
        let clock = Clock::frozen(1_800_000_000);
        let ids = Ids::new(clock.clone(), None);
        let first = ids.mint();
        clock.advance(1);
        assert!(ids.mint() - first >= 1000 << LOW_BITS);
        let late = Ids::new(Clock::frozen(2_860_000_000), None);
        assert!(late.mint() < 1 << 53);
    }

    #[test]
    fn a_clock_before_the_epoch_or_stepping_back_still_gives_new_ids() {
        let clock = Clock::frozen(0);
        let ids = Ids::new(clock.clone(), Some(1));
        let first = ids.mint();
        assert!(first > 0);
        clock.advance(-100);
        assert!(ids.mint() > first);
    }

    #[test]
    fn threads_never_share_an_id() {
        let ids = Ids::new(Clock::system(), None);
        let all: Vec<i64> = std::thread::scope(|scope| {
            let minters: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..5000).map(|_| ids.mint()).collect::<Vec<_>>())).collect();
            minters.into_iter().flat_map(|m| m.join().unwrap()).collect()
        });
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 20_000);
    }
}
