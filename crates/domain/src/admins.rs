//! Teammates.

use deskwire_store::Tx;
use deskwire_store::admins as store;

use crate::actor::Actor;
use crate::error::{Error, Kind, Result};

/// Whether this is an admin of the workspace.
pub fn exists(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<bool> {
    Ok(store::get(tx, actor.workspace(), id)?.is_some())
}

/// The id of the admin with this email address, or of the first one.
pub fn named(tx: &mut Tx<'_>, workspace: &str, email: Option<&str>) -> Result<i64> {
    let found = match email {
        Some(email) => store::by_email(tx, workspace, email)?,
        None => store::all(tx, workspace)?.into_iter().next(),
    };
    found.map(|a| a.id).ok_or_else(|| {
        let words = email.map_or("the workspace has no admin".to_owned(), |e| format!("there is no admin {e}"));
        Error::new(Kind::AdminNotFound, words)
    })
}
