//! Every column of every resource, in every way: if its index does not apply, SQLite fails.

use super::both;
use super::people::{LONG_NAME, Person};
use crate::search::plan::Limits;
use crate::search::run::Search;
use crate::search::{
    ALL_CONVERSATIONS, COMPANIES, CONTACTS, Column, Document, Filter, Kind, Order, PLAIN_CONVERSATIONS, Resource,
    SearchValue, TICKETS, Target, companies, contacts, conversations, fold, index_object,
};
use crate::{Db, Result, Tx, params};

const WORKSPACE: &str = "w";

/// A company with this many people.
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
    index_object(&mut tx.within(WORKSPACE), id, &Document { texts: texts.collect(), words: Vec::new(), values })
}

/// A conversation, which is a ticket if its id is even.
fn conversation(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let text = (id % 3 > 0).then(|| format!(" abcd {id} "));
    tx.execute(
        "INSERT INTO conversations (workspace_id, id, is_ticket, ticket_type_id, is_shared, ticket_attributes, state,
            read, priority, admin_assignee_id, team_assignee_id, created_at, updated_at, source_type, source_id,
            source_delivered_as, source_author_type, source_author_id, source_redacted, channel_initial,
            channel_current, custom_attributes, tag_count, teammate_count, link_count, count_reopens,
            count_assignments, count_parts, reply_times, team_response_times, subject_key, body_key, title)
         VALUES ($1, $2, $3, $4, $5, '{}', $6, $5, 'none', $7, 0, $8, $8, 'conversation', $2, 'customer_initiated',
            'user', $7, $5, 'web', 'web', '{}', 0, 0, 0, 0, 0, 1, '[]', '[]', $9, $9, $9)",
        params![
            WORKSPACE,
            id,
            id % 2 == 0,
            (id % 2 == 0).then_some(7),
            false,
            if id % 3 == 0 { "closed" } else { "open" },
            id % 4,
            1_000 + id,
            text.as_ref()
        ],
    )?;
    let texts = text.into_iter().flat_map(|text| [('s', text.clone()), ('b', text)]);
    index_object(&mut tx.within(WORKSPACE), id, &Document { texts: texts.collect(), ..Document::default() })
}

/// Returns filters that test a column in each way that its kind allows.
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
                // With 0, a single candidate is many; with 1,000, all of them are few.
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

#[both]
fn columns_of_contacts_have_their_indexes(db: &Db) {
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
            some.insert(&mut tx.within(WORKSPACE))?;
        }
        Ok::<_, crate::Error>(())
    })
    .unwrap();
    everything(db, &CONTACTS);
}

#[both]
fn ordering_needs_an_index(db: &Db) {
    let order = Order { target: Target::Column(&LONG_NAME), descending: true };
    let found = db
        .search_sync(move |tx| crate::search::run(&mut tx.within(WORKSPACE), &CONTACTS, &Filter::All, order, None, 10));
    assert!(matches!(found, Err(crate::Error::Statement(_))));
}

#[both]
fn columns_of_companies_have_their_indexes(db: &Db) {
    db.write_sync(|tx| {
        for (id, name) in [(1, Some("Abcd")), (2, Some("xabcd")), (3, None), (4, Some("zz"))] {
            company(tx, id, name, id)?;
        }
        company(tx, 5, Some("abcd"), 0)
    })
    .unwrap();
    everything(db, &COMPANIES);
}

#[both]
fn columns_of_conversations_have_their_indexes(db: &Db) {
    db.write_sync(|tx| (1..=6).try_for_each(|id| conversation(tx, id))).unwrap();
    for (resource, found) in [(&ALL_CONVERSATIONS, 6), (&PLAIN_CONVERSATIONS, 3), (&TICKETS, 3)] {
        everything(db, resource);
        let total =
            db.search_sync(move |tx| crate::search::count(&mut tx.within(WORKSPACE), resource, &Filter::All)).unwrap();
        assert_eq!(total, found);
    }
}

#[both]
fn inboxes_are_found_by_their_own_indexes(db: &Db) {
    db.write_sync(|tx| (1..=60).try_for_each(|id| conversation(tx, id))).unwrap();
    let admin = Target::Column(&conversations::ADMIN_ASSIGNEE_ID);
    let updated = Target::Column(&conversations::UPDATED_AT);
    let filter = Filter::And(vec![
        Filter::eq(Target::Column(&conversations::STATE), "open"),
        Filter::eq(admin, 2),
        Filter::gt(updated, 1_030),
    ]);
    let expected: Vec<i64> = (31..=60).filter(|id| id % 3 != 0 && id % 4 == 2).collect();
    for descending in [true, false] {
        for (resource, rest) in
            [(&ALL_CONVERSATIONS, [0, 1].as_slice()), (&PLAIN_CONVERSATIONS, &[1]), (&TICKETS, &[0])]
        {
            let order = Order { target: updated, descending };
            let wanted = filter.clone();
            let page = db.search_sync(move |tx| {
                crate::search::run(&mut tx.within(WORKSPACE), resource, &wanted, order, None, 3)
            });
            let mut ids: Vec<i64> = expected.iter().copied().filter(|id| rest.contains(&(id % 2))).collect();
            if descending {
                ids.reverse();
            }
            let page = page.unwrap();
            assert_eq!(usize::try_from(page.total), Ok(ids.len()));
            ids.truncate(3);
            assert_eq!(page.ids, ids);
        }
    }
}

#[both]
fn companies_without_people_are_not_found(db: &Db) {
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
                Search { tx, resource: &COMPANIES, workspace: WORKSPACE, limits }.page(&wanted, Order::NEWEST, None, 10)
            });
            let found = found.unwrap();
            assert_eq!((found.ids, found.total), (vec![1], 1), "{filter:?}");
        }
    }
}

#[both]
fn words_are_found_by_parts_whatever_their_case(db: &Db) {
    let named =
        |id, name: &str| Person { id, state: "active", role: "user", name: Some(name.to_owned()), ..Person::default() };
    let (a, b) = (named(1, "ΟΔΥΣΣΕΥΣ"), named(2, "Straße"));
    db.write_sync(move |tx| a.insert(&mut tx.within(WORKSPACE)).and_then(|()| b.insert(&mut tx.within(WORKSPACE))))
        .unwrap();
    let name = Target::Column(&contacts::NAME);
    for (filter, id) in [
        (Filter::contains(name, "ΔΥΣ"), 1),
        (Filter::starts_with(name, "οδυς"), 1),
        (Filter::ends_with(name, "ΕΥΣ"), 1),
        (Filter::contains(name, "RAß"), 2),
    ] {
        let found = db.search_sync(move |tx| {
            crate::search::run(&mut tx.within(WORKSPACE), &CONTACTS, &filter, Order::NEWEST, None, 10)
        });
        assert_eq!(found.unwrap().ids, [id]);
    }
}
