//! A busy workspace leaves the others their share of each lane.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deskwire_store::fair::Key;
use deskwire_store::{Db, Error, Options, Result, Tx, params};

use crate::scratch::{self, COUNT, Folder, INSERT, Schema};

/// Counts until `stop` is set.
fn counting(stop: &Arc<AtomicBool>) -> impl FnMut(&mut Tx<'_>) -> Result<i64> + Send + 'static {
    let stop = Arc::clone(stop);
    move |tx| {
        let mut counted = 0;
        while !stop.load(Ordering::Relaxed) {
            counted = tx.query_one(COUNT, &[], |row| row.get(0))?;
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(counted)
    }
}

fn count(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(COUNT, &[], |row| row.get(0))
}

/// Sixteen endless searches of one workspace: searches of another run at once, however many there are.
fn searches_leave_a_place(url: &str) {
    let options = Options { search_connections: 4, search_queue: 12, ..Options::default() };
    let db = scratch::open(url, options);
    let (busy, quiet) = (db.with_key(Key::workspace("busy")), db.with_key(Key::workspace("quiet")));
    scratch::runtime().block_on(async {
        let stop = Arc::new(AtomicBool::new(false));
        // Three run, twelve wait, and further ones are refused.
        let searches: Vec<_> = (0..16)
            .map(|_| {
                let (busy, search) = (busy.clone(), counting(&stop));
                tokio::spawn(async move { busy.search(search).await })
            })
            .collect();
        let until = Instant::now() + Duration::from_secs(10);
        while !searches.iter().any(tokio::task::JoinHandle::is_finished) && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        for _ in 0..20 {
            let found = tokio::time::timeout(Duration::from_secs(5), quiet.search(count)).await;
            assert_eq!(found, Ok(Ok(0)));
        }
        stop.store(true, Ordering::Relaxed);
        let mut refused = 0;
        for search in searches {
            match search.await.unwrap() {
                Err(Error::Busy) => refused += 1,
                found => assert_eq!(found, Ok(0)),
            }
        }
        assert_eq!(refused, 1);
    });
}

#[test]
fn searches_leave_a_place_on_sqlite() {
    searches_leave_a_place(&Folder::new().url());
}

#[test]
fn searches_leave_a_place_on_postgres() {
    let schema = Schema::new();
    searches_leave_a_place(&schema.url());
}

/// One workspace never holds all connections.
#[test]
fn reads_and_writes_leave_a_connection_on_postgres() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options { pg_pool: 4, ..Options::default() });
    let (busy, quiet) = (db.with_key(Key::workspace("busy")), db.with_key(Key::workspace("quiet")));
    scratch::runtime().block_on(async {
        let stop = Arc::new(AtomicBool::new(false));
        let reads: Vec<_> = (0..8)
            .map(|_| {
                let (busy, read) = (busy.clone(), counting(&stop));
                tokio::spawn(async move { busy.read(read).await })
            })
            .collect();
        while busy.stats().queue_depth < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        for id in 0..20_i64 {
            let write = quiet.write(move |tx| tx.execute(INSERT, params![id, &format!("thing {id}")]));
            assert_eq!(tokio::time::timeout(Duration::from_secs(5), write).await, Ok(Ok(1)));
        }
        stop.store(true, Ordering::Relaxed);
        for read in reads {
            assert!(read.await.unwrap().is_ok());
        }
    });
}

/// A write that comes after hundreds of another workspace's is in the next batch.
#[test]
fn a_batch_holds_writes_of_everybody_on_sqlite() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options { write_batch: 4, ..Options::default() });
    let (busy, quiet) = (db.with_key(Key::workspace("busy")), db.with_key(Key::workspace("quiet")));
    scratch::runtime().block_on(async {
        let go = Arc::new(AtomicBool::new(false));
        let ran = Arc::new(AtomicUsize::new(0));
        let wait_for = |depth: u64| {
            let db: Db = db.clone();
            async move {
                while db.stats().queue_depth < depth {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        };
        let holding = Arc::new(AtomicBool::new(false));
        let first = tokio::spawn({
            let (busy, go, holding) = (busy.clone(), Arc::clone(&go), Arc::clone(&holding));
            async move {
                let hold = move |_: &mut Tx<'_>| {
                    holding.store(true, Ordering::Relaxed);
                    while !go.load(Ordering::Relaxed) {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    Ok::<_, Error>(())
                };
                busy.write(hold).await
            }
        });
        while !holding.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let many: Vec<_> = (0..300)
            .map(|_| {
                let (busy, ran) = (busy.clone(), Arc::clone(&ran));
                tokio::spawn(
                    async move { busy.write(move |_| Ok::<_, Error>(ran.fetch_add(1, Ordering::Relaxed))).await },
                )
            })
            .collect();
        wait_for(300).await;
        let one = tokio::spawn(async move { quiet.write(move |_| Ok::<_, Error>(ran.load(Ordering::Relaxed))).await });
        wait_for(301).await;
        go.store(true, Ordering::Relaxed);
        let before = one.await.unwrap().unwrap();
        assert!(before < 4, "{before} writes of the other workspace ran first");
        first.await.unwrap().unwrap();
        for write in many {
            write.await.unwrap().unwrap();
        }
    });
    assert_eq!(db.stats().writes, 302);
}
