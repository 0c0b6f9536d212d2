//! Searches worked out: which objects match, how many, and which page of them.

use super::filter::Filter;
use super::normal::simplify;
use super::order::{Order, Place, Position};
use super::plan::{Limits, Plan, Planner};
use super::resource::{Kind, Resource};
use super::sql::Sql;
use super::walk;
use super::{Literal, Target};
use crate::{Error, Result, Row, Tx};

/// One page of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The objects of the page, in order.
    pub ids: Vec<i64>,
    /// How many objects match, on all pages.
    pub total: u64,
    /// Where the next page starts, if there is one.
    pub next: Option<Position>,
}

/// The objects that match `filter`: at most `limit` of them in this order, from `after` on.
pub fn run(
    tx: &mut Tx<'_>,
    resource: &'static Resource,
    workspace: &str,
    filter: &Filter,
    order: Order,
    after: Option<&Position>,
    limit: usize,
) -> Result<Found> {
    Search { tx, resource, workspace, limits: Limits::default() }.page(filter, order, after, limit)
}

/// How many objects match `filter`.
pub fn count(tx: &mut Tx<'_>, resource: &'static Resource, workspace: &str, filter: &Filter) -> Result<u64> {
    Search { tx, resource, workspace, limits: Limits::default() }.count(filter)
}

/// Which of the filters the object matches. An object that cannot be found matches none.
pub fn matches(
    tx: &mut Tx<'_>,
    resource: &'static Resource,
    workspace: &str,
    id: i64,
    filters: &[Filter],
) -> Result<Vec<bool>> {
    if filters.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(tx.dialect(), workspace);
    // The workspace is named first because parameters count by first appearance.
    sql.push("SELECT 1");
    let filters: Vec<Filter> = filters.iter().cloned().map(simplify).collect();
    for filter in &filters {
        sql.push(", CASE WHEN c.workspace_id = $1 AND ");
        sql.predicate(resource, filter, "c.id");
        sql.push(" THEN 1 ELSE 0 END");
    }
    sql.push(" FROM ").push(resource.table);
    sql.push(" c WHERE c.workspace_id = $1 AND c.id = ").bind(id);
    sql.push(" AND ").live(resource, "c.");
    let found = tx.query_opt(sql.text(), &sql.values(), |row| {
        (1..=filters.len()).map(|i| row.get::<i64>(i).map(|matches| matches == 1)).collect::<Result<Vec<bool>>>()
    })?;
    Ok(found.unwrap_or_else(|| vec![false; filters.len()]))
}

/// One search at work.
pub(crate) struct Search<'t, 'c> {
    pub(crate) tx: &'t mut Tx<'c>,
    pub(crate) resource: &'static Resource,
    pub(crate) workspace: &'t str,
    pub(crate) limits: Limits,
}

impl<'c> Search<'_, 'c> {
    pub(crate) fn sql(&self) -> Sql {
        Sql::new(self.tx.dialect(), self.workspace)
    }

    pub(crate) fn page(
        &mut self,
        filter: &Filter,
        order: Order,
        after: Option<&Position>,
        limit: usize,
    ) -> Result<Found> {
        if order.target == Target::Tag {
            return Err(Error::Statement("tags have no order".to_owned()));
        }
        let filter = &simplify(filter.clone());
        let page = after.map_or(1, |position| position.page);
        let after = after.map(|position| &position.place);
        let plan = self.planner().plan(filter, u64::MAX)?;
        let (total, places) = match &plan {
            Some(plan) if plan.selective => {
                let mut places = self.all(filter, plan, order)?;
                let total = places.len();
                places.retain(|place| after.is_none_or(|after| order.compare(place, after).is_gt()));
                // One more than the page tells whether there is another.
                if places.len() > limit + 1 {
                    places.select_nth_unstable_by(limit, |a, b| order.compare(a, b));
                    places.truncate(limit + 1);
                }
                places.sort_unstable_by(|a, b| order.compare(a, b));
                (u64::try_from(total).unwrap_or(u64::MAX), places)
            }
            plan => {
                let total = self.total(filter, plan.as_ref())?;
                let places = walk::page(self, filter, plan.as_ref(), order, after, limit + 1)?;
                (total, places)
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

    pub(crate) fn count(&mut self, filter: &Filter) -> Result<u64> {
        let filter = &simplify(filter.clone());
        let plan = self.planner().plan(filter, u64::MAX)?;
        self.total(filter, plan.as_ref())
    }

    fn planner(&mut self) -> Planner<'_, 'c> {
        Planner { tx: self.tx, resource: self.resource, workspace: self.workspace, limits: self.limits }
    }

    /// The statement that gives the plan's candidates as `d (id)`, ready for `SELECT`.
    pub(crate) fn with_drive(&self, plan: &Plan<'_>) -> Sql {
        let mut sql = self.sql();
        sql.push(if plan.selective { "WITH d AS MATERIALIZED (" } else { "WITH d AS NOT MATERIALIZED (" });
        plan.write(&mut sql, self.resource);
        sql.push(") ");
        sql
    }

    /// ` FROM` the candidates that match; `c` is the row.
    pub(crate) fn from_drive(&self, sql: &mut Sql, filter: &Filter) {
        // A cross join keeps its order on SQLite: the candidates lead.
        sql.push(" FROM d CROSS JOIN ")
            .push(self.resource.table)
            .push(" c WHERE c.workspace_id = $1 AND c.id = d.id AND ")
            .live(self.resource, "c.")
            .push(" AND ");
        sql.predicate(self.resource, filter, "c.id");
    }

    /// All that match a selective filter, in no order.
    fn all(&mut self, filter: &Filter, plan: &Plan<'_>, order: Order) -> Result<Vec<Place>> {
        if plan.drives.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = if plan.exact && order.by_id() {
            let mut sql = self.sql();
            plan.write(&mut sql, self.resource);
            sql
        } else {
            let mut sql = self.with_drive(plan);
            sql.push("SELECT c.id");
            if !order.by_id() {
                sql.push(", ").value(order.target);
            }
            self.from_drive(&mut sql, filter);
            sql
        };
        self.places(&mut sql, order)
    }

    /// Runs a statement that gives ids and, unless the order is that of ids, values.
    pub(crate) fn places(&mut self, sql: &mut Sql, order: Order) -> Result<Vec<Place>> {
        self.tx.query_all(sql.text(), &sql.values(), |row| {
            Ok(Place { id: row.get(0)?, key: if order.by_id() { None } else { key(row, 1, order.target.kind())? } })
        })
    }

    /// How many match. The filter may have a plan; a selective one is worked out, others are remembered.
    fn total(&mut self, filter: &Filter, plan: Option<&Plan<'_>>) -> Result<u64> {
        if let Some(plan) = plan
            && plan.selective
        {
            return self.evaluate(filter, plan);
        }
        let key = format!("{} {} {filter:?}", self.workspace, self.resource.table);
        let (snapshot, begun, memory) = (self.tx.snapshot()?, self.tx.begun(), self.tx.memory());
        memory.count(key, snapshot, begun, || self.compute(filter, plan))
    }

    /// The count of what a plan leads to.
    fn evaluate(&mut self, filter: &Filter, plan: &Plan<'_>) -> Result<u64> {
        if plan.drives.is_empty() {
            return Ok(0);
        }
        let mut sql;
        if plan.exact {
            sql = self.sql();
            sql.push("SELECT count(*) FROM (");
            plan.write(&mut sql, self.resource);
            sql.push(") d");
        } else {
            sql = self.with_drive(plan);
            sql.push("SELECT count(*)");
            self.from_drive(&mut sql, filter);
        }
        self.number(&sql)
    }

    /// Counts what many objects match, by the cheapest way there is.
    fn compute(&mut self, filter: &Filter, plan: Option<&Plan<'_>>) -> Result<u64> {
        match filter {
            Filter::All => return self.everything(),
            // What does not match is what matches the opposite, which has an index.
            Filter::Leaf(leaf) if leaf.negated => return self.complement(filter),
            Filter::Leaf(_) => {}
            _ => {
                let opposite = simplify(filter.clone().negate());
                let rest = self.planner().plan(&opposite, u64::MAX)?;
                if let Some(rest) = rest
                    && rest.selective
                {
                    let rest = self.evaluate(&opposite, &rest)?;
                    let all = self.total(&Filter::All, None)?;
                    return Ok(all.saturating_sub(rest));
                }
            }
        }
        if let Some(plan) = plan {
            return self.evaluate(filter, plan);
        }
        let mut sql = self.sql();
        sql.push("SELECT count(*) FROM ")
            .push(self.resource.table)
            .push(" c")
            .indexed_by(self.resource.id_index)
            .push(" WHERE c.workspace_id = $1 AND ")
            .live(self.resource, "c.")
            .push(" AND ");
        sql.predicate(self.resource, filter, "c.id");
        self.number(&sql)
    }

    fn complement(&mut self, filter: &Filter) -> Result<u64> {
        let opposite = simplify(filter.clone().negate());
        let plan = self.planner().plan(&opposite, u64::MAX)?;
        let rest = self.total(&opposite, plan.as_ref())?;
        let all = self.total(&Filter::All, None)?;
        Ok(all.saturating_sub(rest))
    }

    fn everything(&mut self) -> Result<u64> {
        let mut sql = self.sql();
        sql.push("SELECT count(*) FROM (");
        sql.rows(self.resource, "id", self.resource.id_index, "");
        sql.push(") d");
        self.number(&sql)
    }

    fn number(&mut self, sql: &Sql) -> Result<u64> {
        let count = self.tx.query_one(sql.text(), &sql.values(), |row| row.get::<i64>(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// Column `i`, compared as `kind`.
pub(crate) fn key(row: &Row<'_>, i: usize, kind: Kind) -> Result<Option<Literal>> {
    Ok(match kind {
        Kind::Int => row.get::<Option<i64>>(i)?.map(Literal::Int),
        Kind::Real => row.get::<Option<f64>>(i)?.map(Literal::Real),
        Kind::Folded | Kind::Exact => row.opt_str(i)?.map(Literal::from),
    })
}
