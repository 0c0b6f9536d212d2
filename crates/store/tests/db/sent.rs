//! Statements without a needed result (`Tx::send`), which are sent with later ones on PostgreSQL.
#![expect(clippy::needless_pass_by_value, reason = "a test owns its database")]

use deskwire_store::{Db, Error, Options, Result, params};

use crate::scratch::{self, COUNT, INSERT, Schema, add, count, everywhere};

fn names(db: &Db) -> Vec<String> {
    db.read_sync(|tx| tx.query_all("SELECT name FROM things ORDER BY id", &[], |row| row.get(0))).unwrap()
}

#[everywhere]
fn sent_writes_run_in_order_before_later_queries(db: Db) {
    let seen: Result<i64> = db.write_sync(|tx| {
        tx.send(INSERT, params![1, "a"])?;
        tx.send("UPDATE things SET name = 'b' WHERE id = $1", params![1])?;
        let seen = tx.query_one(COUNT, &[], |row| row.get(0))?;
        tx.send(INSERT, params![2, "a"])?;
        tx.execute("UPDATE things SET name = 'c' WHERE name = 'a'", &[])?;
        tx.send(INSERT, params![3, "last"])?;
        Ok(seen)
    });
    assert_eq!(seen, Ok(1));
    assert_eq!(names(&db), ["b", "c", "last"]);
    db.write_sync(|tx| (10..100).try_for_each(|id| tx.send(INSERT, params![id, &format!("{id}")]))).unwrap();
    assert_eq!(count(&db), 93);
}

#[everywhere]
fn a_failed_send_fails_the_next_call_and_undoes_the_write(db: Db) {
    add(&db, "taken");
    let taken = Err(Error::Unique("things_name_key".to_owned()));
    let with_the_commit = db.write_sync(|tx| {
        tx.query_one(COUNT, &[], |_| Ok(()))?;
        tx.send(INSERT, params![1, "undone"])?;
        let _ = tx.send(INSERT, params![2, "taken"]);
        Ok::<_, Error>(())
    });
    assert_eq!(with_the_commit, taken);
    let alone = db.write_sync(|tx| tx.send(INSERT, params![2, "taken"]));
    assert_eq!(alone, taken);
    let with_a_statement = db.write_sync(|tx| {
        let _ = tx.send(INSERT, params![2, "taken"]);
        tx.query_one("SELECT 1 / 1", &[], |_| Ok(()))
    });
    assert_eq!(with_a_statement, taken);
    assert_eq!(names(&db), ["taken"]);
}

#[everywhere]
fn sent_statements_roll_back_with_the_write(db: Db) {
    let failed: Result<()> = db.write_sync(|tx| {
        tx.query_one(COUNT, &[], |_| Ok(()))?;
        tx.send(INSERT, params![1, "a"])?;
        Err(Error::NoRow)
    });
    assert_eq!(failed, Err(Error::NoRow));
    // The next write on the connection does not find any rows either.
    add(&db, "b");
    assert_eq!(names(&db), ["b"]);
}

#[everywhere]
fn a_nested_part_has_the_failures_of_its_own(db: Db) {
    add(&db, "taken");
    db.write_sync(|tx| {
        tx.send(INSERT, params![1, "before"])?;
        let inner: Result<()> = tx.nested(|tx| {
            tx.send(INSERT, params![2, "undone"])?;
            tx.send(INSERT, params![3, "taken"])
        });
        assert_eq!(inner, Err(Error::Unique("things_name_key".to_owned())));
        tx.nested(|tx| tx.send(INSERT, params![4, "after"]))
    })
    .unwrap();
    let mut names = names(&db);
    names.sort();
    assert_eq!(names, ["after", "before", "taken"]);
}

#[test]
fn sent_writes_need_no_round_trip() {
    let schema = Schema::new();
    for url in [schema.url(), schema.pooled_url()] {
        let db = scratch::open(&url, Options::default());
        let write = |tx: &mut deskwire_store::Tx<'_>| {
            tx.query_one(COUNT, &[], |_| Ok(()))?;
            for _ in 0..3 {
                let id = tx.mint::<i64>();
                tx.send(INSERT, params![id, &format!("{id}")])?;
            }
            Ok::<_, Error>(())
        };
        // The first time, statements are prepared.
        db.write_sync(write).unwrap();
        let before = db.stats();
        db.write_sync(write).unwrap();
        let after = db.stats();
        assert_eq!(after.statements - before.statements, 4);
        assert_eq!(after.round_trips - before.round_trips, 2, "BEGIN with the first, and three with COMMIT");
    }
}
