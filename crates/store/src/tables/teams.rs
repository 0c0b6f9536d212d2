//! Teams and who is in them.

use super::record::{Record, record};
use super::{padded, places};
use crate::{Hold, Result, WorkspaceTx, params};

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
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<Team>> {
    tx.query_all(&Team::select(" ORDER BY created_at, id"), &[], Team::from_row)
}

/// One team.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Team>> {
    tx.query_opt(&Team::select(" AND id = $2"), params![id], Team::from_row)
}

/// One team, held to be changed.
pub fn lock(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Team>> {
    let sql = Team::select(&format!(" AND id = $2{}", tx.hold(Hold::Change)));
    tx.query_opt(&sql, params![id], Team::from_row)
}

/// The team of this name.
pub fn by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Team>> {
    tx.query_opt(&Team::select(" AND name = $2"), params![name], Team::from_row)
}

/// Adds a team.
pub fn insert(tx: &mut WorkspaceTx, team: &Team) -> Result<()> {
    team.insert(tx)
}

/// Writes what may change of a team.
pub fn update(tx: &mut WorkspaceTx, t: &Team) -> Result<()> {
    // Not only what is different: who declares does not hold the row, and two at once must not leave a mix of both.
    tx.execute(
        "UPDATE teams SET name = $2, assignment_limit = $3, distribution_method = $4, updated_at = $5 \
         WHERE workspace_id = $1 AND id = $6",
        params![&t.name, t.assignment_limit, &t.distribution_method, t.updated_at, t.id],
    )?;
    Ok(())
}

/// Removes a team and its memberships.
pub fn delete(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2", params![id])?;
    tx.execute("DELETE FROM teams WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(())
}

/// Takes an admin out of all teams.
pub fn leave(tx: &mut WorkspaceTx, admin: i64) -> Result<()> {
    tx.execute("DELETE FROM team_members WHERE workspace_id = $1 AND admin_id = $2", params![admin])?;
    Ok(())
}

/// Who is in one team.
pub fn members(tx: &mut WorkspaceTx, team: i64) -> Result<Vec<Member>> {
    let sql = Member::select(" AND team_id = $2 ORDER BY admin_id");
    tx.query_all(&sql, params![team], Member::from_row)
}

/// Who is in which team.
pub fn all_members(tx: &mut WorkspaceTx) -> Result<Vec<Member>> {
    tx.query_all(&Member::select(" ORDER BY team_id, admin_id"), &[], Member::from_row)
}

/// The teams these admins are in.
pub fn memberships(tx: &mut WorkspaceTx, admins: &[i64]) -> Result<Vec<Member>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(admins);
    let sql = Member::select(&format!(" AND admin_id IN ({}) ORDER BY team_id, admin_id", places(2, values.len())));
    tx.query_all(&sql, &values, Member::from_row)
}

/// Makes these the members of a team, which each of them names.
pub fn replace_members(tx: &mut WorkspaceTx, team: i64, members: &[Member]) -> Result<()> {
    tx.execute("DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2", params![team])?;
    members.iter().try_for_each(|member| member.insert(tx))
}
