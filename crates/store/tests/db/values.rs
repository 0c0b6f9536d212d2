//! Values are stored and read back unchanged on both databases.
#![expect(clippy::needless_pass_by_value, reason = "a test owns its database")]

use deskwire_store::contacts::ContactState;
use deskwire_store::{Db, Error, Result, Row, params};

use crate::scratch::everywhere;

type All = (Option<bool>, Option<i64>, Option<i32>, Option<f64>, Option<String>, Option<Vec<u8>>);

fn all(row: &Row<'_>) -> Result<All> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

const PUT: &str = "INSERT INTO kinds (id, flag, n, small, x, t, b) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const GET: &str = "SELECT flag, n, small, x, t, b FROM kinds WHERE id = $1";

#[everywhere]
fn every_kind_makes_the_round_trip(db: Db) {
    db.write_sync(|tx| {
        let text = "naïve 🦀 'quoted'".to_owned();
        let bytes = vec![0_u8, 255, 1];
        assert_eq!(tx.execute(PUT, params![1, true, i64::MIN, -7, 0.1, &text, &bytes])?, 1);
        tx.execute(PUT, params![2, false, i64::MAX, 7, 2_i64, Some(""), Some(&[][..])])
    })
    .unwrap();
    let rows = db
        .read_sync(|tx| Ok::<_, Error>([tx.query_one(GET, params![1], all)?, tx.query_one(GET, params![2], all)?]))
        .unwrap();
    let text = "naïve 🦀 'quoted'".to_owned();
    let first = (Some(true), Some(i64::MIN), Some(-7), Some(0.1), Some(text), Some(vec![0, 255, 1]));
    assert_eq!(rows[0], first);
    let second = (Some(false), Some(i64::MAX), Some(7), Some(2.0), Some(String::new()), Some(vec![]));
    assert_eq!(rows[1], second);
}

#[everywhere]
fn null_is_distinct_from_every_value(db: Db) {
    db.write_sync(|tx| {
        let none: Option<i64> = None;
        let text: Option<String> = None;
        tx.execute(PUT, params![1, none, none, none, none, &text, none])
    })
    .unwrap();
    db.read_sync(|tx| {
        tx.query_one(GET, params![1], |row| {
            assert_eq!(all(row)?, (None, None, None, None, None, None));
            assert_eq!(row.opt_str(4)?, None);
            assert_eq!(row.str(4), Err(Error::Column { index: 4, reason: "is null".to_owned() }));
            assert!(row.get::<bool>(0).is_err());
            Ok(())
        })
    })
    .unwrap();
}

#[everywhere]
fn an_enum_makes_the_round_trip_and_an_unknown_text_is_an_error(db: Db) {
    db.write_sync(|tx| {
        let sql = "INSERT INTO kinds (id, t) VALUES ($1, $2)";
        for (id, state) in (1_i64..).zip(ContactState::ALL) {
            tx.execute(sql, params![id, *state])?;
        }
        tx.execute(sql, params![100, "asleep"])?;
        tx.execute(sql, params![101, None::<ContactState>])
    })
    .unwrap();
    let read = |id: i64| {
        db.read_sync(move |tx| tx.query_one("SELECT t FROM kinds WHERE id = $1", params![id], |row| row.get(0)))
            as Result<Option<ContactState>>
    };
    for (id, state) in (1_i64..).zip(ContactState::ALL) {
        assert_eq!(read(id), Ok(Some(*state)));
    }
    assert_eq!(read(100), Err(Error::Column { index: 0, reason: "'asleep' is no ContactState".to_owned() }));
    assert_eq!(read(101), Ok(None));
}

#[everywhere]
fn text_is_borrowed_and_columns_are_checked(db: Db) {
    crate::scratch::add(&db, "borrowed");
    db.read_sync(|tx| {
        tx.query_one("SELECT name, id FROM things", &[], |row| {
            assert_eq!(row.len(), 2);
            assert_eq!(row.str(0)?, "borrowed");
            assert!(matches!(row.get::<i64>(0), Err(Error::Column { index: 0, .. })));
            assert!(matches!(row.str(1), Err(Error::Column { index: 1, .. })));
            assert!(matches!(row.get::<i64>(2), Err(Error::Column { index: 2, .. })));
            Ok(())
        })
    })
    .unwrap();
}

#[everywhere]
fn counts_small_integers_and_booleans_read_as_asked(db: Db) {
    db.write_sync(|tx| tx.execute(PUT, params![1, true, 5, 6, 1.5, "x", &b"y"[..]])).unwrap();
    db.read_sync(|tx| {
        tx.query_one(
            "SELECT count(*), small, flag, n FROM kinds WHERE flag = $1 GROUP BY 2, 3, 4",
            params![true],
            |row| {
                assert_eq!(row.get::<i64>(0)?, 1);
                assert_eq!(row.get::<i64>(1)?, 6);
                assert!(row.get::<bool>(2)?);
                assert!((row.get::<f64>(3)? - 5.0).abs() < f64::EPSILON);
                Ok(())
            },
        )
    })
    .unwrap();
}

#[everywhere]
fn rows_come_in_order_and_the_first_is_taken(db: Db) {
    for name in ["c", "a", "b"] {
        crate::scratch::add(&db, name);
    }
    db.read_sync(|tx| {
        let sql = "SELECT name FROM things ORDER BY name";
        let names = tx.query_all(sql, &[], |row| row.get::<String>(0))?;
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(tx.query_opt(sql, &[], |row| row.get::<String>(0))?.as_deref(), Some("a"));
        let none = "SELECT name FROM things WHERE name = $1";
        assert_eq!(tx.query_opt(none, params!["z"], |row| row.get::<String>(0))?, None);
        assert_eq!(tx.query_one(none, params!["z"], |_| Ok(())), Err(Error::NoRow));
        Ok::<_, Error>(())
    })
    .unwrap();
}

#[everywhere]
fn returning_changes_every_row_though_one_is_read(db: Db) {
    for name in ["a", "b"] {
        crate::scratch::add(&db, name);
    }
    db.write_sync(|tx| {
        let sql = "UPDATE things SET name = name || $1 RETURNING name";
        tx.query_opt(sql, params!["!"], |row| row.get::<String>(0))
    })
    .unwrap();
    let sql = "SELECT count(*) FROM things WHERE name LIKE '%!'";
    let changed = db.read_sync(move |tx| tx.query_one(sql, &[], |row| row.get::<i64>(0)));
    assert_eq!(changed, Ok(2));
}
