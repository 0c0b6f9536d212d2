use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::*;

fn key(n: u64) -> Key {
    Key::of(&n)
}

fn limits(permits: usize, most: usize, queue: usize) -> Limits {
    Limits { permits, most, queue, assured: None }
}

type Asking = Pin<Box<dyn Future<Output = Result<Permit, Refused>>>>;

/// A request that has been made; `None` while it waits.
fn ask(shares: &Shares, key: Key, weight: usize) -> (Asking, Option<Result<Permit, Refused>>) {
    let shares = shares.clone();
    let mut asking: Asking = Box::pin(async move { shares.acquire(key, weight).await });
    let answer = poll(&mut asking);
    (asking, answer)
}

fn poll(asking: &mut Asking) -> Option<Result<Permit, Refused>> {
    match asking.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
    }
}

fn waits(shares: &Shares, key: Key, weight: usize) -> Asking {
    let (asking, answer) = ask(shares, key, weight);
    assert!(answer.is_none(), "expected to wait: {answer:?}");
    asking
}

#[test]
fn one_key_leaves_a_reserve_for_others() {
    let shares = Shares::new(Limits::reserving(4, 10));
    let mine: Vec<_> = (0..3).map(|_| shares.try_acquire(key(1), 1).unwrap()).collect();
    assert!(shares.try_acquire(key(1), 1).is_none());
    let _mine_waits = waits(&shares, key(1), 1);
    // A request that waits for the limit of its key does not block other keys.
    let other = shares.try_acquire(key(2), 1).unwrap();
    assert_eq!((shares.held(key(1)), shares.held(key(2)), shares.in_use()), (3, 1, 4));
    drop((mine, other));
    for (permits, most) in [(1, 1), (2, 1), (3, 2), (4, 3), (16, 12), (1000, 750)] {
        assert_eq!(Limits::reserving(permits, 0).most, most);
    }
}

/// Keys that take all they can, release some in any order, and take again always converge: the free permits grow to the
/// share of one more key, so that a newcomer is served at once.
#[test]
fn greedy_keys_leave_room_for_one_more() {
    const PERMITS: usize = 1_000;
    for keys in 1..=5 {
        let mut random = Random(keys);
        let shares = Shares::new(Limits::leaving_room(PERMITS, 0));
        let mut held: Vec<(u64, Permit)> = Vec::new();
        for step in 0..20_000 {
            if step % 2 == 1 && !held.is_empty() {
                drop(held.swap_remove(random.small(held.len())));
            }
            for of in 0..keys {
                while let Some(permit) = shares.try_acquire(key(of), 1 + random.small(3)) {
                    held.push((of, permit));
                }
            }
            assert!(shares.try_acquire(key(99), PERMITS / ASSURED).is_some(), "{keys} keys shut a newcomer out");
        }
        let (free, fair) = (PERMITS - shares.in_use(), PERMITS / (usize::try_from(keys).unwrap() + 1));
        assert!(free + 10 >= fair, "{keys} keys leave {free} of {PERMITS}");
        for of in 0..keys {
            assert!(shares.held(key(of)) + 10 >= fair, "key {of} of {keys} holds {}", shares.held(key(of)));
        }
    }
}

#[test]
fn a_large_request_waits_for_room_and_small_ones_pass() {
    let shares = Shares::new(Limits::leaving_room(128, 10));
    let mut held: Vec<_> = (0..3).map(|of| shares.try_acquire(key(of), 32).unwrap()).collect();
    assert!(shares.try_acquire(key(0), 1).is_none(), "it holds as much as is free");
    let mut large = waits(&shares, key(3), 40);
    let _own = shares.try_acquire(key(4), 2).unwrap();
    let overtook = shares.try_acquire(key(5), 14).unwrap();
    assert!(shares.try_acquire(key(6), 3).is_none(), "no more than an eighth overtakes");
    assert!(shares.try_acquire(key(6), 2).is_some(), "what is assured does");
    drop(overtook);
    let _overtook = shares.try_acquire(key(6), 14).unwrap();
    held.pop();
    assert!(poll(&mut large).unwrap().is_ok());
}

#[test]
fn keys_take_turns_and_each_is_served_in_order() {
    let shares = Shares::new(limits(1, 1, 100));
    let mut held = shares.try_acquire(key(0), 1);
    let mut waiting: Vec<(u64, usize, Asking)> = Vec::new();
    // Key 1 asks fifty times before 2 and 3 ask at all.
    for (of, times) in [(1, 50), (2, 2), (3, 1)] {
        waiting.extend((0..times).map(|n| (of, n, waits(&shares, key(of), 1))));
    }
    let mut served = Vec::new();
    while held.take().is_some() {
        let next = waiting.iter_mut().enumerate().find_map(|(at, (_, _, asking))| Some((at, poll(asking)?)));
        if let Some((at, permit)) = next {
            let (of, n, _) = waiting.remove(at);
            served.push((of, n));
            held = Some(permit.unwrap());
        }
    }
    assert_eq!(served.len(), 53);
    assert_eq!(served[..6], [(1, 0), (2, 0), (3, 0), (1, 1), (2, 1), (1, 2)]);
    assert!(served[6..].iter().map(|(_, n)| *n).eq(3..50));
}

#[test]
fn a_full_queue_refuses_its_own_key_alone() {
    let shares = Shares::new(limits(1, 1, 2));
    let held = shares.try_acquire(key(1), 1).unwrap();
    let first = waits(&shares, key(1), 1);
    let second = waits(&shares, key(1), 1);
    assert_eq!(ask(&shares, key(1), 1).1.unwrap().unwrap_err(), Refused::Full);
    let mut other = waits(&shares, key(2), 1);
    // Who gives up makes room.
    drop(first);
    let _third = waits(&shares, key(1), 1);
    drop((held, second));
    assert!(poll(&mut other).unwrap().is_ok());
}

#[test]
fn dropped_permits_are_returned() {
    let shares = Shares::new(limits(1, 1, 10));
    let held = shares.try_acquire(key(1), 1).unwrap();
    let granted_but_dropped = waits(&shares, key(1), 1);
    let mut next = waits(&shares, key(2), 1);
    drop(held);
    assert_eq!(shares.held(key(1)), 1, "granted before it was looked at");
    drop(granted_but_dropped);
    drop(poll(&mut next).unwrap().unwrap());
    assert_eq!((shares.in_use(), shares.waiting()), (0, 0));
}

#[test]
fn small_requests_do_not_overtake_a_large_one_for_ever() {
    let shares = Shares::new(limits(10, 8, 10));
    let held = shares.try_acquire(key(1), 5).unwrap();
    let mut large = waits(&shares, key(2), 8);
    assert!(shares.try_acquire(key(3), 1).is_none());
    let mut small = waits(&shares, key(3), 1);
    drop(held);
    let large = poll(&mut large).unwrap().unwrap();
    assert_eq!(shares.held(key(2)), 8);
    assert!(poll(&mut small).unwrap().is_ok());
    drop(large);
    // More than a key may hold counts as what it may hold.
    assert_eq!(shares.try_acquire(key(2), 1_000).map(|_| ()), Some(()));
    assert_eq!(shares.in_use(), 0);
}

#[test]
fn a_large_request_given_up_lets_the_others_pass() {
    let shares = Shares::new(limits(10, 8, 10));
    let _held = shares.try_acquire(key(1), 5).unwrap();
    let large = waits(&shares, key(2), 8);
    let mut small = waits(&shares, key(3), 1);
    drop(large);
    assert!(poll(&mut small).unwrap().is_ok());
    assert!(shares.try_acquire(key(4), 1).is_some());
}

#[test]
fn closing_refuses_waiting_and_new_callers() {
    let shares = Shares::new(limits(1, 1, 10));
    let _held = shares.try_acquire(key(1), 1).unwrap();
    let mut waiting = waits(&shares, key(2), 1);
    shares.close();
    assert_eq!(poll(&mut waiting).unwrap().unwrap_err(), Refused::Closed);
    assert_eq!(ask(&shares, key(3), 1).1.unwrap().unwrap_err(), Refused::Closed);
    assert!(shares.is_closed() && shares.try_acquire(key(3), 1).is_none());
}

#[test]
fn waiting_has_a_limit() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let shares = Shares::new(limits(1, 1, 10));
        let _held = shares.try_acquire(key(1), 1).unwrap();
        let late = shares.acquire_within(key(2), 1, Duration::from_millis(20)).await;
        assert_eq!(late.unwrap_err(), Refused::Late);
        assert_eq!(shares.waiting(), 0);
    });
}

#[test]
fn networks_are_what_one_customer_has() {
    let of = |text: &str| network(text.parse::<IpAddr>().unwrap()).to_string();
    assert_eq!(of("192.0.2.7"), "192.0.2.7");
    assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    let address = |text: &str| Key::address(text.parse().unwrap());
    assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
    assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
    assert_eq!(address("::ffff:192.0.2.7"), address("192.0.2.7"));
    assert_ne!(Key::workspace("a"), Key::workspace("b"));
}

/// Numbers without a pattern, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn small(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap()
    }
}

/// Grants, abandons and releases thousands of requests of many keys in any order: the sums are always right, no key has
/// more than its maximum, and no request waits that could be granted.
#[test]
fn sums_are_right_whatever_happens() {
    for seed in 0..20 {
        let mut random = Random(seed);
        let permits = 1 + random.small(30);
        let limits = match seed % 2 {
            0 => limits(permits, 1 + random.small(permits), 1 + random.small(5)),
            _ => Limits::leaving_room(permits * 40, 1 + random.small(5)),
        };
        let permits = limits.permits;
        let shares = Shares::new(limits);
        let mut waiting: Vec<(u64, u64, usize, Asking)> = Vec::new();
        let mut held: Vec<(u64, usize, Permit)> = Vec::new();
        let mut last_served: HashMap<u64, u64> = HashMap::new();
        for step in 0..2_000 {
            match random.below(5) {
                0..=2 => {
                    let (of, weight) = (random.below(8), random.small(permits + 3));
                    let weight_held = weight.min(limits.most);
                    match ask(&shares, key(of), weight) {
                        (_, Some(Ok(permit))) => held.push((of, weight_held, permit)),
                        (_, Some(Err(refused))) => {
                            assert_eq!(refused, Refused::Full);
                            assert_eq!(waiting.iter().filter(|w| w.0 == of).count(), limits.queue);
                        }
                        (asking, None) => waiting.push((of, step, weight_held, asking)),
                    }
                }
                3 if !held.is_empty() => drop(held.swap_remove(random.small(held.len()))),
                4 if !waiting.is_empty() => drop(waiting.remove(random.small(waiting.len()))),
                _ => {}
            }
            // Within a key, `waiting` is in the order of arrival.
            let mut at = 0;
            while at < waiting.len() {
                if let Some(answer) = poll(&mut waiting[at].3) {
                    let (of, asked, weight, _) = waiting.remove(at);
                    let earlier = last_served.insert(of, asked);
                    assert!(earlier.is_none_or(|earlier| earlier < asked), "served out of order");
                    held.push((of, weight, answer.unwrap()));
                } else {
                    at += 1;
                }
            }
            let total: usize = held.iter().map(|h| h.1).sum();
            assert_eq!(shares.in_use(), total);
            assert_eq!(shares.waiting(), waiting.len());
            for of in 0..8 {
                let own: usize = held.iter().filter(|h| h.0 == of).map(|h| h.1).sum();
                assert_eq!(shares.held(key(of)), own);
                assert!(own <= limits.most);
                let first = waiting.iter().find(|w| w.0 == of);
                let alone = waiting.iter().all(|w| w.0 == of);
                if let Some((_, _, weight, _)) = first.filter(|_| alone) {
                    assert_ne!(limits.judge(own, permits - total, *weight), Verdict::Take, "it waits for nothing");
                }
            }
        }
        drop(waiting);
        drop(held);
        assert_eq!((shares.in_use(), shares.waiting()), (0, 0));
    }
}
