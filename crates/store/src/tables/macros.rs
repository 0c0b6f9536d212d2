//! Macros: saved replies with actions, and the teams that may use them.

use super::record::{FromRow, Record, record, select};
use super::{padded, places};
use crate::ids::{AdminId, MacroId, TeamId};
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// A macro's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Macro in "macros", key (id: MacroId) {
        id: MacroId,
        name: String,
        /// The body as plain text with placeholders.
        body_text: String,
        /// The body as HTML; `None` if it can be derived from the text.
        body_html: Option<String>,
        actions: String,
        available_on: String,
        for_everyone: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, lock, all, insert, update;
}

record! {
    /// A team that may use a macro.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct MacroTeam in "macro_teams", key (macro_id: MacroId, team_id: TeamId) {
        macro_id: MacroId,
        team_id: TeamId,
    }
    pub fn all as all_teams;
}

/// A requested page of the macros that an admin can see.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The admin.
    pub admin: AdminId,
    /// Only macros that last changed at this second or later.
    pub since: i64,
    /// The time of the last change and the id of the macro before the page.
    pub after: (i64, MacroId),
    /// The maximum number of rows.
    pub limit: i64,
}

/// A page of macros, most recently changed first.
pub fn page(tx: &mut WorkspaceTx, wanted: Wanted) -> Result<Vec<Macro>> {
    let sql = select!(
        Macro,
        " AND (for_everyone OR EXISTS (SELECT 1 FROM macro_teams t JOIN team_members m \
           ON m.workspace_id = t.workspace_id AND m.team_id = t.team_id \
           WHERE t.workspace_id = $1 AND t.macro_id = macros.id AND m.admin_id = $2)) \
           AND updated_at >= $3 AND (updated_at, id) < ($4, $5) ORDER BY updated_at DESC, id DESC LIMIT $6"
    );
    let Wanted { admin, since, after: (at, id), limit } = wanted;
    tx.query_all(sql, params![admin, since, at, id, limit], Macro::from_row)
}

/// One macro, if an admin can see it.
pub fn visible(tx: &mut WorkspaceTx, id: MacroId, admin: AdminId) -> Result<Option<Macro>> {
    let sql = select!(
        Macro,
        " AND id = $2 AND (for_everyone OR EXISTS (SELECT 1 FROM macro_teams t JOIN team_members m \
           ON m.workspace_id = t.workspace_id AND m.team_id = t.team_id \
           WHERE t.workspace_id = $1 AND t.macro_id = macros.id AND m.admin_id = $3))"
    );
    tx.query_opt(sql, params![id, admin], Macro::from_row)
}

/// The macro with this name, locked for update.
pub fn lock_by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Macro>> {
    tx.query_opt(select!(Macro, " AND name = $2", tx, Hold::Change), params![name], Macro::from_row)
}

/// The teams that may use these macros.
pub fn teams(tx: &mut WorkspaceTx, macros: &[MacroId]) -> Result<Vec<MacroTeam>> {
    if macros.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(macros);
    let sql = MacroTeam::select(&format!(" AND macro_id IN ({}) ORDER BY macro_id, team_id", places(2, values.len())));
    tx.query_all(&sql, &values, MacroTeam::from_row)
}

/// Replaces the teams of a macro.
pub fn replace_teams(tx: &mut WorkspaceTx, id: MacroId, teams: &[TeamId]) -> Result<()> {
    tx.send("DELETE FROM macro_teams WHERE workspace_id = $1 AND macro_id = $2", params![id])?;
    teams.iter().try_for_each(|&team_id| MacroTeam { macro_id: id, team_id }.insert(tx))
}

/// Removes a macro.
pub fn delete(tx: &mut WorkspaceTx, id: MacroId) -> Result<()> {
    tx.send("DELETE FROM macro_teams WHERE workspace_id = $1 AND macro_id = $2", params![id])?;
    tx.send("DELETE FROM macros WHERE workspace_id = $1 AND id = $2", params![id])
}

/// The ids and names of all macros.
pub fn names(tx: &mut WorkspaceTx) -> Result<Vec<(MacroId, String)>> {
    let sql = "SELECT id, name FROM macros WHERE workspace_id = $1 ORDER BY name";
    tx.query_all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// How many macros there are.
pub fn count(tx: &mut WorkspaceTx) -> Result<i64> {
    tx.query_one("SELECT count(*) FROM macros WHERE workspace_id = $1", &[], |row| row.get(0))
}
