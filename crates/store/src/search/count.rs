//! Counts matching objects in the cheapest way, and caches the count until the data changes.

use super::filter::{Filter, Interval, Leaf, Target, Test};
use super::normal::simplify;
use super::plan::Plan;
use super::run::Search;
use crate::Result;

/// Returns the number of matches. `filter` must be simplified, and may have a plan. Matches of a selective plan are
/// counted each time.
pub(crate) fn total(search: &mut Search<'_, '_>, filter: &Filter, plan: Option<&Plan<'_>>) -> Result<u64> {
    if let Some(plan) = plan
        && plan.selective
    {
        let plan = search.narrow(plan.clone())?;
        return if plan.exact() && plan.counted { Ok(plan.candidates) } else { evaluate(search, &plan) };
    }
    // The key names the resource, because two may share a table: those who may not see tickets must not count them.
    let key = format!("{} {} {filter:?}", search.workspace, search.resource.name());
    let (snapshot, begun, memory) = (search.tx.snapshot()?, search.tx.begun(), search.tx.memory());
    memory.count(key, snapshot, begun, || compute(search, filter, plan))
}

/// Returns whether there are objects without a value of `target`, matching or not.
pub(crate) fn some_unset(search: &mut Search<'_, '_>, target: Target) -> Result<bool> {
    let test = Test::Within(vec![Interval::FULL]);
    let set = Filter::Leaf(Leaf { target, test, negated: false });
    Ok(planned(search, &set)? < planned(search, &Filter::All)?)
}

/// Counts the matches of a filter that has no plan yet.
fn planned(search: &mut Search<'_, '_>, filter: &Filter) -> Result<u64> {
    let plan = search.planner().plan(filter, u64::MAX)?;
    total(search, filter, plan.as_ref())
}

/// Counts the matches of a plan.
fn evaluate(search: &mut Search<'_, '_>, plan: &Plan<'_>) -> Result<u64> {
    if plan.drives.is_empty() {
        return Ok(0);
    }
    let sql = search.matching(plan, None, true);
    search.number(&sql)
}

/// Counts the matches of a filter with many.
fn compute(search: &mut Search<'_, '_>, filter: &Filter, plan: Option<&Plan<'_>>) -> Result<u64> {
    match (filter, plan) {
        (Filter::All, _) => everything(search),
        (_, Some(plan)) if plan.exact() => evaluate(search, plan),
        (Filter::And(parts), _) => conjunction(search, parts),
        (Filter::Leaf(leaf), None) if !leaf.target.indexed() => scan(search, filter),
        (_, Some(plan)) if !matches!(filter, Filter::Or(_)) => evaluate(search, plan),
        // The objects that do not match are the matches of the negated filter.
        _ => {
            let all = planned(search, &Filter::All)?;
            let rest = match simplify(filter.clone().negate()) {
                Filter::And(parts) => conjunction(search, &parts)?,
                opposite => planned(search, &opposite)?,
            };
            Ok(all.saturating_sub(rest))
        }
    }
}

/// Counts the objects that match all parts, each of which many objects match.
fn conjunction(search: &mut Search<'_, '_>, parts: &[Filter]) -> Result<u64> {
    let all = planned(search, &Filter::All)?;
    // Counting a single test reads only its index. With these counts, tests that all objects pass are dropped, and the
    // one that the fewest pass comes first.
    let mut left: Vec<(u64, &Filter)> = Vec::with_capacity(parts.len());
    for part in parts {
        let size = match part {
            Filter::Leaf(leaf) if leaf.target.indexed() => planned(search, part)?,
            _ => all - all / 8,
        };
        match size {
            0 => return Ok(0),
            size if size < all => left.push((size, part)),
            _ => {}
        }
    }
    left.sort_by_key(|(size, _)| *size);
    match left.as_slice() {
        [] => return Ok(all),
        [(_, part)] => return planned(search, part),
        _ => {}
    }
    let outside: u64 = left.iter().map(|(size, _)| all - size).sum();
    let mut inside = None;
    for (i, (size, part)) in left.iter().enumerate() {
        if *size < outside.min(all)
            && let Some(plan) = search.planner().plan(part, 0)?
        {
            let others = left.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, (_, part))| (*part).clone());
            let rest = simplify(Filter::And(others.chain([plan.rest]).collect()));
            inside = Some(Plan { rest, selective: false, ..plan });
            break;
        }
    }
    if let Some(plan) = inside {
        return evaluate(search, &plan);
    }
    let parts: Vec<Filter> = left.into_iter().map(|(_, part)| part.clone()).collect();
    let opposite = simplify(Filter::And(parts.clone()).negate());
    if let Some(plan) = search.planner().plan(&opposite, 0)? {
        return Ok(all.saturating_sub(evaluate(search, &Plan { selective: false, ..plan })?));
    }
    scan(search, &Filter::And(parts))
}

/// Counts by examining every object.
fn scan(search: &mut Search<'_, '_>, filter: &Filter) -> Result<u64> {
    let mut sql = search.sql();
    sql.push("SELECT count(*) FROM ").push(search.resource.table).push(" c").indexed_by(search.resource.id_index);
    sql.push(" WHERE ").tenant("c.").push(" AND ").live(search.resource, "c.").push(" AND ");
    sql.predicate(filter, "c.id");
    search.number(&sql)
}

fn everything(search: &mut Search<'_, '_>) -> Result<u64> {
    let mut sql = search.sql();
    sql.push("SELECT count(*) FROM (");
    sql.rows(search.resource, "id", Some(search.resource.id_index), "");
    sql.push(") d");
    search.number(&sql)
}
