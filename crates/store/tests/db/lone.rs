//! Reads of a single statement, which run without a transaction after several such runs.
#![expect(clippy::needless_pass_by_value, reason = "a test owns its database")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskwire_store::{Db, Dialect, Error, Options, Result, Value, params};

use crate::scratch::{self, COUNT, INSERT, Schema, everywhere};

/// The name of a thing.
async fn name(db: &Db, id: i64) -> Result<Option<String>> {
    db.read(move |tx| tx.query_opt("SELECT name FROM things WHERE id = $1", params![id], |row| row.get(0))).await
}

fn rename(id: i64, name: String) -> impl FnMut(&mut deskwire_store::Tx<'_>) -> Result<u64> + Send + 'static {
    let sql = "INSERT INTO things (workspace_id, id, name) VALUES (1, $1, $2)
               ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name";
    move |tx| tx.execute(sql, params![id, &name])
}

#[everywhere]
fn each_lone_read_sees_earlier_commits(db: Db) {
    scratch::runtime().block_on(async {
        for round in 0..60 {
            let wanted = format!("name {round}");
            db.write(rename(1, wanted.clone())).await.unwrap();
            let before = db.stats().statements;
            assert_eq!(name(&db, 1).await, Ok(Some(wanted)));
            assert_eq!(db.stats().statements - before, 1);
            assert_eq!(name(&db, 2).await, Ok(None));
        }
    });
}

#[everywhere]
fn many_at_once_get_their_own_answers(db: Db) {
    db.write_sync(|tx| (0..100).try_for_each(|id| tx.send(INSERT, params![id, &format!("thing {id}")]))).unwrap();
    scratch::runtime().block_on(async {
        for _ in 0..20 {
            let reads: Vec<_> = (0..100)
                .map(|id| {
                    let db = db.clone();
                    tokio::spawn(async move { name(&db, id).await })
                })
                .collect();
            for (id, read) in reads.into_iter().enumerate() {
                assert_eq!(read.await.unwrap(), Ok(Some(format!("thing {id}"))));
            }
        }
    });
}

/// Counts things once, or twice with a write of another connection in between.
async fn counted(db: &Db, more: &Arc<AtomicBool>) -> Result<(i64, i64)> {
    let (more, other) = (Arc::clone(more), db.clone());
    let in_memory = db.dialect() == Dialect::Sqlite && db.path().is_none();
    db.read(move |tx| {
        let first = tx.query_one(COUNT, &[], |row| row.get(0))?;
        if !more.load(Ordering::Relaxed) {
            return Ok((first, first));
        }
        // A run without a transaction ends here.
        tx.query_one("SELECT count(*) FROM kinds", &[], |_| Ok(()))?;
        if !in_memory {
            let other = other.clone();
            std::thread::spawn(move || scratch::add(&other, "meanwhile")).join().unwrap();
        }
        Ok((first, tx.query_one(COUNT, &[], |row| row.get(0))?))
    })
    .await
}

#[everywhere]
fn one_that_needs_more_statements_sees_one_snapshot(db: Db) {
    let more = Arc::new(AtomicBool::new(false));
    scratch::runtime().block_on(async {
        for _ in 0..20 {
            assert_eq!(counted(&db, &more).await, Ok((0, 0)));
        }
        more.store(true, Ordering::Relaxed);
        assert_eq!(counted(&db, &more).await, Ok((0, 0)));
    });
}

#[everywhere]
fn lone_reads_change_nothing_and_report_errors(db: Db) {
    let statement = Arc::new(parking_lot::Mutex::new("SELECT name FROM things"));
    let run = |sql: &'static str, params: &'static [Value<'static>]| {
        *statement.lock() = sql;
        let statement = Arc::clone(&statement);
        let db = db.clone();
        async move {
            db.read(move |tx| {
                let sql = *statement.lock();
                tx.query_all(sql, params, |_| Ok(()))
            })
            .await
        }
    };
    scratch::runtime().block_on(async {
        for _ in 0..20 {
            assert_eq!(run("SELECT name FROM things", &[]).await, Ok(Vec::new()));
        }
        let changes = "INSERT INTO things (workspace_id, id) VALUES (1, 1) RETURNING id";
        assert!(matches!(run(changes, &[]).await, Err(Error::ReadOnly(_))));
        let in_disguise = "WITH gone AS (SELECT 1) SELECT nothing FROM gone";
        assert!(matches!(run(in_disguise, &[]).await, Err(Error::Database(_))));
        assert!(matches!(run("SELECT name FROM things", &[Value::Int(1)]).await, Err(Error::Statement(_))));
        assert_eq!(run(COUNT, &[]).await.map(|rows| rows.len()), Ok(1));
    });
}

#[test]
fn a_lost_connection_is_replaced() {
    let schema = Schema::new();
    let mine = format!("lone_{}", std::process::id());
    let db = scratch::open(&format!("{}&application_name={mine}", schema.url()), Options::default());
    scratch::runtime().block_on(async {
        db.write(rename(1, "Ada".to_owned())).await.unwrap();
        for round in 0..5 {
            for _ in 0..40 {
                assert_eq!(name(&db, 1).await, Ok(Some("Ada".to_owned())), "round {round}");
            }
            let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
            // A plain connection has its own runtime.
            let killed = std::thread::scope(|scope| {
                scope.spawn(|| schema.client().query(kill, &[&mine]).unwrap().len()).join().unwrap()
            });
            assert!(killed > 1, "round {round}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
}
