//! Teams and who is in them.

use super::record::{Record, record};
use super::{padded, places};
use crate::{Hold, Result, Tx, Value, params};

record! {
    /// A team's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Team in "teams" {
        id: i64,
        name: String,
        assignment_limit: Option<i64>,
        /// `round_robin`, `load_balanced` or `manual`.
        distribution_method: Option<String>,
        created_at: i64,
        updated_at: i64,
    }
}

record! {
    /// An admin's place in a team.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Member in "team_members" {
        team_id: i64,
        admin_id: i64,
        /// `primary` or `secondary`.
        priority: Option<String>,
    }
}

/// All teams, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Team>> {
    tx.query_all(&Team::select(" ORDER BY created_at, id"), params![workspace], Team::from_row)
}

/// One team.
pub fn get(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<Team>> {
    tx.query_opt(&Team::select(" AND id = $2"), params![workspace, id], Team::from_row)
}

/// One team, held to be changed.
pub fn lock(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<Team>> {
    let sql = Team::select(&format!(" AND id = $2{}", tx.hold(Hold::Change)));
    tx.query_opt(&sql, params![workspace, id], Team::from_row)
}

/// The team of this name.
pub fn by_name(tx: &mut Tx<'_>, workspace: &str, name: &str) -> Result<Option<Team>> {
    tx.query_opt(&Team::select(" AND name = $2"), params![workspace, name], Team::from_row)
}

/// Adds a team.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, team: &Team) -> Result<()> {
    team.insert(tx, workspace)
}

/// Writes what may change of a team.
pub fn update(tx: &mut Tx<'_>, workspace: &str, t: &Team) -> Result<()> {
    // Not only what is different: who declares does not hold the row, and two at once must not leave a mix of both.
    tx.execute(
        "UPDATE teams SET name = $1, assignment_limit = $2, distribution_method = $3, updated_at = $4 \
         WHERE workspace_id = $5 AND id = $6",
        params![&t.name, t.assignment_limit, &t.distribution_method, t.updated_at, workspace, t.id],
    )?;
    Ok(())
}

/// Removes a team and its memberships.
pub fn delete(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<()> {
    tx.execute("DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2", params![workspace, id])?;
    tx.execute("DELETE FROM teams WHERE workspace_id = $1 AND id = $2", params![workspace, id])?;
    Ok(())
}

/// Takes an admin out of all teams.
pub fn leave(tx: &mut Tx<'_>, workspace: &str, admin: i64) -> Result<()> {
    tx.execute("DELETE FROM team_members WHERE workspace_id = $1 AND admin_id = $2", params![workspace, admin])?;
    Ok(())
}

/// Who is in one team.
pub fn members(tx: &mut Tx<'_>, workspace: &str, team: i64) -> Result<Vec<Member>> {
    let sql = Member::select(" AND team_id = $2 ORDER BY admin_id");
    tx.query_all(&sql, params![workspace, team], Member::from_row)
}

/// Who is in which team.
pub fn all_members(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Member>> {
    tx.query_all(&Member::select(" ORDER BY team_id, admin_id"), params![workspace], Member::from_row)
}

/// The teams these admins are in.
pub fn memberships(tx: &mut Tx<'_>, workspace: &str, admins: &[i64]) -> Result<Vec<Member>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::Text(workspace)];
    values.extend(padded(admins));
    let sql = Member::select(&format!(" AND admin_id IN ({}) ORDER BY team_id, admin_id", places(2, values.len() - 1)));
    tx.query_all(&sql, &values, Member::from_row)
}

/// Makes these the members of a team, which each of them names.
pub fn replace_members(tx: &mut Tx<'_>, workspace: &str, team: i64, members: &[Member]) -> Result<()> {
    tx.execute("DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2", params![workspace, team])?;
    members.iter().try_for_each(|member| member.insert(tx, workspace))
}
