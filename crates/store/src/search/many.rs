//! Tests on several objects at once.

use super::Resource;
use super::filter::{Filter, Literal};
use super::normal::simplify;
use super::sql::Sql;
use crate::ids::Id;
use crate::{Result, WorkspaceTx};

/// Returns which of the filters each of the objects matches, in one statement. Objects that cannot be found are
/// omitted.
pub fn matches_many<I: Id>(
    tx: &mut WorkspaceTx,
    resource: &'static Resource,
    ids: &[I],
    filters: &[Filter],
) -> Result<Vec<(I, Vec<bool>)>> {
    let (Some(last), false) = (ids.last(), filters.is_empty()) else { return Ok(Vec::new()) };
    let (tx, workspace) = tx.parts();
    let mut sql = Sql::new(tx, workspace);
    sql.push("SELECT c.id");
    let filters: Vec<Filter> = filters.iter().cloned().map(simplify).collect();
    for filter in &filters {
        // The workspace comes first because parameters are numbered by first appearance.
        sql.push(", CASE WHEN ").tenant("c.").push(" AND ");
        sql.predicate(filter, "c.id");
        sql.push(" THEN 1 ELSE 0 END");
    }
    sql.push(" FROM ").push(resource.table);
    sql.push(" c WHERE ").tenant("c.").push(" AND c.id IN (");
    // The last id is repeated up to a power of two, so that few different statements arise.
    for i in 0..ids.len().next_power_of_two() {
        sql.push(if i > 0 { ", " } else { "" }).bind(Literal::Int(ids.get(i).unwrap_or(last).number()));
    }
    sql.push(") AND ").live(resource, "c.");
    tx.query_all(sql.text(), &sql.values(), |row| {
        let matches = (1..=filters.len()).map(|i| row.get::<i64>(i).map(|matches| matches == 1));
        Ok((row.get(0)?, matches.collect::<Result<Vec<bool>>>()?))
    })
}
