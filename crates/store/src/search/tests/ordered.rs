//! Lists of filters with many matches are read in the order of an index; nothing is sorted.

use super::both;
use crate::search::conversations::{ADMIN_ASSIGNEE_ID, STATE, UPDATED_AT};
use crate::search::plan::{Limits, Plan};
use crate::search::run::Search;
use crate::search::walk::{gives, top_of};
use crate::search::{Filter, Order, PLAIN_CONVERSATIONS, Target};
use crate::{Db, Dialect, Result, Tx, Value, params};

const WORKSPACE: &str = "w";
const ROWS: i64 = 4_000;

/// Conversations: most of them open, a tenth of them tickets, a few changed in the same second.
const FILL: &str = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)
    INSERT INTO conversations (workspace_id, id, is_ticket, is_shared, ticket_attributes, state, read, priority,
        admin_assignee_id, team_assignee_id, created_at, updated_at, source_type, source_id, source_delivered_as,
        source_author_type, source_author_id, source_redacted, channel_initial, channel_current, custom_attributes,
        tag_count, teammate_count, link_count, count_reopens, count_assignments, count_parts, reply_times,
        team_response_times)
    SELECT 'w', i, i % 10 = 0, FALSE, '{}', CASE WHEN i % 8 = 0 THEN 'closed' ELSE 'open' END, FALSE, 'none', i % 2, 0,
        1000 + i / 3, 1000 + (i * 7919) % 1500, 'conversation', i, 'customer_initiated', 'user', 1, FALSE, 'web', 'web',
        '{}', 0, 0, 0, 0, 0, 1, '[]', '[]' FROM n";

fn fill(db: &Db) {
    db.write_sync(|tx| tx.execute(FILL, params![ROWS])).unwrap();
    if db.dialect() == Dialect::Postgres {
        db.write_sync(|tx| tx.execute_batch("ANALYZE conversations")).unwrap();
    }
}

/// The columns that a test uses: id, state, assignee, whether it is a ticket, when it was changed.
type Kept = (i64, String, i64, bool, i64);

fn all(tx: &mut Tx<'_>) -> Result<Vec<Kept>> {
    let sql = "SELECT id, state, admin_assignee_id, is_ticket, updated_at FROM conversations WHERE workspace_id = $1";
    tx.query_all(sql, params![WORKSPACE], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
}

/// Returns the plan of a statement, as the database prints it.
fn explained(tx: &mut Tx<'_>, sql: &str, values: &[Value<'_>]) -> Result<String> {
    let (words, column) = match tx.dialect() {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        Dialect::Postgres => ("EXPLAIN", 0),
    };
    let lines = tx.query_all(&format!("{words} {sql}"), values, |row| row.get::<String>(column))?;
    Ok(lines.join("\n"))
}

fn is_sorted_whole(plan: &str) -> bool {
    plan.contains("B-TREE FOR ORDER BY")
        || plan.lines().any(|line| line.trim_start().trim_start_matches("-> ").starts_with("Sort"))
}

fn limits() -> Limits {
    Limits { selective: 100, ..Limits::default() }
}

/// A filter, and the same condition in Rust.
type Case = (Filter, fn(&Kept) -> bool);

fn filters() -> Vec<Case> {
    let open = || Filter::eq(Target::Column(&STATE), "open");
    vec![
        (open(), |row| row.1 == "open"),
        (Filter::And(vec![open(), Filter::eq(Target::Column(&ADMIN_ASSIGNEE_ID), 1)]), |row| {
            row.1 == "open" && row.2 == 1
        }),
        (Filter::And(vec![open(), Filter::gt(Target::Column(&UPDATED_AT), 1_700)]), |row| {
            row.1 == "open" && row.4 > 1_700
        }),
    ]
}

#[both]
fn a_dense_filter_is_read_in_the_order_of_its_index(db: &Db) {
    fill(db);
    for (filter, _) in filters() {
        for descending in [true, false] {
            let (filter, order) = (filter.clone(), Order { target: Target::Column(&UPDATED_AT), descending });
            let plan = db.search_sync(move |tx| {
                tx.planned_by_value(|tx| {
                    let mut search =
                        Search { tx, resource: &PLAIN_CONVERSATIONS, workspace: WORKSPACE, limits: limits() };
                    let plan: Plan<'_> = search.planner().whole(&filter, false)?.unwrap();
                    let sql = top_of(&search, &plan, order, None, 21);
                    assert!(gives(&plan, order, &PLAIN_CONVERSATIONS), "{filter:?}");
                    explained(search.tx, sql.text(), &sql.values())
                })
            });
            let plan = plan.unwrap();
            assert!(!is_sorted_whole(&plan), "{plan}");
        }
    }
}

#[both]
fn its_pages_are_those_of_all_that_match_sorted(db: &Db) {
    fill(db);
    let rows = db.read_sync(all).unwrap();
    for (filter, matches) in filters() {
        for descending in [true, false] {
            let mut wanted: Vec<(i64, i64)> =
                rows.iter().filter(|row| !row.3 && matches(row)).map(|row| (row.4, row.0)).collect();
            wanted.sort_unstable();
            if descending {
                wanted.reverse();
            }
            let order = Order { target: Target::Column(&UPDATED_AT), descending };
            let (mut got, mut after) = (Vec::new(), None);
            loop {
                let (filter, from) = (filter.clone(), after.take());
                let found = db.search_sync(move |tx| {
                    let mut search =
                        Search { tx, resource: &PLAIN_CONVERSATIONS, workspace: WORKSPACE, limits: limits() };
                    search.page(&filter, order, from.as_ref(), 150)
                });
                let found = found.unwrap();
                assert_eq!(found.total, u64::try_from(wanted.len()).unwrap());
                got.extend(found.ids);
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(got, wanted.iter().map(|(_, id)| *id).collect::<Vec<_>>());
        }
    }
}
