//! Transactions: what they commit, roll back and refuse.
#![expect(clippy::needless_pass_by_value, reason = "a test owns its database")]

use deskwire_store::{Db, Error, Result, params};

use crate::scratch::{COUNT, INSERT, add, count, everywhere};

#[everywhere]
fn an_error_undoes_the_whole_write(db: Db) {
    let failed: Result<()> = db.write_sync(|tx| {
        tx.execute(INSERT, params![1, "a"])?;
        Err(Error::NoRow)
    });
    assert_eq!(failed, Err(Error::NoRow));
    assert_eq!(count(&db), 0);
}

#[everywhere]
fn a_panic_undoes_the_write_and_harms_nothing_else(db: Db) {
    let failed = db.write_sync(|tx| -> Result<()> {
        tx.execute(INSERT, params![1, "a"])?;
        panic!("oh no");
    });
    assert_eq!(failed, Err(Error::Panicked("oh no".to_owned())));
    let failed = db.read_sync(|tx| -> Result<()> { tx.query_one(COUNT, &[], |_| panic!("in a row")) });
    assert_eq!(failed, Err(Error::Panicked("in a row".to_owned())));
    let failed = db.search_sync(|_| -> Result<()> { panic!("in a search") });
    assert_eq!(failed, Err(Error::Panicked("in a search".to_owned())));
    add(&db, "b");
    assert_eq!(count(&db), 1);
}

#[everywhere]
fn conflicts_name_the_constraint(db: Db) {
    add(&db, "taken");
    let refused = |sql: &'static str| db.write_sync(move |tx| tx.execute(sql, &[])).unwrap_err();
    assert_eq!(
        refused("INSERT INTO things (workspace_id, id, name) VALUES (1, 2, 'taken')"),
        Error::Unique("things_name_key".to_owned())
    );
    assert_eq!(
        refused("INSERT INTO things (workspace_id, id) VALUES (1, 5), (1, 5)"),
        Error::Unique("things_pkey".to_owned())
    );
    assert_eq!(refused("INSERT INTO things (workspace_id, id, parent_id) VALUES (1, 2, 3)"), Error::ForeignKey);
    assert_eq!(refused("INSERT INTO things (workspace_id) VALUES (1)"), Error::NotNull("things.id".to_owned()));
    assert_eq!(
        refused("INSERT INTO things (workspace_id, id, name) VALUES (1, 2, '')"),
        Error::Check("things_name_check".to_owned())
    );
}

#[everywhere]
fn a_failed_statement_dooms_the_write_even_if_ignored(db: Db) {
    add(&db, "taken");
    let done = db.write_sync(|tx| {
        let conflict = tx.execute(INSERT, params![1, "taken"]);
        assert!(matches!(conflict, Err(Error::Unique(_))));
        assert_eq!(tx.execute(INSERT, params![2, "free"]), conflict);
        Ok::<_, Error>(())
    });
    assert_eq!(done, Err(Error::Unique("things_name_key".to_owned())));
    assert_eq!(count(&db), 1);
}

#[everywhere]
fn a_nested_failure_undoes_only_itself(db: Db) {
    add(&db, "taken");
    db.write_sync(|tx| {
        tx.execute(INSERT, params![1, "before"])?;
        let inner: Result<()> = tx.nested(|tx| {
            tx.execute(INSERT, params![2, "undone"])?;
            tx.nested(|tx| tx.execute(INSERT, params![3, "undone too"]))?;
            tx.execute(INSERT, params![4, "taken"])?;
            Ok(())
        });
        assert_eq!(inner, Err(Error::Unique("things_name_key".to_owned())));
        tx.nested(|tx| tx.execute(INSERT, params![5, "after"]))?;
        Ok::<_, Error>(())
    })
    .unwrap();
    let names =
        db.read_sync(|tx| tx.query_all("SELECT name FROM things ORDER BY name", &[], |row| row.get::<String>(0)));
    assert_eq!(names.unwrap(), ["after", "before", "taken"]);
}

#[everywhere]
fn reads_and_searches_change_nothing(db: Db) {
    let write = |tx: &mut deskwire_store::Tx<'_>| tx.execute(INSERT, params![1, "a"]);
    assert!(matches!(db.read_sync(write), Err(Error::ReadOnly(_))));
    assert!(matches!(db.search_sync(write), Err(Error::ReadOnly(_))));
    let returning =
        |tx: &mut deskwire_store::Tx<'_>| tx.query_one("DELETE FROM things RETURNING id", &[], |row| row.get::<i64>(0));
    assert!(matches!(db.read_sync(returning), Err(Error::ReadOnly(_))));
    assert!(matches!(db.read_sync(|tx| tx.execute_batch("SELECT 1")), Err(Error::ReadOnly(_))));
    assert_eq!(count(&db), 0);
}

#[everywhere]
fn a_wrong_number_of_parameters_is_refused(db: Db) {
    let failed = db.read_sync(|tx| tx.query_all("SELECT $1 = 'x'", &[], |_| Ok(())));
    assert!(matches!(failed, Err(Error::Statement(text)) if text.contains("SELECT $1")));
}

#[everywhere]
fn a_mistake_in_sql_says_where(db: Db) {
    let failed = db.read_sync(|tx| tx.query_all("SELECT nothing_such", &[], |_| Ok(())));
    assert!(matches!(failed, Err(Error::Database(text)) if text.contains("SELECT nothing_such")));
}

#[everywhere]
fn commits_wake_the_requested_workers(db: Db) {
    let runtime = crate::scratch::runtime();
    let notified = |notify: &tokio::sync::Notify| {
        let wait = std::time::Duration::from_millis(50);
        runtime.block_on(async { tokio::time::timeout(wait, notify.notified()).await.is_ok() })
    };
    let woken = || (notified(db.woken()), notified(db.jobs_added()));
    add(&db, "quiet");
    assert_eq!(woken(), (false, false));
    let _: Result<()> = db.write_sync(|tx| {
        tx.wake_worker();
        tx.wake_for_jobs();
        Err(Error::NoRow)
    });
    assert_eq!(woken(), (false, false));
    db.write_sync(|tx| {
        tx.wake_worker();
        tx.execute(INSERT, params![1, "worker"])
    })
    .unwrap();
    assert_eq!(woken(), (true, false));
    db.write_sync(|tx| {
        tx.wake_for_jobs();
        tx.execute(INSERT, params![2, "jobs"])
    })
    .unwrap();
    assert_eq!(woken(), (false, true));
}
