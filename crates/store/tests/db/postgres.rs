//! Features specific to PostgreSQL: retries after conflicts, lost connections, types of columns.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};

use deskwire_store::{Db, Error, Options, params};

use crate::scratch::{self, COUNT, INSERT, Schema, add, count};

#[test]
fn a_serialization_failure_runs_the_write_again() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    let mut runs = 0;
    let runs = db.write_sync(move |tx| {
        runs += 1;
        tx.execute(INSERT, params![runs, "a"])?;
        if runs < 3 {
            tx.execute_batch("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")?;
        }
        Ok::<_, Error>(runs)
    });
    assert_eq!(runs, Ok(3));
    assert_eq!(count(&db), 1);
    assert_eq!(db.stats().retries, 2);
}

#[test]
fn a_failure_swallowed_by_the_closure_still_runs_it_again() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    let mut runs = 0;
    let runs = db.write_sync(move |tx| {
        runs += 1;
        if runs == 1 {
            let _: Result<(), Error> =
                tx.nested(|tx| tx.execute_batch("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$"));
        }
        Ok::<_, Error>(runs)
    });
    assert_eq!(runs, Ok(2));
}

#[test]
fn a_conflict_that_does_not_end_is_busy() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    let done =
        db.write_sync(|tx| tx.execute_batch("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$"));
    assert_eq!(done, Err(Error::Busy));
    assert_eq!(db.stats().retries, 4);
}

#[test]
fn two_writes_that_lock_each_other_out_both_succeed() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    add(&db, "a");
    add(&db, "b");
    let both_hold_one = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicU32::new(0));
    std::thread::scope(|scope| {
        for names in [["a", "b"], ["b", "a"]] {
            let (db, barrier, runs) = (&db, Arc::clone(&both_hold_one), Arc::clone(&runs));
            scope.spawn(move || {
                let mut first = true;
                let lock = "SELECT id FROM things WHERE name = $1 FOR UPDATE";
                db.write_sync(move |tx| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    tx.query_one(lock, params![names[0]], |_| Ok(()))?;
                    if std::mem::take(&mut first) {
                        barrier.wait();
                    }
                    tx.query_one(lock, params![names[1]], |_| Ok(()))
                })
                .unwrap();
            });
        }
    });
    assert!(runs.load(Ordering::Relaxed) >= 3);
}

#[test]
fn a_restarted_server_is_found_again() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    let mut admin = schema.client();
    for lane in 0..3 {
        let pid: i32 = db.read_sync(|tx| tx.query_one("SELECT pg_backend_pid()", &[], |row| row.get(0))).unwrap();
        admin.query("SELECT pg_terminate_backend($1, 5000)", &[&pid]).unwrap();
        match lane {
            0 => assert_eq!(count(&db), 0),
            1 => add(&db, "a"),
            _ => assert_eq!(db.search_sync(|tx| tx.query_one(COUNT, &[], |row| row.get::<i64>(0))), Ok(1)),
        }
    }
    assert!(db.stats().retries >= 3);
}

#[test]
fn a_connection_lost_within_a_write_undoes_it_and_runs_it_again() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    let mut runs = 0;
    let runs = db.write_sync(move |tx| {
        runs += 1;
        tx.execute(INSERT, params![runs, "a"])?;
        if runs == 1 {
            tx.query_one("SELECT pg_terminate_backend(pg_backend_pid())", &[], |_| Ok(()))?;
        }
        Ok::<_, Error>(runs)
    });
    assert_eq!(runs, Ok(2));
    assert_eq!(count(&db), 1);
}

#[test]
fn a_write_whose_statements_wait_for_the_commit_is_run_again_on_a_new_connection() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    let send = |id: i64, name: &'static str| db.write_sync(move |tx| tx.send(INSERT, params![id, name]));
    send(1, "a").unwrap();
    let pid: i32 = db.read_sync(|tx| tx.query_one("SELECT pg_backend_pid()", &[], |row| row.get(0))).unwrap();
    schema.client().query("SELECT pg_terminate_backend($1, 5000)", &[&pid]).unwrap();
    send(2, "b").unwrap();
    assert_eq!(count(&db), 2);
}

#[test]
fn a_commit_of_unknown_outcome_is_not_run_again() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    // Ends the connection in the midst of the commit, as a failing server would.
    let end = "CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER end_it AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION end_it()";
    schema.client().batch_execute(end).unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let ran = Arc::clone(&runs);
    let done = db.write_sync(move |tx| {
        ran.fetch_add(1, Ordering::Relaxed);
        tx.execute(INSERT, params![1, "a"])
    });
    assert!(matches!(done, Err(Error::Unavailable(_))), "{done:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(count(&db), 0, "the next call has a new connection");
}

#[test]
fn a_migration_by_another_process_does_not_break_prepared_statements() {
    let schema = Schema::new();
    let db = scratch::open(&schema.url(), Options::default());
    add(&db, "a");
    let columns = || db.write_sync(|tx| tx.query_one("SELECT * FROM things", &[], |row| Ok(row.len()))).unwrap();
    assert_eq!(columns(), 4);
    schema.client().batch_execute("ALTER TABLE things ADD COLUMN more TEXT").unwrap();
    assert_eq!(columns(), 5);
}

#[test]
fn values_fit_the_column_whatever_its_width() {
    let schema = Schema::new();
    for url in [schema.url(), schema.pooled_url()] {
        values_fit(&scratch::open(&url, Options::default()));
    }
}

fn values_fit(db: &Db) {
    let sql = "SELECT $1::int2, $2::int4, $3::int8, $4::float4, $5::float8, $6::bool, $7::varchar,
        $8::bpchar, $9::name, $10::jsonb, $11::json, $12::bytea, $13::text";
    db.read_sync(move |tx| {
        let given = params![-3, 4, 5, 1.5, 6, 1, "varchar", "bpchar", "name", r#"{"a": 1}"#, "[1]", &b"bytes"[..], 7];
        tx.query_one(sql, given, |row| {
            assert_eq!((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?), (-3, 4, 5));
            assert!((row.get::<f64>(3)? - 1.5).abs() < f64::EPSILON);
            assert!((row.get::<f64>(4)? - 6.0).abs() < f64::EPSILON);
            assert!(row.get::<bool>(5)?);
            assert_eq!((row.str(6)?, row.str(7)?, row.str(8)?), ("varchar", "bpchar", "name"));
            assert_eq!((row.str(9)?, row.str(10)?, row.str(12)?), (r#"{"a": 1}"#, "[1]", "7"));
            assert_eq!(row.get::<Vec<u8>>(11)?, b"bytes");
            Ok(())
        })?;
        let nulls = params![None::<i64>, None::<&str>];
        tx.query_one("SELECT $1::jsonb, $2::int2[]", nulls, |row| row.opt_str(0).map(|t| t.is_none()))
    })
    .unwrap();
    let too_wide = db.read_sync(|tx| tx.query_one("SELECT $1::int4", params![1_i64 << 40], |_| Ok(())));
    assert!(matches!(too_wide, Err(Error::Database(_))), "{too_wide:?}");
    let wrong = db.read_sync(|tx| tx.query_one("SELECT $1::int8", params!["secret"], |_| Ok(())));
    let Err(Error::Database(text)) = wrong else { panic!("{wrong:?}") };
    assert!(!text.contains("secret"), "values stay out of errors: {text}");
    assert_eq!(db.stats().retries, 0, "the connection is not to blame");
}

#[test]
fn an_unreachable_server_is_unavailable() {
    let refused = deskwire_store::Db::open("postgres://deskwire@127.0.0.1:1/x", Options::default());
    assert!(matches!(refused.err(), Some(Error::Unavailable(_))));
}

/// Whether the connections of a database are encrypted, or why there are none.
fn encrypted(url: &str) -> Result<bool, String> {
    let db = deskwire_store::Db::open(url, Options::default()).map_err(|e| e.to_string())?;
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    db.read_sync(|tx| tx.query_one(sql, &[], |row| row.get(0))).map_err(|e: Error| e.to_string())
}

#[test]
fn tls_verifies_the_name_of_the_server() {
    let schema = Schema::new();
    let plain = schema.url();
    assert_eq!(encrypted(&plain), Ok(false));
    let speaks: String = schema.client().query_one("SHOW ssl", &[]).unwrap().get(0);
    let Ok(authority) = std::env::var("DESKWIRE_TEST_POSTGRES_CA") else {
        let refused = encrypted(&format!("{plain}&sslmode=require")).unwrap_err();
        let words = if speaks == "on" { "certificate" } else { "TLS" };
        assert!(refused.contains(words), "{refused}");
        return;
    };
    let trusting = format!("{plain}&sslrootcert={authority}&sslmode=");
    for mode in ["require", "verify-ca", "verify-full"] {
        assert_eq!(encrypted(&format!("{trusting}{mode}")), Ok(true), "{mode}");
    }
    assert_eq!(encrypted(&format!("{trusting}disable")), Ok(false));
    // No authority that the system trusts signed its certificate, which names no host but its address.
    let unknown = encrypted(&format!("{plain}&sslmode=require")).unwrap_err();
    assert!(unknown.contains("UnknownIssuer"), "{unknown}");
    let elsewhere = format!("{trusting}require").replace("127.0.0.1", "localhost");
    let refused = encrypted(&elsewhere).unwrap_err();
    assert!(refused.contains("not valid for name"), "{refused}");
}

#[test]
fn no_lane_plans_for_the_values_of_a_statement() {
    let schema = Schema::new();
    for url in [schema.url(), schema.pooled_url()] {
        plans_are_generic(&scratch::open(&url, Options::default()));
    }
}

fn plans_are_generic(db: &Db) {
    let sql = "SELECT current_setting('plan_cache_mode') || ' ' || current_setting('enable_seqscan')";
    let said = "force_generic_plan off".to_owned();
    for _ in 0..2 {
        assert_eq!(db.read_sync(|tx| tx.query_one(sql, &[], |row| row.get(0))), Ok(said.clone()));
        assert_eq!(db.write_sync(|tx| tx.query_one(sql, &[], |row| row.get(0))), Ok(said.clone()));
        assert_eq!(db.search_sync(|tx| tx.query_one(sql, &[], |row| row.get(0))), Ok(said.clone()));
    }
}

#[test]
fn behind_a_pooler_nothing_outlasts_a_transaction() {
    let schema = Schema::new();
    let db = scratch::open(&schema.pooled_url(), Options::default());
    add(&db, "a");
    // Read often enough to be expected to be one statement, which needs no transaction on a plain connection.
    for _ in 0..20 {
        assert_eq!(count(&db), 1);
    }
    assert_eq!(db.search_sync(|tx| tx.query_one(COUNT, &[], |row| row.get::<i64>(0))), Ok::<_, Error>(1));
    let left = "SELECT (SELECT count(*) FROM pg_prepared_statements), current_setting('lock_timeout'),
        (SELECT count(*) FROM pg_settings WHERE source = 'session' AND name IN
            ('lock_timeout', 'statement_timeout', 'plan_cache_mode', 'enable_seqscan', 'jit'))";
    let seen = db.read_sync(|tx| {
        tx.query_one(left, &[], |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?)))
    });
    assert_eq!(seen, Ok::<_, Error>((0, "4s".to_owned(), 5)), "within one it has its settings");
    let refused = db.read_sync(|tx| tx.execute(INSERT, params![1, "b"]));
    assert!(matches!(refused, Err(Error::ReadOnly(_))), "{refused:?}");
}
