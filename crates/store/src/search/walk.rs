//! Pages of filters with many matches: follows the index of the order until the page is full.

use super::count;
use super::filter::{Filter, Leaf, Target};
use super::normal::bounds;
use super::order::{Order, Place};
use super::plan::{Drive, Plan};
use super::resource::{Column, Resource};
use super::run::{Search, key};
use super::sql::{Sql, value_column};
use crate::Result;

/// The number of candidates of an exact plan that can be read in the time that examining one object takes.
const CHEAPER: u64 = 16;
/// Each step examines this many times the objects of the previous one.
const GROWTH: usize = 8;

/// Returns the next `wanted` matches in this order. `total` is the number of all matches; if they are not counted, that of
/// the candidates up to which the planner counted.
pub(crate) fn page(
    search: &mut Search<'_, '_>,
    filter: &Filter,
    plan: Option<&Plan<'_>>,
    order: Order,
    after: Option<&Place>,
    (wanted, total): (usize, u64),
) -> Result<Vec<Place>> {
    if let Some(plan) = plan
        && gives(plan, order, search.resource)
    {
        return top(search, plan, order, after, wanted);
    }
    // The walk ends when reading all candidates costs no more.
    let budget = match plan {
        Some(plan) if plan.exact() => usize::try_from(total / CHEAPER).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let budget = budget.clamp(wanted * GROWTH, search.limits.walked.max(wanted * GROWTH));
    let mut found: Vec<Place> = Vec::new();
    let mut from = after.cloned();
    let mut nulls = !order.by_id() && after.is_some_and(|place| place.key.is_none());
    let (mut step, mut looked_at) = ((wanted + 1).max(16), 0);
    loop {
        let seen = look(search, filter, order, from.as_ref(), nulls, step)?;
        looked_at += seen.len();
        let last = seen.len() < step;
        from = seen.last().map(|(place, _)| place.clone()).or(from);
        found.extend(seen.into_iter().filter_map(|(place, matches)| matches.then_some(place)));
        if found.len() >= wanted {
            found.truncate(wanted);
            return Ok(found);
        }
        if last {
            // Objects without a value follow those with one.
            let all_set = || bounds(filter, order.target).is_some();
            if nulls || order.by_id() || !order.target.nullable() || all_set() {
                return Ok(found);
            }
            if !count::some_unset(search, order.target)? {
                return Ok(found);
            }
            nulls = true;
            from = None;
            continue;
        }
        step *= GROWTH;
        if let Some(plan) = plan
            && looked_at + step / 2 > budget
        {
            return top(search, plan, order, after, wanted);
        }
        step = step.min(search.limits.walked.max(wanted));
    }
}

/// Returns whether the index of the candidates contains them in this order.
pub(crate) fn gives(plan: &Plan<'_>, order: Order, resource: &Resource) -> bool {
    let Target::Column(wanted) = order.target else { return false };
    let (columns, leaves) = match &plan.drives[..] {
        [Drive::Composite(composite, leaves)] => (composite.columns, &leaves[..]),
        [Drive::Index(leaf)] => match resource.composites.iter().find(|c| leaf.target.index() == Some(c.index)) {
            Some(composite) => (composite.columns, std::slice::from_ref(leaf)),
            None => return false,
        },
        _ => return false,
    };
    let one = |column: &Column| {
        let tests = |leaf: &&Leaf| matches!(leaf.target, Target::Column(tested) if tested == column);
        leaves.iter().any(|leaf| tests(leaf) && leaf.points() == Some(1))
    };
    let mut behind = columns.iter().skip_while(|column| **column != wanted && one(column));
    !wanted.nullable && behind.next().is_some_and(|column| *column == wanted)
}

/// Returns the next `step` objects in this order, and whether they match. Objects with a value; with `nulls`, those
/// without one.
fn look(
    search: &mut Search<'_, '_>,
    filter: &Filter,
    order: Order,
    from: Option<&Place>,
    nulls: bool,
    step: usize,
) -> Result<Vec<(Place, bool)>> {
    let resource = search.resource;
    let mut sql = search.sql();
    sql.push("WITH w AS MATERIALIZED (");
    steps(&mut sql, search, filter, order, from, nulls);
    sql.push(" LIMIT ").bind(i64::try_from(step).unwrap_or(i64::MAX));
    let plain = *filter == Filter::All
        && !nulls
        && (order.by_id() || matches!(order.target, Target::Column(_)) || resource.values_are_live);
    if plain {
        sql.push(") SELECT w.id, w.k, 1 FROM w");
    } else {
        sql.push(") SELECT w.id, w.k, CASE WHEN ").live(resource, "c.").push(" AND ");
        sql.predicate(filter, "c.id");
        if nulls {
            sql.push(" AND ");
            sql.value(order.target, "c.id");
            sql.push(" IS NULL");
        }
        sql.push(" THEN 1 ELSE 0 END FROM w CROSS JOIN ")
            .push(resource.table)
            .push(" c WHERE ")
            .tenant("c.")
            .push(" AND c.id = w.id");
    }
    let kind = order.target.kind();
    let by_id = order.by_id();
    let mut seen = search.tx.query_all(sql.text(), &sql.values(), |row| {
        let place = Place { id: row.get(0)?, key: if by_id || nulls { None } else { key(row, 1, kind)? } };
        Ok((place, row.get::<i64>(2)? == 1))
    })?;
    seen.sort_by(|(a, _), (b, _)| order.compare(a, b));
    Ok(seen)
}

/// Writes the `SELECT ... AS id, ... AS k` along the index of the order, which the caller limits.
fn steps(sql: &mut Sql, search: &Search<'_, '_>, filter: &Filter, order: Order, from: Option<&Place>, nulls: bool) {
    let resource = search.resource;
    let (value, id) = match order.target {
        Target::Column(column) if !nulls => {
            let mut columns = String::from("id, ");
            columns.push_str(column.name);
            columns.push_str(" AS k");
            sql.rows(resource, &columns, column.index, column.guard);
            if column.nullable {
                sql.push(" AND ").push(column.name).push(" IS NOT NULL");
            }
            (Some(column.name), "id")
        }
        Target::Value { field, text } if !nulls => {
            let value = value_column(text);
            let mut columns = String::from("object_id AS id, ");
            columns.push_str(value);
            columns.push_str(" AS k");
            sql.values_of(field, text, &columns);
            (Some(value), "object_id")
        }
        _ => {
            sql.rows(resource, "id, 0 AS k", Some(resource.id_index), "");
            (None, "id")
        }
    };
    let compare = if order.descending { " < " } else { " > " };
    match (value, from) {
        (Some(value), Some(Place { key: Some(key), id: last })) => {
            sql.push(" AND (").push(value).push(", ").push(id).push(")").push(compare);
            sql.push("(").bind(key.clone()).push(", ").bind(*last).push(")");
        }
        (None, Some(place)) => {
            sql.push(" AND id").push(compare).bind(place.id);
        }
        _ => {}
    }
    // Where the filter bounds the field of the order, the walk starts and ends there.
    if !nulls && let Some(leaf) = bounds(filter, order.target) {
        sql.push(" AND ");
        sql.test(&leaf.test, value.unwrap_or("id"));
    }
    let direction = if order.descending { " DESC" } else { "" };
    sql.push(" ORDER BY ");
    if let Some(value) = value {
        sql.push(value).push(direction).push(", ");
    }
    sql.push(id).push(direction);
}

/// Returns the next `wanted` matches from all candidates of the plan. For matches that are far apart in the order, or
/// candidates whose index has that order.
pub(crate) fn top(
    search: &mut Search<'_, '_>,
    plan: &Plan<'_>,
    order: Order,
    after: Option<&Place>,
    wanted: usize,
) -> Result<Vec<Place>> {
    let sql = top_of(search, plan, order, after, wanted);
    search.places(&sql, order)
}

/// Returns the statement of [`top`].
pub(crate) fn top_of(
    search: &Search<'_, '_>,
    plan: &Plan<'_>,
    order: Order,
    after: Option<&Place>,
    wanted: usize,
) -> Sql {
    let key = (!order.by_id()).then_some(order.target);
    let nullable = order.target.nullable();
    let mut sql = search.sql();
    // The workspace must be the first parameter.
    sql.push("SELECT d.id, ").push(if key.is_some() { "d.k" } else { "0" }).push(" FROM (");
    sql.append(search.matching(plan, key, false));
    sql.push(") d WHERE 1 = 1");
    let compare = if order.descending { " < " } else { " > " };
    if let Some(Place { key, id }) = after {
        match key {
            None if order.by_id() => drop(sql.push(" AND d.id").push(compare).bind(*id)),
            None => {
                sql.push(" AND d.k IS NULL AND d.id").push(compare).bind(*id);
            }
            Some(key) => {
                if !nullable {
                    // A bound at which an index can start.
                    sql.push(if order.descending { " AND d.k <= " } else { " AND d.k >= " }).bind(key.clone());
                }
                sql.push(if nullable { " AND (d.k IS NULL OR d.k" } else { " AND (d.k" }).push(compare);
                sql.bind(key.clone()).push(" OR (d.k = ").bind(key.clone());
                sql.push(" AND d.id").push(compare).bind(*id).push("))");
            }
        }
    }
    let direction = if order.descending { " DESC" } else { "" };
    sql.push(" ORDER BY ");
    if !order.by_id() {
        // No index has this order, so it is requested only where there may be nulls.
        sql.push(if nullable { "d.k IS NULL, d.k" } else { "d.k" }).push(direction).push(", ");
    }
    sql.push("d.id").push(direction);
    sql.push(" LIMIT ").bind(i64::try_from(wanted).unwrap_or(i64::MAX));
    sql
}
