//! Workspaces: the tenants.

pub use super::erase::{Erased, Place, close, erase_some};
use crate::{Hold, Result, Row, Tx, WorkspaceTx, params};

/// A workspace's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Workspace {
    pub id: String,
    pub name: String,
    /// An IANA name.
    pub timezone: String,
    /// `US`, `EU` or `AU`.
    pub region: String,
    /// Two letters: the country that local phone numbers are read in.
    pub default_country: String,
    pub identity_verification: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

fn from_row(row: &Row<'_>) -> Result<Workspace> {
    Ok(Workspace {
        id: row.get(0)?,
        name: row.get(1)?,
        timezone: row.get(2)?,
        region: row.get(3)?,
        default_country: row.get(4)?,
        identity_verification: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}

const COLUMNS: &str =
    "workspace_id, name, timezone, region, default_country, identity_verification, created_at, updated_at";

/// One workspace.
pub fn get(tx: &mut WorkspaceTx) -> Result<Option<Workspace>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM workspaces WHERE workspace_id = $1"), &[], from_row)
}

/// Makes other writers that lock this workspace wait until the transaction ends.
pub fn lock(tx: &mut WorkspaceTx) -> Result<()> {
    let lock = tx.hold(Hold::Change);
    tx.query_opt(&format!("SELECT 1 FROM workspaces WHERE workspace_id = $1{lock}"), &[], |_| Ok(()))?;
    Ok(())
}

/// All workspaces, for the command line; oldest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Workspace>> {
    tx.query_all(&format!("SELECT {COLUMNS} FROM workspaces ORDER BY created_at, workspace_id"), &[], from_row)
}

/// Whether there is any workspace at all: a cheap question to see that the database answers.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.query_opt("SELECT 1 FROM workspaces LIMIT 1", &[], |_| Ok(()))?.is_some())
}

/// Adds a workspace.
pub fn insert(tx: &mut Tx<'_>, w: &Workspace) -> Result<()> {
    tx.execute(
        &format!("INSERT INTO workspaces ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
        params![
            &w.id,
            &w.name,
            &w.timezone,
            &w.region,
            &w.default_country,
            w.identity_verification,
            w.created_at,
            w.updated_at
        ],
    )?;
    Ok(())
}

/// Writes all columns of a workspace.
pub fn update(tx: &mut Tx<'_>, w: &Workspace) -> Result<()> {
    tx.execute(
        "UPDATE workspaces SET name = $1, timezone = $2, region = $3, default_country = $4, identity_verification = $5, updated_at = $6 \
         WHERE workspace_id = $7",
        params![&w.name, &w.timezone, &w.region, &w.default_country, w.identity_verification, w.updated_at, &w.id],
    )?;
    Ok(())
}
