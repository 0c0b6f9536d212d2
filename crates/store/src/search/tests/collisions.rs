//! Ids that another process has also minted for an object of another kind.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::search::{Document, index_object, unindex_object};
use crate::{Clock, Db, Error, Options};

fn options() -> Options {
    Options { clock: Clock::frozen(1_800_000_000), seed: Some(7), ..Options::default() }
}

fn document(text: &str) -> Document {
    Document { texts: vec![('n', text.to_owned())], ..Document::default() }
}

fn rows(db: &Db) -> i64 {
    db.search_sync(|tx| tx.query_one("SELECT count(*) FROM search_grams", &[], |row| row.get(0))).unwrap()
}

/// Stores an object with a text in each of two processes that mint the same ids. Returns the ids.
fn in_two_processes(url: &str, second: &Db) -> [i64; 2] {
    let first = Db::open(url, options()).unwrap();
    first.migrate().unwrap();
    let ids = [(&first, "acme"), (second, "other")].map(|(db, workspace)| {
        let id = Arc::new(AtomicI64::new(0));
        let minted = Arc::clone(&id);
        db.write_sync(move |tx| {
            minted.store(tx.mint(), Ordering::Relaxed);
            index_object(&mut tx.within(workspace), minted.load(Ordering::Relaxed), &document("a name"))
        })
        .unwrap();
        id.load(Ordering::Relaxed)
    });
    first.close();
    ids
}

#[test]
fn an_id_whose_texts_are_indexed_is_made_again() {
    let folder = std::env::temp_dir().join(format!("deskwire_collisions_{}", super::unique()));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite:{}", folder.join("test.db").display());
    let second = Db::open(&url, options()).unwrap();
    let [first, other] = in_two_processes(&url, &second);
    assert_ne!(first, other);
    assert_eq!(second.stats().retries, 1);
    assert_eq!(rows(&second), 2);
    second.write_sync(move |tx| unindex_object(&mut tx.within("other"), other)).unwrap();
    assert_eq!(rows(&second), 1, "the other object's texts are still there");
    second.close();
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn texts_of_one_id_are_put_in_and_taken_out_within_a_write() {
    super::both::sqlite(|db| {
        db.write_sync(|tx| {
            index_object(&mut tx.within("acme"), 1, &document("first"))?;
            unindex_object(&mut tx.within("acme"), 1)?;
            index_object(&mut tx.within("acme"), 1, &document("second"))
        })
        .unwrap();
        assert_eq!(rows(db), 1);
        let again = db.write_sync(|tx| index_object(&mut tx.within("acme"), 1, &document("third")));
        assert_eq!(again, Err(Error::Unique("search_grams_pkey".to_owned())), "as on PostgreSQL");
        assert_eq!(rows(db), 1);
    });
}
