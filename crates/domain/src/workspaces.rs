//! Workspaces.

use deskwire_store::workspaces::{self as store, Workspace};
use deskwire_store::{Tx, admins};

use crate::error::{Error, Kind, Result};
use crate::segments;

/// Whether there is any workspace: the question `/readyz` asks.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(store::any(tx)?)
}

/// One workspace.
pub fn find(tx: &mut Tx<'_>, workspace: &str) -> Result<Option<Workspace>> {
    Ok(store::get(tx, workspace)?)
}

/// The workspace that somebody names, or a refusal that says there is none.
pub fn known(tx: &mut Tx<'_>, workspace: &str) -> Result<Workspace> {
    store::get(tx, workspace)?
        .ok_or_else(|| Error::new(Kind::ResourceNotFound, format!("there is no workspace {workspace}")))
}

/// A new workspace with its first admin: their ids.
pub fn create(tx: &mut Tx<'_>, name: &str, admin_name: &str, admin_email: &str) -> Result<(String, i64)> {
    let now = tx.now();
    let workspace = Workspace {
        id: new_id()?,
        name: name.to_owned(),
        timezone: "UTC".to_owned(),
        region: "US".to_owned(),
        default_country: "US".to_owned(),
        identity_verification: false,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &workspace)?;
    let admin = admins::Admin {
        id: tx.mint(),
        name: admin_name.to_owned(),
        email: admin_email.to_owned(),
        email_verified: true,
        has_inbox_seat: true,
        created_at: now,
        updated_at: now,
        ..admins::Admin::default()
    };
    admins::insert(tx, &workspace.id, &admin)?;
    segments::predefined(tx, &workspace.id)?;
    Ok((workspace.id, admin.id))
}

/// Eight letters and digits, none easily mistaken for another.
fn new_id() -> Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect())
}
