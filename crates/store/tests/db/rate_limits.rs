//! The portions of a window: granted by one clock, up to the limit.

use std::collections::BTreeMap;

use deskwire_store::rate_limits::{self, LimitKind, Portion};
use deskwire_store::{Clock, Db, Error, Options};

use crate::scratch::{Folder, Schema};

const LIMIT: i64 = 160;
/// Divisible by 10, as the first second of a window is.
const NOW: i64 = 1_772_366_400;

fn take(db: &Db, workspace: &'static str, wanted: i64) -> Portion {
    let take = move |tx: &mut deskwire_store::Tx<'_>| {
        rate_limits::take(&mut tx.within(workspace), LimitKind::App, 7, LIMIT, wanted)
    };
    db.write_sync::<_, Error>(take).unwrap()
}

fn open(url: &str, clock: &Clock) -> Db {
    let db = Db::open(url, Options { clock: clock.clone(), ..Options::default() }).unwrap();
    db.migrate().unwrap();
    db
}

/// Runs a test on both databases, with a test clock.
fn on_both(test: fn(&Db, &Clock)) {
    let (folder, schema) = (Folder::new(), Schema::new());
    for url in [folder.url(), schema.url()] {
        let clock = Clock::frozen(NOW);
        test(&open(&url, &clock), &clock);
    }
}

#[test]
fn portions_shrink_with_what_is_left_and_add_up_to_the_limit() {
    on_both(|db, clock| {
        clock.advance(3);
        assert_eq!(take(db, "w", 8), Portion { starts_at: NOW, now_ms: (NOW + 3) * 1000, given: 8, left: 152 });
        assert_eq!(take(db, "w", 100).given, 38, "a quarter of what is left");
        let (mut given, mut left) = (46, 114);
        for _ in 0..100 {
            let portion = take(db, "w", 8);
            assert!(portion.given <= (left + 3) / 4 && portion.left == left - portion.given, "{portion:?}");
            (given, left) = (given + portion.given, portion.left);
        }
        assert_eq!((given, left), (LIMIT, 0));
        assert_eq!(take(db, "w", 1).given, 0);
        assert_eq!(take(db, "other", 1).given, 1, "each workspace has its own");
        clock.advance(7);
        assert_eq!(take(db, "w", 8), Portion { starts_at: NOW + 10, now_ms: (NOW + 10) * 1000, given: 8, left: 152 });
        assert_eq!(take(db, "w", 0).given, 1, "at least one request is granted");
    });
}

#[test]
fn a_clock_that_was_set_back_gives_no_window_twice() {
    on_both(|db, clock| {
        clock.advance(10);
        assert_eq!(take(db, "w", 40).left, 120);
        clock.advance(-3);
        assert_eq!(take(db, "w", 8), Portion { starts_at: NOW + 10, now_ms: (NOW + 7) * 1000, given: 8, left: 112 });
        // The clock was set back by an hour; no request waits for an hour.
        clock.advance(-3600);
        let portion = take(db, "w", 8);
        assert_eq!((portion.starts_at, portion.given, portion.left), (NOW - 3600, 8, 152));
    });
}

#[test]
fn old_windows_are_forgotten_and_current_ones_are_not() {
    on_both(|db, clock| {
        take(db, "w", 8);
        clock.advance(10);
        take(db, "other", 8);
        let purge = |workspace: &'static str| {
            db.write_sync::<_, Error>(move |tx| rate_limits::purge(&mut tx.within(workspace), NOW + 10)).unwrap();
        };
        purge("w");
        purge("other");
        let rows = db.read_sync::<_, Error>(|tx| {
            tx.query_all("SELECT workspace_id FROM rate_limits", &[], |row| row.get::<String>(0))
        });
        assert_eq!(rows.unwrap(), ["other"]);
    });
}

#[test]
fn many_connections_share_a_window_of_the_clock_of_postgresql() {
    let schema = Schema::new();
    let db = open(&schema.url(), &Clock::system());
    let clock = || {
        schema.client().query_one("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint", &[]).unwrap().get(0)
    };
    let before: i64 = clock();
    let portions: Vec<Portion> = std::thread::scope(|threads| {
        let takers: Vec<_> = (0..4)
            .map(|_| {
                threads.spawn(|| {
                    let mut portions = Vec::new();
                    while portions.last().is_none_or(|last: &Portion| last.given > 0) {
                        portions.push(take(&db, "w", 10));
                    }
                    portions
                })
            })
            .collect();
        takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
    });
    let after: i64 = clock();
    let mut given: BTreeMap<i64, i64> = BTreeMap::new();
    for portion in &portions {
        assert_eq!(portion.starts_at % 10, 0);
        let second = portion.now_ms / 1000;
        assert!((portion.starts_at..portion.starts_at + 10).contains(&second), "{portion:?}");
        assert!((before..=after).contains(&second), "{before} {portion:?} {after}");
        *given.entry(portion.starts_at).or_default() += portion.given;
    }
    assert!(given.values().all(|given| *given <= LIMIT), "{given:?}");
    assert_eq!(given.values().next_back(), Some(&LIMIT), "they went on until nothing was left");
}

#[test]
fn the_time_is_read_after_waiting_for_the_row() {
    let schema = Schema::new();
    let db = open(&schema.url(), &Clock::system());
    take(&db, "w", 1);
    let (held, holds) = std::sync::mpsc::channel();
    let wait = std::time::Duration::from_millis(400);
    let [first, second] = std::thread::scope(|threads| {
        let first = threads.spawn(|| {
            let held = held;
            let first = move |tx: &mut deskwire_store::Tx<'_>| {
                let portion = rate_limits::take(&mut tx.within("w"), LimitKind::App, 7, LIMIT, 1)?;
                held.send(()).unwrap();
                std::thread::sleep(wait);
                Ok(portion)
            };
            db.write_sync::<_, Error>(first).unwrap()
        });
        holds.recv().unwrap();
        let second = take(&db, "w", 1);
        [first.join().unwrap(), second]
    });
    assert!(second.now_ms >= first.now_ms + 400, "{first:?} {second:?}");
}
