//! Evaluates searches: which objects match, how many, and which page of them.

use super::filter::Filter;
use super::many::matches_many;
use super::normal::simplify;
use super::order::{Order, Place, Position};
use super::plan::{Drive, Fetch, Limits, Plan, Planner};
use super::resource::{Kind, Resource};
use super::sql::Sql;
use super::{Literal, Target};
use super::{count as counting, walk};
use crate::{Dialect, Error, Result, Row, Tx, WorkspaceTx};

/// One page of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The objects of the page, in order.
    pub ids: Vec<i64>,
    /// The number of matches on all pages.
    pub total: u64,
    /// The start of the next page. `None` on the last page.
    pub next: Option<Position>,
}

/// Returns the objects that match `filter`: at most `limit` of them in this order, after `after`.
pub fn run(
    tx: &mut WorkspaceTx,
    resource: &'static Resource,
    filter: &Filter,
    order: Order,
    after: Option<&Position>,
    limit: usize,
) -> Result<Found> {
    let (tx, workspace) = tx.parts();
    tx.planned_by_value(|tx| {
        Search { tx, resource, workspace, limits: Limits::default() }.page(filter, order, after, limit)
    })
}

/// Like [`run`], without the number of all matches, which may take longer than everything else.
pub fn window(
    tx: &mut WorkspaceTx,
    resource: &'static Resource,
    filter: &Filter,
    order: Order,
    after: Option<&Position>,
    limit: usize,
) -> Result<(Vec<i64>, Option<Position>)> {
    let (tx, workspace) = tx.parts();
    let found = tx.planned_by_value(|tx| {
        let search = &mut Search { tx, resource, workspace, limits: Limits::UNCOUNTED };
        search.part(filter, order, after, limit, false)
    })?;
    Ok((found.ids, found.next))
}

/// Returns the number of objects that match `filter`, but at most `most`.
pub fn count_up_to(tx: &mut WorkspaceTx, resource: &'static Resource, filter: &Filter, most: usize) -> Result<usize> {
    let (tx, workspace) = tx.parts();
    tx.planned_by_value(|tx| Search { tx, resource, workspace, limits: Limits::default() }.count_up_to(filter, most))
}

/// Returns the number of objects that match `filter`.
pub fn count(tx: &mut WorkspaceTx, resource: &'static Resource, filter: &Filter) -> Result<u64> {
    let (tx, workspace) = tx.parts();
    tx.planned_by_value(|tx| Search { tx, resource, workspace, limits: Limits::default() }.count(filter))
}

/// Returns which of the filters the object matches. An object that cannot be found matches none.
pub fn matches(tx: &mut WorkspaceTx, resource: &'static Resource, id: i64, filters: &[Filter]) -> Result<Vec<bool>> {
    let found = matches_many(tx, resource, &[id], filters)?.pop();
    Ok(found.map_or_else(|| vec![false; filters.len()], |(_, matches)| matches))
}

/// A search in progress.
pub(crate) struct Search<'t, 'c> {
    pub(crate) tx: &'t mut Tx<'c>,
    pub(crate) resource: &'static Resource,
    pub(crate) workspace: &'t str,
    pub(crate) limits: Limits,
}

impl<'c> Search<'_, 'c> {
    pub(crate) fn sql(&self) -> Sql {
        Sql::new(self.tx, self.workspace)
    }

    pub(crate) fn page(
        &mut self,
        filter: &Filter,
        order: Order,
        after: Option<&Position>,
        limit: usize,
    ) -> Result<Found> {
        self.part(filter, order, after, limit, true)
    }

    /// Returns a page. Its total is 0 unless it is `counted`.
    fn part(
        &mut self,
        filter: &Filter,
        order: Order,
        after: Option<&Position>,
        limit: usize,
        counted: bool,
    ) -> Result<Found> {
        if order.target.many() || !order.target.indexed() {
            return Err(Error::Statement(format!("rows cannot be ordered by {:?}", order.target)));
        }
        self.tx.flush_deferred()?;
        let filter = &simplify(filter.clone());
        let page = after.map_or(1, |position| position.page);
        let after = after.map(|position| &position.place);
        let plan = self.planner().whole(filter, order.by_id())?;
        let (total, places) = match plan {
            Some(plan) if plan.selective => self.few(plan, order, after, limit)?,
            plan => {
                let plan = plan.as_ref();
                let total = if counted { Some(counting::total(self, filter, plan)?) } else { None };
                let known = total.or(plan.map(|plan| plan.candidates)).unwrap_or(u64::MAX);
                let places = walk::page(self, filter, plan, order, after, (limit + 1, known))?;
                (total.unwrap_or(0), places)
            }
        };
        let more = places.len() > limit;
        let next = more.then(|| limit.checked_sub(1).and_then(|last| places.get(last)));
        Ok(Found {
            next: next.flatten().map(|place| Position { place: place.clone(), page: page + 1 }),
            ids: places.iter().take(limit).map(|place| place.id).collect(),
            total,
        })
    }

    /// Returns the number of matches of a selective plan, and one more of them than the page has.
    fn few(&mut self, plan: Plan<'_>, order: Order, after: Option<&Place>, limit: usize) -> Result<(u64, Vec<Place>)> {
        let plan = self.narrow(plan)?;
        if plan.drives.is_empty() {
            return Ok((0, Vec::new()));
        }
        let page = u64::try_from(limit).unwrap_or(u64::MAX);
        if plan.exact() && plan.counted && plan.candidates > page && !matches!(plan.drives[..], [Drive::Given(_)]) {
            // The database need not return more than the page.
            return Ok((plan.candidates, walk::top(self, &plan, order, after, limit + 1)?));
        }
        let mut places = self.all(&plan, order)?;
        let total = count_of(&places);
        places.retain(|place| after.is_none_or(|after| order.compare(place, after).is_gt()));
        // One match more than the page shows that there is another page.
        if places.len() > limit + 1 {
            places.select_nth_unstable_by(limit, |a, b| order.compare(a, b));
            places.truncate(limit + 1);
        }
        places.sort_unstable_by(|a, b| order.compare(a, b));
        Ok((total, places))
    }

    /// Returns the plan with fewer candidates: those that all of its sources contain.
    pub(crate) fn narrow<'f>(&mut self, plan: Plan<'f>) -> Result<Plan<'f>> {
        // SQLite joins lists more slowly than this process.
        let joined = plan.drives.len() > 1 && self.tx.dialect() == Dialect::Sqlite;
        if plan.meets.is_empty() && !joined {
            return Ok(plan);
        }
        let live = plan.live;
        let mut ids = Vec::new();
        for drive in plan.drives {
            match drive {
                Drive::Given(mut known) => ids.append(&mut known),
                drive => ids.append(&mut self.ids(&drive)?),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        for drive in &plan.meets {
            if ids.is_empty() {
                break;
            }
            let other = self.ids(drive)?;
            ids.retain(|id| other.binary_search(id).is_ok());
        }
        Ok(Plan {
            candidates: count_of(&ids),
            counted: true,
            drives: if ids.is_empty() { Vec::new() } else { vec![Drive::Given(ids)] },
            meets: Vec::new(),
            selective: true,
            rest: plan.rest,
            live,
        })
    }

    /// Returns the candidates of a source, sorted.
    fn ids(&mut self, drive: &Drive<'_>) -> Result<Vec<i64>> {
        let mut sql = self.sql();
        drive.write(&mut sql, self.resource, " UNION ALL ");
        let mut ids = self.tx.query_all(sql.text(), &sql.values(), |row| row.get(0))?;
        ids.sort_unstable();
        Ok(ids)
    }

    fn count_up_to(&mut self, filter: &Filter, most: usize) -> Result<usize> {
        self.tx.flush_deferred()?;
        let filter = &simplify(filter.clone());
        let limit = u64::try_from(most).unwrap_or(u64::MAX);
        let Some(plan) = self.planner().plan(filter, limit)? else {
            let places = walk::page(self, filter, None, Order::NEWEST, None, (most, u64::MAX))?;
            return Ok(places.len());
        };
        // Candidates that were not counted completely are better examined as they come.
        let plan = Plan { selective: plan.selective && plan.candidates <= limit, ..plan };
        let found = if plan.drives.is_empty() {
            0
        } else if plan.exact() && (plan.counted || plan.candidates > limit) && plan.drives.len() == 1 {
            plan.candidates
        } else {
            let mut sql = self.sql();
            sql.push("SELECT count(*) FROM (");
            sql.append(self.matching(&plan, None, false));
            sql.push(" LIMIT ").bind(i64::try_from(most).unwrap_or(i64::MAX)).push(") p");
            self.number(&sql)?
        };
        Ok(usize::try_from(found).unwrap_or(usize::MAX).min(most))
    }

    pub(crate) fn count(&mut self, filter: &Filter) -> Result<u64> {
        self.tx.flush_deferred()?;
        let filter = &simplify(filter.clone());
        let plan = self.planner().whole(filter, false)?;
        counting::total(self, filter, plan.as_ref())
    }

    pub(crate) fn planner(&mut self) -> Planner<'_, 'c> {
        Planner {
            tx: self.tx,
            resource: self.resource,
            workspace: self.workspace,
            limits: self.limits,
            fetch: Fetch::No,
        }
    }

    /// Returns the statement for the matches of a plan, from `SELECT` on. It selects `id` and, with `key`, that value
    /// as `k`. With `count` it selects their number instead.
    pub(crate) fn matching(&self, plan: &Plan<'_>, key: Option<Target>, count: bool) -> Sql {
        let mut sql = self.sql();
        let of_row = matches!(key, Some(Target::Column(_)));
        if (of_row || needs_row(&plan.rest)) && self.directly(&mut sql, plan, key, count) {
            return sql;
        }
        if plan.exact() && key.is_none() {
            sql.push(if count { "SELECT count(*) FROM (" } else { "SELECT d.id FROM (" });
            plan.write(&mut sql, self.resource);
            sql.push(") d");
            return sql;
        }
        // Many candidates are better examined as they come than materialized first.
        sql.push(if plan.selective { "WITH d AS MATERIALIZED (" } else { "WITH d AS NOT MATERIALIZED (" });
        plan.write(&mut sql, self.resource);
        sql.push(if count { ") SELECT count(*)" } else { ") SELECT d.id AS id" });
        if let Some(key) = key {
            sql.push(", ");
            sql.value(key, "d.id");
            sql.push(" AS k");
        }
        if plan.live && !needs_row(&plan.rest) && !of_row {
            sql.push(" FROM d WHERE ");
        } else {
            // SQLite keeps the order of a cross join, so the candidates lead.
            sql.push(" FROM d CROSS JOIN ").push(self.resource.table);
            sql.push(" c WHERE ").tenant("c.").push(" AND c.id = d.id AND ").live(self.resource, "c.").push(" AND ");
        }
        sql.predicate(&plan.rest, "d.id");
        sql
    }

    /// Writes the same statement as a single scan that reads the row with the index. Returns `false` if that is
    /// impossible.
    fn directly(&self, sql: &mut Sql, plan: &Plan<'_>, key: Option<Target>, count: bool) -> bool {
        let (index, guard, leaves) = match &plan.drives[..] {
            [Drive::Index(leaf)] if leaf.walks() == 1 => match leaf.target {
                Target::Column(column) => (column.index, column.guard, vec![*leaf]),
                _ => return false,
            },
            [Drive::Composite(composite, leaves)] => (Some(composite.index), composite.guard, leaves.clone()),
            _ => return false,
        };
        sql.push(if count { "SELECT count(*)" } else { "SELECT c.id AS id" });
        if let Some(key) = key {
            sql.push(", ");
            sql.value(key, "c.id");
            sql.push(" AS k");
        }
        sql.rows_from(self.resource, index, guard);
        sql.tests_of_columns(&leaves);
        sql.push(" AND ");
        sql.predicate(&plan.rest, "c.id");
        true
    }

    /// Returns all matches of a selective plan, unordered.
    fn all(&mut self, plan: &Plan<'_>, order: Order) -> Result<Vec<Place>> {
        if let [Drive::Given(ids)] = &plan.drives[..]
            && plan.exact()
            && order.by_id()
        {
            return Ok(ids.iter().map(|id| Place { id: *id, key: None }).collect());
        }
        let key = (!order.by_id()).then_some(order.target);
        let sql = self.matching(plan, key, false);
        self.places(&sql, order)
    }

    /// Runs a statement that selects ids and, unless the order is by id, values.
    pub(crate) fn places(&mut self, sql: &Sql, order: Order) -> Result<Vec<Place>> {
        self.tx.query_all(sql.text(), &sql.values(), |row| {
            Ok(Place { id: row.get(0)?, key: if order.by_id() { None } else { key(row, 1, order.target.kind())? } })
        })
    }

    /// Runs a statement that selects one count.
    pub(crate) fn number(&mut self, sql: &Sql) -> Result<u64> {
        let count = self.tx.query_one(sql.text(), &sql.values(), |row| row.get::<i64>(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn count_of<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// Returns whether the filter reads columns of the object's row.
fn needs_row(filter: &Filter) -> bool {
    match filter {
        Filter::All | Filter::None => false,
        Filter::Leaf(leaf) => matches!(leaf.target, Target::Column(_)),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().any(needs_row),
    }
}

/// Returns column `i`, to compare as `kind`.
pub(crate) fn key(row: &Row<'_>, i: usize, kind: Kind) -> Result<Option<Literal>> {
    Ok(match kind {
        Kind::Int => row.get::<Option<i64>>(i)?.map(Literal::Int),
        Kind::Real => row.get::<Option<f64>>(i)?.map(Literal::Real),
        Kind::Bool => row.get::<Option<bool>>(i)?.map(Literal::Bool),
        Kind::Folded | Kind::Exact => row.opt_str(i)?.map(Literal::from),
    })
}
