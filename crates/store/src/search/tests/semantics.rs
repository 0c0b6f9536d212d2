//! The meaning of the tests of a filter, by example.

use super::both;
use super::people::{PLAN, Person, SCORE};
use crate::search::normal::simplify;
use crate::search::{CONTACTS, Filter, Order, Position, Target, contacts, count, reindex_object, run, unindex_object};
use crate::{Db, Error, params};

const EMAIL: Target = Target::Column(&contacts::EMAIL);
const NAME: Target = Target::Column(&contacts::NAME);
const CREATED_AT: Target = Target::Column(&contacts::CREATED_AT);
const LAST_SEEN_AT: Target = Target::Column(&contacts::LAST_SEEN_AT);
const ROLE: Target = Target::Column(&contacts::ROLE);

fn person(id: i64, name: &str) -> Person {
    Person { id, state: "active", role: "user", name: Some(name.to_owned()), created_at: id, ..Person::default() }
}

fn found(db: &Db, filter: Filter) -> Vec<i64> {
    db.search_sync(move |tx| run(&mut tx.within("w"), &CONTACTS, &filter, Order::NEWEST, None, 50)).unwrap().ids
}

#[both]
fn a_changed_contact_is_found_by_its_new_values_alone(db: &Db) {
    let before = Person { plan: Some("free".to_owned()), score: Some(1.0), ..person(1, "Ada King") };
    let after = Person { plan: Some("pro".to_owned()), score: None, ..person(1, "Ada Lovelace") };
    let (old, new) = (before.document(), after.document());
    db.write_sync(move |tx| before.insert(&mut tx.within("w"))).unwrap();
    let plan = Target::Value { field: PLAN, text: true };
    let score = Target::Value { field: SCORE, text: false };
    assert_eq!(found(db, Filter::contains(NAME, "KING")), [1]);
    assert_eq!(found(db, Filter::eq(plan, "FREE")), [1]);
    db.write_sync(move |tx| {
        tx.execute("UPDATE contacts SET name_key = $1", params!["ada lovelace"])?;
        reindex_object(&mut tx.within("w"), 1, &old, &new)
    })
    .unwrap();
    assert_eq!(found(db, Filter::contains(NAME, "king")), [0_i64; 0]);
    assert_eq!(found(db, Filter::contains(NAME, "lovelace")), [1]);
    assert_eq!(found(db, Filter::eq(plan, "free")), [0_i64; 0]);
    assert_eq!(found(db, Filter::eq(plan, "pro")), [1]);
    assert_eq!(found(db, Filter::eq(score, 1.0)), [0_i64; 0]);
    assert_eq!(found(db, Filter::ne(score, 1.0)), [1]);
    db.write_sync(move |tx| {
        tx.execute("UPDATE contacts SET state = 'archived'", &[])?;
        unindex_object(&mut tx.within("w"), 1)
    })
    .unwrap();
    assert_eq!(found(db, Filter::contains(NAME, "lovelace")), [0_i64; 0]);
    assert_eq!(found(db, Filter::eq(plan, "pro")), [0_i64; 0]);
    assert_eq!(found(db, Filter::All), [0_i64; 0]);
}

#[both]
fn a_write_that_is_refused_leaves_nothing_to_find(db: &Db) {
    let refused = db.write_sync(|tx| {
        person(1, "Ada King").insert(&mut tx.within("w"))?;
        Err::<(), _>(Error::NoRow)
    });
    assert_eq!(refused, Err(Error::NoRow));
    db.write_sync(|tx| {
        let _ = tx.nested(|tx| {
            person(2, "Ada King").insert(&mut tx.within("w"))?;
            Err::<(), _>(Error::NoRow)
        });
        person(1, "Bob Stone").insert(&mut tx.within("w"))?;
        // A transaction finds its own writes before they are committed.
        let filter = Filter::contains(NAME, "stone");
        assert_eq!(run(&mut tx.within("w"), &CONTACTS, &filter, Order::NEWEST, None, 50)?.ids, [1]);
        person(2, "Cy Field").insert(&mut tx.within("w"))
    })
    .unwrap();
    assert_eq!(found(db, Filter::contains(NAME, "king")), [0_i64; 0]);
    assert_eq!(found(db, Filter::contains(NAME, "stone")), [1]);
    assert_eq!(found(db, Filter::contains(NAME, "field")), [2]);
}

#[both]
fn a_count_follows_every_change(db: &Db) {
    for id in 1..=5 {
        db.write_sync(move |tx| person(id, "x").insert(&mut tx.within("w"))).unwrap();
        let total = db.search_sync(|tx| count(&mut tx.within("w"), &CONTACTS, &Filter::All)).unwrap();
        assert_eq!(i64::try_from(total).unwrap(), id);
    }
}

#[both]
fn a_walk_under_writes_neither_skips_nor_repeats(db: &Db) {
    for id in 1..=10 {
        db.write_sync(move |tx| person(id, "x").insert(&mut tx.within("w"))).unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), None::<Position>);
    for extra in 11.. {
        let from = after.clone();
        let page = db
            .search_sync(move |tx| run(&mut tx.within("w"), &CONTACTS, &Filter::All, Order::NEWEST, from.as_ref(), 3))
            .unwrap();
        seen.extend(page.ids);
        db.write_sync(move |tx| person(extra, "x").insert(&mut tx.within("w"))).unwrap();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=10).rev().collect::<Vec<i64>>());
}

#[both]
fn a_position_of_something_deleted_still_works(db: &Db) {
    for id in 1..=6 {
        db.write_sync(move |tx| person(id, "x").insert(&mut tx.within("w"))).unwrap();
    }
    let first = db.search_sync(|tx| run(&mut tx.within("w"), &CONTACTS, &Filter::All, Order::NEWEST, None, 2)).unwrap();
    assert_eq!(first.ids, [6, 5]);
    db.write_sync(|tx| tx.execute("DELETE FROM contacts WHERE id = 5", &[])).unwrap();
    let rest = db
        .search_sync(move |tx| {
            run(&mut tx.within("w"), &CONTACTS, &Filter::All, Order::NEWEST, first.next.as_ref(), 10)
        })
        .unwrap();
    assert_eq!(rest.ids, [4, 3, 2, 1]);
    assert_eq!(rest.next, None);
    assert_eq!(rest.total, 5);
}

#[test]
fn filters_are_simplified() {
    let since = |n: i64| Filter::ge(CREATED_AT, n);
    for (long, short) in [
        (Filter::Or(vec![Filter::gt(CREATED_AT, 5), Filter::eq(CREATED_AT, 5)]), since(5)),
        (Filter::And(vec![since(3), since(5), Filter::All]), since(5)),
        (Filter::And(vec![since(5), Filter::lt(CREATED_AT, 5)]), Filter::None),
        (Filter::Or(vec![since(5), Filter::lt(CREATED_AT, 7)]), Filter::All),
        (Filter::Or(vec![Filter::gt(LAST_SEEN_AT, 5), Filter::le(LAST_SEEN_AT, 5)]), Filter::is_set(LAST_SEEN_AT)),
        (
            Filter::And(vec![Filter::ne(EMAIL, "a"), Filter::ne(EMAIL, "b")]),
            Filter::not_in(EMAIL, ["a".into(), "b".into()]),
        ),
        (
            Filter::And(vec![Filter::Or(vec![Filter::All, since(1)]), Filter::eq(ROLE, "user")]),
            Filter::eq(ROLE, "user"),
        ),
        (Filter::lt(CREATED_AT, 7).negate(), since(7)),
        (Filter::contains(NAME, ""), Filter::ge(NAME, "").negate().negate()),
    ] {
        let short = if matches!(long, Filter::Leaf(ref leaf) if leaf.target == NAME) {
            simplify(Filter::Or(vec![Filter::lt(NAME, "m"), Filter::ge(NAME, "m")]))
        } else {
            short
        };
        assert_eq!(simplify(long), simplify(short));
    }
    let two = [Filter::eq(Target::Link(&contacts::TAGS), 1), Filter::eq(Target::Link(&contacts::TAGS), 2)];
    assert!(matches!(simplify(Filter::And(two.to_vec())), Filter::And(parts) if parts.len() == 2));
    assert!(matches!(simplify(Filter::Or(two.to_vec())), Filter::Leaf(_)));
}
