//! Ids that another process has generated as well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use deskwire_store::{Clock, Db, Error, Options, Result, params};

use crate::scratch::{self, Folder, INSERT, Schema, count};

/// Options with predictable ids.
fn options() -> Options {
    Options { clock: Clock::frozen(1_800_000_000), seed: Some(7), ..Options::default() }
}

/// Runs a test on a file, in memory and on PostgreSQL. The first three ids that each generates are already taken.
fn everywhere(test: impl Fn(&Db)) {
    let (folder, schema) = (Folder::new(), Schema::new());
    for url in [folder.url(), "sqlite::memory:".to_owned(), schema.url()] {
        let twin = Db::open("sqlite::memory:", options()).unwrap();
        let taken: Vec<i64> = twin.read_sync(|tx| Ok::<_, Error>((0..3).map(|_| tx.mint()).collect())).unwrap();
        let db = scratch::open(&url, options());
        db.write_sync(move |tx| {
            taken.iter().try_for_each(|id| tx.execute(INSERT, params![*id, &format!("taken {id}")]).map(drop))
        })
        .unwrap();
        test(&db);
    }
}

/// Counts how often a closure runs.
fn counted<T>(
    mut f: impl FnMut(&mut deskwire_store::Tx<'_>) -> Result<T> + Send + 'static,
) -> (Arc<AtomicU32>, impl FnMut(&mut deskwire_store::Tx<'_>) -> Result<T> + Send + 'static) {
    let runs = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&runs);
    (runs, move |tx: &mut deskwire_store::Tx<'_>| {
        counter.fetch_add(1, Ordering::Relaxed);
        f(tx)
    })
}

#[test]
fn a_taken_id_is_generated_again() {
    everywhere(|db| {
        let (runs, write) = counted(|tx| {
            let id = tx.mint::<i64>();
            tx.execute("UPDATE things SET name = NULL", &[])?;
            tx.execute(INSERT, params![id, "new"])
        });
        assert_eq!(db.write_sync(write), Ok(1));
        assert!((2..=4).contains(&runs.load(Ordering::Relaxed)), "{runs:?}");
        assert_eq!(count(db), 4);
        assert!(db.stats().retries > 0);
    });
}

#[test]
fn a_taken_id_is_replaced_in_nested_parts_and_writes_without_changes() {
    everywhere(|db| {
        db.write_sync(|tx| {
            let id = tx.mint::<i64>();
            // Even if the closure ignores the error.
            let _ = tx.nested(|tx| tx.execute(INSERT, params![id, "nested"]));
            Ok::<_, Error>(())
        })
        .unwrap();
        assert_eq!(count(db), 4);
    });
    everywhere(|db| {
        db.write_sync(|tx| {
            let id = tx.mint::<i64>();
            let sql = "INSERT INTO things (workspace_id, id, name) VALUES (1, $1, $2) ON CONFLICT DO NOTHING";
            if tx.execute(sql, params![id, "new"])? == 1 { Ok(()) } else { Err(tx.collided("things")) }
        })
        .unwrap();
        assert_eq!(count(db), 4);
    });
}

#[test]
fn a_persistent_conflict_is_an_error() {
    everywhere(|db| {
        let (runs, write) = counted(|tx| {
            let id = tx.mint::<i64>();
            tx.execute(INSERT, params![id, "once"])?;
            tx.execute(INSERT, params![id, "twice"])
        });
        assert_eq!(db.write_sync(write), Err(Error::Unique("things_pkey".to_owned())));
        assert!(runs.load(Ordering::Relaxed) >= 5);
        assert_eq!(count(db), 3);
        scratch::add(db, "and the next write goes well");
    });
}

#[test]
fn a_duplicate_of_a_given_id_is_rejected_at_once() {
    everywhere(|db| {
        db.write_sync(|tx| tx.execute(INSERT, params![1, "mine"])).unwrap();
        let (runs, write) = counted(|tx| {
            tx.mint::<i64>();
            tx.execute(INSERT, params![1, "mine too"])
        });
        assert_eq!(db.write_sync(write), Err(Error::Unique("things_pkey".to_owned())));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    });
}
