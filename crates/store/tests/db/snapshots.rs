//! Equal snapshots mean equal data.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deskwire_store::{Db, Options, Result, Snapshot, Tx, params};

use crate::scratch::{self, COUNT, Folder, Schema, add};

fn look(tx: &mut Tx<'_>) -> Result<(Option<Snapshot>, i64)> {
    let snapshot = tx.snapshot()?;
    let count = tx.query_one(COUNT, &[], |row| row.get(0))?;
    Ok((snapshot, count))
}

fn taken(tx: &mut Tx<'_>) -> Result<Option<Snapshot>> {
    tx.snapshot()
}

fn seen(db: &Db) -> (Snapshot, i64) {
    let (snapshot, count) = db.search_sync(look).unwrap();
    (snapshot.unwrap(), count)
}

fn snapshots_follow_commits(db: &Db, other: &Db) {
    let first = seen(db);
    assert_eq!(seen(db), first, "nothing happened in between");
    add(db, "of this process");
    let second = seen(db);
    assert_eq!(second.1, 1);
    assert_ne!(second.0, first.0);
    assert_eq!(seen(db), second);
    add(other, "of another");
    let third = seen(db);
    assert_eq!(third.1, 2);
    assert_ne!(third.0, second.0);
    assert_ne!(third.0, first.0);
    let failed: Result<()> = db.write_sync(|tx| {
        tx.execute(scratch::INSERT, deskwire_store::params![9, "undone"])?;
        Err(deskwire_store::Error::NoRow)
    });
    failed.unwrap_err();
    assert_eq!(seen(db).1, 2);
    assert_eq!(db.write_sync(taken), Ok(None));
}

/// A commit during a search is not seen by it, before or after it asks for its snapshot.
fn a_snapshot_is_of_its_own_transaction(db: &Db, other: &Db, name: &'static str) {
    let before = seen(db);
    let other = other.clone();
    let inside = db.search_sync(move |tx| {
        let first = look(tx)?;
        add(&other, name);
        assert_eq!(look(tx)?, first);
        Ok::<_, deskwire_store::Error>(first)
    });
    assert_eq!(inside.unwrap(), (Some(before.0.clone()), before.1));
    let after = seen(db);
    assert_eq!(after.1, before.1 + 1);
    assert_ne!(after.0, before.0);
}

#[test]
fn sqlite() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    let other = scratch::open(&folder.url(), Options::default());
    snapshots_follow_commits(&db, &other);
    a_snapshot_is_of_its_own_transaction(&db, &other, "by another");
    a_snapshot_is_of_its_own_transaction(&db, &db, "by this one");
}

/// Connections see the same after the same commit, and detect changes by commits that were not counted.
#[test]
fn snapshots_of_different_connections_compare() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    db.write_sync(|tx| {
        tx.execute_batch(
            "CREATE TABLE epochs (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
             INSERT INTO epochs (name, value) VALUES ('auth', 0), ('commits', 0);",
        )
    })
    .unwrap();
    let other = scratch::open(&folder.url(), Options::default());
    let pair = || {
        let other = other.clone();
        db.search_sync(move |tx| {
            // The connection of the first is in use, so that the second has another.
            let inner = other.search_sync(taken)?;
            Ok::<_, deskwire_store::Error>((tx.snapshot()?.unwrap(), inner.unwrap()))
        })
        .unwrap()
    };
    let first = pair();
    assert_eq!(first.0, first.1);
    add(&db, "counted");
    let second = pair();
    assert_eq!(second.0, second.1);
    assert_ne!(second.0, first.0);
    add(&other, "counted too");
    let third = pair();
    assert_eq!(third.0, third.1);
    assert_ne!(third.0, second.0);
    let other = rusqlite::Connection::open(folder.path("test.db")).unwrap();
    other.execute("UPDATE epochs SET value = 9 WHERE name = 'auth'", []).unwrap();
    let strange = pair();
    assert_ne!(strange.0, third.0);
    assert_ne!(strange.1, third.0);
    assert_ne!(strange.0, strange.1);
    assert_eq!(pair(), strange);
    add(&db, "counted again");
    let last = pair();
    assert_eq!(last.0, last.1);
    assert_ne!(last.0, third.0);
}

#[test]
fn memory() {
    let db = scratch::open("sqlite::memory:", Options::default());
    snapshots_follow_commits(&db, &db);
}

#[test]
fn postgres() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    let other = scratch::open(&schema.url(), Options::default());
    // Other tests use the same server, so that "nothing happened in between" may need another try.
    let quiet = (0..200).any(|_| seen(&db) == seen(&db));
    assert!(quiet, "snapshots of a quiet moment are equal");
    let first = seen(&db);
    add(&db, "a");
    let second = seen(&db);
    add(&other, "b");
    let third = seen(&db);
    assert_eq!((first.1, second.1, third.1), (0, 1, 2));
    assert!(first.0 != second.0 && second.0 != third.0 && first.0 != third.0);
    assert_eq!(db.write_sync(taken), Ok(None));
    assert_eq!(db.read_sync(taken), Ok(None));
    let other = other.clone();
    let inside = db.search_sync(move |tx| {
        let first = look(tx)?;
        add(&other, "c");
        assert_eq!(look(tx)?, first);
        Ok::<_, deskwire_store::Error>(first)
    });
    assert_eq!(inside.unwrap().1, 2);
    assert_eq!(seen(&db).1, 3);
}

const SET: &str = "UPDATE kinds SET n = $1 WHERE id = $2";
const GET: &str = "SELECT n FROM kinds WHERE id = $1";

fn number(tx: &mut Tx<'_>, id: i64) -> Result<i64> {
    tx.query_one(GET, params![id], |row| row.get(0))
}

/// Two rows that every write makes equal are never seen unequal by one read, however many statements it takes.
fn a_read_sees_one_snapshot(db: &Db) {
    db.write_sync(|tx| tx.execute_batch("INSERT INTO kinds (id, n) VALUES (1, 0), (2, 0)")).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    scratch::runtime().block_on(async {
        let (writer, stop) = (db.clone(), Arc::clone(&done));
        let writing = tokio::spawn(async move {
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                n += 1;
                let both = move |tx: &mut Tx<'_>| {
                    tx.execute(SET, params![n, 1])?;
                    tx.execute(SET, params![n, 2])
                };
                writer.write(both).await.unwrap();
            }
        });
        let (mut seen, mut round, begun) = (Vec::new(), 0, Instant::now());
        while round < 600 || seen.len() < 30 {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} values seen in {round} rounds", seen.len());
            round += 1;
            // After many reads of one statement, the store wrongly expects another.
            let statements = if round % 20 < 12 { 1 } else { 2 };
            let read = db.read(move |tx| {
                let first = number(tx, 1)?;
                if statements == 1 {
                    return Ok((first, first));
                }
                // Let the writer run.
                std::thread::yield_now();
                Ok::<_, deskwire_store::Error>((first, number(tx, 2)?))
            });
            let (first, second) = read.await.unwrap();
            assert_eq!(first, second, "round {round}");
            let last = seen.last().copied().unwrap_or(-1);
            assert!(last <= first, "later readers see everything that an earlier one saw");
            if last < first {
                seen.push(first);
            }
        }
        done.store(true, Ordering::Relaxed);
        writing.await.unwrap();
    });
}

#[test]
fn a_read_sees_one_snapshot_on_sqlite() {
    let folder = Folder::new();
    a_read_sees_one_snapshot(&scratch::open(&folder.url(), Options::default()));
}

#[test]
fn a_read_sees_one_snapshot_on_postgres() {
    let schema = Schema::new();
    a_read_sees_one_snapshot(&scratch::open(&schema.url(), Options::default()));
}
