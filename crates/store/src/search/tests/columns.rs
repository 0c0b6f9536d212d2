//! Every column of every resource, in every way: the index behind it has to fit, or SQLite refuses.

use super::both;
use super::people::{LONG_NAME, Person};
use crate::search::plan::Limits;
use crate::search::run::Search;
use crate::search::{
    COMPANIES, CONTACTS, Column, Document, Filter, Kind, Order, Resource, SearchValue, Target, companies, contacts,
    fold, index_object,
};
use crate::{Db, Result, Tx, params};

const WORKSPACE: &str = "w";

/// A company with as many people.
fn company(tx: &mut Tx<'_>, id: i64, name: Option<&str>, people: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO companies (workspace_id, id, state, company_id, name, name_key, monthly_spend, session_count,
            user_count, last_request_at, created_at, updated_at, custom_attributes)
         VALUES ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9, $10, $11, '{}')",
        params![
            WORKSPACE,
            id,
            &format!("c-{id}"),
            name,
            name.map(fold).as_ref(),
            id * 10,
            0,
            people,
            (id % 2 == 0).then_some(id),
            id,
            id
        ],
    )?;
    let texts = name.map(|name| ('m', name.to_owned())).into_iter().chain([('k', format!("c-{id}"))]);
    let values = vec![SearchValue::text(7, "gold"), SearchValue::number(8, 1.5)];
    index_object(tx, WORKSPACE, id, &Document { texts: texts.collect(), values })
}

/// Filters that look at a column in each way its kind allows.
fn filters(column: &'static Column) -> Vec<Filter> {
    let target = Target::Column(column);
    match column.kind {
        Kind::Folded | Kind::Exact => vec![
            Filter::eq(target, "ab"),
            Filter::ne(target, "ab"),
            Filter::is_in(target, ["a".into(), "b".into(), "c".into()]),
            Filter::contains(target, "a"),
            Filter::contains(target, "abcd"),
            Filter::not_contains(target, "abcd"),
            Filter::starts_with(target, "ab"),
            Filter::ends_with(target, "abcd"),
            Filter::is_set(target),
            Filter::is_unset(target),
        ],
        Kind::Bool => {
            vec![Filter::eq(target, true), Filter::ne(target, true), Filter::is_in(target, [0.into(), 1.into()])]
        }
        Kind::Int | Kind::Real => vec![
            Filter::eq(target, 1),
            Filter::ne(target, 1),
            Filter::Or(vec![Filter::is_in(target, [1.into(), 2.into()]), Filter::gt(target, 3)]),
            Filter::le(target, 3),
            Filter::between(target, 1, 3),
            Filter::is_set(target),
            Filter::is_unset(target),
        ],
    }
}

fn everything(db: &Db, resource: &'static Resource) {
    for column in resource.columns {
        let ordered = if column.index.is_some() { Target::Column(column) } else { Target::Id };
        let orders = [true, false].map(|descending| Order { target: ordered, descending });
        for filter in filters(column).into_iter().chain([Filter::All]) {
            for order in orders.into_iter().chain([Order::NEWEST]) {
                // All is few, or a single one is many already.
                for selective in [0, 1_000] {
                    let limits = Limits { selective, common: selective, walked: 1 };
                    let filter = filter.clone();
                    let page = db.search_sync(move |tx| {
                        let mut search = Search { tx, resource, workspace: WORKSPACE, limits };
                        let all = search.page(&filter, order, None, 100)?;
                        assert_eq!(usize::try_from(all.total), Ok(all.ids.len()), "{filter:?} {order:?}");
                        let first = search.page(&filter, order, None, 1)?;
                        let rest = search.page(&filter, order, first.next.as_ref(), 100)?;
                        let mut ids = first.ids;
                        if first.next.is_some() {
                            ids.extend(rest.ids);
                        }
                        assert_eq!(ids, all.ids, "{filter:?} {order:?}");
                        Ok::<_, crate::Error>(())
                    });
                    page.unwrap();
                }
            }
        }
    }
}

both! {
    fn columns_of_contacts_have_their_indexes(db) {
        db.write_sync(|tx| {
            for id in 1..=4 {
                let text = Some(format!("abcd{id}"));
                let some = Person {
                    id,
                    state: "active",
                    role: "user",
                    name: text.clone(),
                    email: text.clone(),
                    external_id: text,
                    created_at: id,
                    last_seen_at: (id > 2).then_some(id),
                    ..Person::default()
                };
                some.insert(tx, WORKSPACE)?;
            }
            Ok::<_, crate::Error>(())
        })
        .unwrap();
        everything(db, &CONTACTS);
    }

    fn what_has_no_index_orders_nothing(db) {
        let order = Order { target: Target::Column(&LONG_NAME), descending: true };
        let found = db.search_sync(move |tx| {
            crate::search::run(tx, &CONTACTS, WORKSPACE, &Filter::All, order, None, 10)
        });
        assert!(matches!(found, Err(crate::Error::Statement(_))));
    }

    fn columns_of_companies_have_their_indexes(db) {
        db.write_sync(|tx| {
            for (id, name) in [(1, Some("Abcd")), (2, Some("xabcd")), (3, None), (4, Some("zz"))] {
                company(tx, id, name, id)?;
            }
            company(tx, 5, Some("abcd"), 0)
        })
        .unwrap();
        everything(db, &COMPANIES);
    }

    fn companies_without_people_are_not_found(db) {
        db.write_sync(|tx| {
            company(tx, 1, Some("Acme"), 2)?;
            company(tx, 2, Some("Acme"), 0)?;
            for id in [1, 2] {
                tx.execute(
                    "INSERT INTO company_tags (workspace_id, company_id, tag_id, applied_at) VALUES ($1, $2, 9, 0)",
                    params![WORKSPACE, id],
                )?;
            }
            Ok::<_, crate::Error>(())
        })
        .unwrap();
        let text = |field| Target::Value { field, text: true };
        for filter in [
            Filter::All,
            Filter::eq(Target::Column(&companies::NAME), "ACME"),
            Filter::contains(Target::Column(&companies::NAME), "cme"),
            Filter::contains(Target::Column(&companies::COMPANY_ID), "c-"),
            Filter::eq(text(7), "gold"),
            Filter::ne(text(7), "silver"),
            Filter::eq(Target::Value { field: 8, text: false }, 1.5),
            Filter::eq(Target::Link(&companies::TAGS), 9),
            Filter::ne(Target::Link(&companies::TAGS), 8),
            Filter::lt(Target::Column(&companies::USER_COUNT), 5),
        ] {
            for selective in [0, 1_000] {
                let limits = Limits { selective, common: 1_000, walked: 1 };
                let wanted = filter.clone();
                let found = db.search_sync(move |tx| {
                    Search { tx, resource: &COMPANIES, workspace: WORKSPACE, limits }
                        .page(&wanted, Order::NEWEST, None, 10)
                });
                let found = found.unwrap();
                assert_eq!((found.ids, found.total), (vec![1], 1), "{filter:?}");
            }
        }
    }

    fn words_are_found_by_parts_whatever_their_case(db) {
        let named = |id, name: &str| Person {
            id,
            state: "active",
            role: "user",
            name: Some(name.to_owned()),
            ..Person::default()
        };
        let (a, b) = (named(1, "ΟΔΥΣΣΕΥΣ"), named(2, "Straße"));
        db.write_sync(move |tx| a.insert(tx, WORKSPACE).and_then(|()| b.insert(tx, WORKSPACE))).unwrap();
        let name = Target::Column(&contacts::NAME);
        for (filter, id) in [
            (Filter::contains(name, "ΔΥΣ"), 1),
            (Filter::starts_with(name, "οδυς"), 1),
            (Filter::ends_with(name, "ΕΥΣ"), 1),
            (Filter::contains(name, "RAß"), 2),
        ] {
            let found = db.search_sync(move |tx| {
                crate::search::run(tx, &CONTACTS, WORKSPACE, &filter, Order::NEWEST, None, 10)
            });
            assert_eq!(found.unwrap().ids, [id]);
        }
    }
}
