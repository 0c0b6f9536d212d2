//! What a transaction keeps, undoes and refuses.
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
fn the_worker_is_woken_by_commits_that_ask_for_it_only(db: Db) {
    let runtime = crate::scratch::runtime();
    let woken = |db: &deskwire_store::Db| {
        runtime.block_on(async {
            let wait = std::time::Duration::from_millis(50);
            tokio::time::timeout(wait, db.woken().notified()).await.is_ok()
        })
    };
    add(&db, "quiet");
    assert!(!woken(&db));
    let _: Result<()> = db.write_sync(|tx| {
        tx.wake_worker();
        Err(Error::NoRow)
    });
    assert!(!woken(&db));
    db.write_sync(|tx| {
        tx.wake_worker();
        tx.execute(INSERT, params![1, "loud"])
    })
    .unwrap();
    assert!(woken(&db));
}

#[everywhere]
fn one_time_for_the_whole_transaction_and_ids_that_differ(db: Db) {
    db.write_sync(|tx| {
        let now = tx.now();
        assert!(tx.mint() < tx.mint());
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert_eq!(tx.now(), now);
        Ok::<_, Error>(())
    })
    .unwrap();
}

#[everywhere]
fn a_closed_database_says_so(db: Db) {
    let clone = db.clone();
    clone.close();
    clone.close();
    let closed = Err(Error::Unavailable("the database is closed".to_owned()));
    assert_eq!(db.write_sync(|tx| tx.execute(INSERT, params![1, "a"])), closed);
    assert!(matches!(db.ping(), Err(Error::Unavailable(_))));
    assert!(matches!(db.search_sync(|_| Ok::<_, Error>(())), Err(Error::Unavailable(_))));
}

#[everywhere]
fn everything_works_inside_a_runtime_and_drops_there(db: Db) {
    crate::scratch::runtime().block_on(async move {
        db.write(|tx| tx.execute(INSERT, params![1, "a"])).await.unwrap();
        assert_eq!(db.read(|tx| tx.query_one(COUNT, &[], |row| row.get(0))).await, Ok(1));
        assert_eq!(db.search(|tx| tx.query_one(COUNT, &[], |row| row.get(0))).await, Ok(1));
        assert_eq!(count(&db), 1); // the blocking form too
        db.check(std::time::Duration::from_secs(5), |tx| tx.query_one("SELECT 1", &[], |_| Ok::<_, Error>(())))
            .await
            .unwrap();
        db.ping().unwrap();
        drop(db);
    });
}
