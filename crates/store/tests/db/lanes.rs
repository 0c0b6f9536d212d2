//! The lanes limit concurrency and run time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use deskwire_store::{Error, Options, Result, Tx, params};

use crate::scratch::{self, COUNT, Folder, INSERT, Schema};

/// Counts for hours unless it is stopped.
fn endless(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(
        "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)
         SELECT count(*) FROM n",
        &[],
        |row| row.get(0),
    )
}

fn a_search_ends_in_time(url: &str) {
    let options = Options { search_timeout: Duration::from_millis(200), ..Options::default() };
    let db = scratch::open(url, options);
    let start = Instant::now();
    let found = scratch::runtime().block_on(db.search(endless));
    assert_eq!(found, Err(Error::Timeout));
    assert!(start.elapsed() < Duration::from_secs(5));
    // The limit applied to that search, not to the connection.
    let found = db.search_sync(|tx| tx.query_one(COUNT, &[], |row| row.get::<i64>(0)));
    assert_eq!(found, Ok(0));
}

#[test]
fn a_search_ends_in_time_on_sqlite() {
    a_search_ends_in_time(&Folder::new().url());
}

#[test]
fn a_search_ends_in_time_in_memory() {
    a_search_ends_in_time("sqlite::memory:");
}

#[test]
fn a_search_ends_in_time_on_postgres() {
    let schema = Schema::new();
    a_search_ends_in_time(&schema.url());
}

fn searches_wait_for_a_place_and_reads_do_not(url: &str) {
    let options = Options { search_connections: 1, search_timeout: Duration::from_secs(3), ..Options::default() };
    let db = scratch::open(url, options);
    scratch::runtime().block_on(async {
        let busy = tokio::spawn({
            let db = db.clone();
            async move { db.search(endless).await }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let start = Instant::now();
        assert_eq!(db.read(|tx| tx.query_one(COUNT, &[], |row| row.get(0))).await, Ok(0));
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(busy.await.unwrap(), Err(Error::Timeout));
    });
}

#[test]
fn searches_wait_for_a_place_and_reads_do_not_on_sqlite() {
    searches_wait_for_a_place_and_reads_do_not(&Folder::new().url());
}

#[test]
fn searches_wait_for_a_place_and_reads_do_not_on_postgres() {
    let schema = Schema::new();
    searches_wait_for_a_place_and_reads_do_not(&schema.url());
}

/// Concurrent writers, some of which fail or panic: exactly the rows of the others exist.
fn failed_writes_do_not_affect_concurrent_ones(url: &str) {
    let db = scratch::open(url, Options::default());
    let kept = Arc::new(AtomicUsize::new(0));
    scratch::runtime().block_on(async {
        let mut tasks = Vec::new();
        for i in 0..300_i64 {
            let (db, kept) = (db.clone(), Arc::clone(&kept));
            tasks.push(tokio::spawn(async move {
                let done: Result<()> = db
                    .write(move |tx| {
                        let name = format!("thing {i}");
                        tx.execute(INSERT, params![i, &name])?;
                        match i % 5 {
                            0 => Err(Error::NoRow),
                            1 => panic!("job {i}"),
                            2 => tx.execute(INSERT, params![i, "twice"]).map(|_| ()),
                            _ => Ok(()),
                        }
                    })
                    .await;
                match i % 5 {
                    0 => assert_eq!(done, Err(Error::NoRow)),
                    1 => assert_eq!(done, Err(Error::Panicked(format!("job {i}")))),
                    2 => assert_eq!(done, Err(Error::Unique("things_pkey".to_owned()))),
                    _ => {
                        done.unwrap();
                        kept.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(kept.load(Ordering::Relaxed), 120);
    assert_eq!(scratch::count(&db), 120);
    assert_eq!(db.stats().writes, 120);
}

#[test]
fn failed_writes_do_not_affect_concurrent_ones_on_sqlite() {
    failed_writes_do_not_affect_concurrent_ones(&Folder::new().url());
}

#[test]
fn failed_writes_do_not_affect_concurrent_ones_in_memory() {
    failed_writes_do_not_affect_concurrent_ones("sqlite::memory:");
}

#[test]
fn failed_writes_do_not_affect_concurrent_ones_on_postgres() {
    let schema = Schema::new();
    failed_writes_do_not_affect_concurrent_ones(&schema.url());
}

/// A key checked only at the commit, which many writes share.
fn a_failed_commit_hurts_only_its_cause(url: &str) {
    let db = scratch::open(url, Options::default());
    scratch::runtime().block_on(async {
        let writes: Vec<_> = (0..100_i64)
            .map(|i| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write(move |tx| {
                        if i % 10 != 0 {
                            tx.execute("INSERT INTO kinds (id) VALUES ($1)", params![i])?;
                        }
                        tx.execute("INSERT INTO late (id) VALUES ($1)", params![i])
                    })
                    .await
                })
            })
            .collect();
        for (i, write) in writes.into_iter().enumerate() {
            let done = write.await.unwrap();
            assert_eq!(done, if i % 10 == 0 { Err(Error::ForeignKey) } else { Ok(1) });
        }
    });
    let kept = db.read_sync(|tx| tx.query_one("SELECT count(*) FROM late", &[], |row| row.get(0)));
    assert_eq!(kept, Ok(90_i64));
}

#[test]
fn a_failed_commit_hurts_only_its_cause_on_sqlite() {
    a_failed_commit_hurts_only_its_cause(&Folder::new().url());
}

#[test]
fn a_failed_commit_hurts_only_its_cause_on_postgres() {
    let schema = Schema::new();
    a_failed_commit_hurts_only_its_cause(&schema.url());
}

/// The result of a closure may panic when it is dropped because its caller is gone.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::current().name() != Some("sqlite-writer"), "dropped by the writer");
    }
}

#[test]
fn the_writer_survives_an_answer_that_panics() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    scratch::runtime().block_on(async {
        let unwanted = db.write(|_| {
            std::thread::sleep(Duration::from_millis(50));
            Ok::<_, Error>(Bomb)
        });
        let waited = tokio::time::timeout(Duration::from_millis(5), unwanted).await;
        assert!(waited.is_err(), "given up before it was done");
    });
    scratch::add(&db, "later");
    assert_eq!(scratch::count(&db), 1);
}

type Job = Box<dyn FnMut(&mut Tx<'_>) -> Result<Bomb> + Send>;

#[test]
fn an_answer_that_panics_hurts_no_other_of_its_batch() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    let (runtime, gate) = (scratch::runtime(), Arc::new(Barrier::new(2)));
    let write = |f: Job| {
        let db = db.clone();
        runtime.spawn(async move { db.write(f).await })
    };
    let queued = |count| {
        let start = Instant::now();
        while db.stats().queue_depth < count {
            assert!(start.elapsed() < Duration::from_secs(20), "{:?}", db.stats());
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    // While the writer is busy, two writes wait, to be committed together.
    let held = Arc::clone(&gate);
    let first = write(Box::new(move |_| {
        held.wait();
        held.wait();
        Ok(Bomb)
    }));
    gate.wait();
    let unwanted = write(Box::new(|_| Ok(Bomb)));
    queued(1);
    let wanted = write(Box::new(|tx| tx.execute(INSERT, params![1, "wanted"]).map(|_| Bomb)));
    queued(2);
    unwanted.abort();
    assert!(runtime.block_on(unwanted).is_err_and(|error| error.is_cancelled()));
    gate.wait();
    assert!(runtime.block_on(first).unwrap().is_ok());
    assert!(runtime.block_on(wanted).unwrap().is_ok());
    assert_eq!(scratch::count(&db), 1);
}

/// No statement exceeds the time limit of its lane, and its connection is used again.
#[test]
fn reads_and_writes_end_in_time_on_postgres() {
    let schema = Schema::new();
    let options = Options { busy_timeout: Duration::from_millis(400), pg_pool: 1, ..Options::default() };
    let db = scratch::open(&schema.url(), options);
    let start = Instant::now();
    let sleep = |tx: &mut Tx<'_>| tx.query_one("SELECT pg_sleep(30)", &[], |_| Ok(()));
    assert_eq!(db.read_sync(sleep), Err(Error::Timeout));
    assert_eq!(db.write_sync(sleep), Err(Error::Timeout));
    // Each statement is short, together they are too long, except for the command line, which has no other callers.
    let slow = |tx: &mut Tx<'_>| {
        for _ in 0..20 {
            tx.query_one("SELECT pg_sleep(0.05)", &[], |_| Ok(()))?;
        }
        Ok(())
    };
    let endless = scratch::runtime().block_on(db.write(slow));
    assert!(matches!(endless, Err(Error::Unavailable(_))), "{endless:?}");
    assert_eq!(db.write_sync(slow), Ok(()));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    scratch::add(&db, "later");
    assert_eq!(scratch::count(&db), 1);
}

/// Health checks do not wait for a place.
#[test]
fn a_health_check_needs_no_place_on_postgres() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options { pg_pool: 1, ..Options::default() });
    scratch::runtime().block_on(async {
        let (taken, begun) = tokio::sync::oneshot::channel();
        let (mut taken, other) = (Some(taken), db.clone());
        let busy = tokio::spawn(async move {
            let hold = move |tx: &mut Tx<'_>| {
                if let Some(taken) = taken.take() {
                    let _ = taken.send(());
                }
                tx.query_one("SELECT pg_sleep(2)", &[], |_| Ok(()))
            };
            other.read(hold).await
        });
        begun.await.unwrap();
        let start = Instant::now();
        let checked = db.check(Duration::from_millis(1_500), |tx| tx.query_one("SELECT 1", &[], |_| Ok(())));
        assert_eq!(checked.await, Ok::<_, Error>(()));
        assert!(start.elapsed() < Duration::from_millis(1_500));
        assert_eq!(busy.await.unwrap(), Ok(()));
    });
}
