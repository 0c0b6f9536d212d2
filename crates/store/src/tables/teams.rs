//! Teams and their members.

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, select};
use super::{padded, places};
use crate::ids::{AdminId, TeamId};
use crate::{Hold, Result, WorkspaceTx, params};

column_enum! {
    /// How work is assigned to the members of a team.
    pub enum Distribution {
        Manual = "manual",
        RoundRobin = "round_robin",
        LoadBalanced = "load_balanced",
    }
}

column_enum! {
    /// The level of a team member.
    pub enum MemberPriority {
        Primary = "primary",
        Secondary = "secondary",
    }
}

record! {
    /// A team's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Team in "teams", key (id: TeamId), order "created_at, id" {
        id: TeamId,
        name: String,
        assignment_limit: Option<i64>,
        /// `round_robin`, `load_balanced` or `manual`.
        distribution_method: Option<Distribution>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, hold, lock, all, insert, update;
}

record! {
    /// An admin's membership in a team.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Member in "team_members", key (team_id: TeamId, admin_id: AdminId) {
        team_id: TeamId,
        admin_id: AdminId,
        /// `primary` or `secondary`.
        priority: Option<MemberPriority>,
    }
    pub fn all as all_members;
}

/// The team with this name, locked for update.
pub fn lock_by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Team>> {
    tx.query_opt(select!(Team, " AND name = $2", tx, Hold::Change), params![name], Team::from_row)
}

/// Removes a team, its memberships and its macros.
pub fn delete(tx: &mut WorkspaceTx, id: TeamId) -> Result<()> {
    tx.send("DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2", params![id])?;
    tx.send("DELETE FROM macro_teams WHERE workspace_id = $1 AND team_id = $2", params![id])?;
    tx.send("DELETE FROM teams WHERE workspace_id = $1 AND id = $2", params![id])
}

/// Removes an admin from all teams.
pub fn leave(tx: &mut WorkspaceTx, admin: AdminId) -> Result<()> {
    tx.send("DELETE FROM team_members WHERE workspace_id = $1 AND admin_id = $2", params![admin])
}

/// The members of a team.
pub fn members(tx: &mut WorkspaceTx, team: TeamId) -> Result<Vec<Member>> {
    let sql = select!(Member, " AND team_id = $2 ORDER BY admin_id");
    tx.query_all(sql, params![team], Member::from_row)
}

/// The teams these admins are in.
pub fn memberships(tx: &mut WorkspaceTx, admins: &[AdminId]) -> Result<Vec<Member>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(admins);
    let sql = Member::select(&format!(" AND admin_id IN ({}) ORDER BY team_id, admin_id", places(2, values.len())));
    tx.query_all(&sql, &values, Member::from_row)
}

/// Replaces the members of a team. Each of `members` has its id.
pub fn replace_members(tx: &mut WorkspaceTx, team: TeamId, members: &[Member]) -> Result<()> {
    tx.send("DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2", params![team])?;
    members.iter().try_for_each(|member| member.insert(tx))
}
