//! Teams and who is in them.

use super::{padded, places};
use crate::{Result, Row, Tx, Value, params};

/// A team's row.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Team {
    pub id: i64,
    pub name: String,
    pub assignment_limit: Option<i64>,
    /// `round_robin`, `load_balanced` or `manual`.
    pub distribution_method: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// An admin's place in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Member {
    pub team_id: i64,
    pub admin_id: i64,
    /// `primary` or `secondary`.
    pub priority: Option<String>,
}

const COLUMNS: &str = "id, name, assignment_limit, distribution_method, created_at, updated_at";

fn from_row(row: &Row<'_>) -> Result<Team> {
    Ok(Team {
        id: row.get(0)?,
        name: row.get(1)?,
        assignment_limit: row.get(2)?,
        distribution_method: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    })
}

fn member(row: &Row<'_>) -> Result<Member> {
    Ok(Member { team_id: row.get(0)?, admin_id: row.get(1)?, priority: row.get(2)? })
}

/// All teams, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Team>> {
    tx.query_all(
        &format!("SELECT {COLUMNS} FROM teams WHERE workspace_id = $1 ORDER BY id"),
        params![workspace],
        from_row,
    )
}

/// One team.
pub fn get(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<Team>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM teams WHERE workspace_id = $1 AND id = $2"),
        params![workspace, id],
        from_row,
    )
}

/// One team, held against other writers until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<Team>> {
    let sql = format!("SELECT {COLUMNS} FROM teams WHERE workspace_id = $1 AND id = $2{}", tx.for_update());
    tx.query_opt(&sql, params![workspace, id], from_row)
}

/// The team of this name.
pub fn by_name(tx: &mut Tx<'_>, workspace: &str, name: &str) -> Result<Option<Team>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM teams WHERE workspace_id = $1 AND name = $2"),
        params![workspace, name],
        from_row,
    )
}

/// Adds a team.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, t: &Team) -> Result<()> {
    tx.execute(
        &format!("INSERT INTO teams (workspace_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
        params![workspace, t.id, &t.name, t.assignment_limit, &t.distribution_method, t.created_at, t.updated_at],
    )?;
    Ok(())
}

/// Writes what may change of a team.
pub fn update(tx: &mut Tx<'_>, workspace: &str, t: &Team) -> Result<()> {
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

/// Who is in one team.
pub fn members(tx: &mut Tx<'_>, workspace: &str, team: i64) -> Result<Vec<Member>> {
    tx.query_all(
        "SELECT team_id, admin_id, priority FROM team_members WHERE workspace_id = $1 AND team_id = $2 ORDER BY admin_id",
        params![workspace, team],
        member,
    )
}

/// Who is in which team.
pub fn all_members(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Member>> {
    tx.query_all(
        "SELECT team_id, admin_id, priority FROM team_members WHERE workspace_id = $1 ORDER BY team_id, admin_id",
        params![workspace],
        member,
    )
}

/// The teams these admins are in.
pub fn memberships(tx: &mut Tx<'_>, workspace: &str, admins: &[i64]) -> Result<Vec<Member>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let ids = padded(admins);
    let sql = format!(
        "SELECT team_id, admin_id, priority FROM team_members WHERE workspace_id = $1 AND admin_id IN ({}) \
         ORDER BY team_id, admin_id",
        places(2, ids.len())
    );
    let mut values = vec![Value::Text(workspace)];
    values.extend(ids);
    tx.query_all(&sql, &values, member)
}

/// Makes these the members of a team.
pub fn replace_members(tx: &mut Tx<'_>, workspace: &str, team: i64, members: &[Member]) -> Result<()> {
    tx.execute("DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2", params![workspace, team])?;
    for member in members {
        tx.execute(
            "INSERT INTO team_members (workspace_id, team_id, admin_id, priority) VALUES ($1, $2, $3, $4)",
            params![workspace, team, member.admin_id, &member.priority],
        )?;
    }
    Ok(())
}
