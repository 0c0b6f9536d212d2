//! What an operator asks about a whole database.

use deskwire_store::{Tx, doctor as store};

use crate::error::Result;

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Workspaces.
    pub workspaces: i64,
    /// Tokens that have not ended.
    pub tokens: i64,
}

/// Which database it is, in its own words.
pub fn version(tx: &mut Tx<'_>) -> Result<String> {
    Ok(store::version(tx)?)
}

/// What SQLite finds wrong with its file; nothing if it is whole.
pub fn integrity(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    Ok(store::integrity(tx)?)
}

/// How much there is.
pub fn counts(tx: &mut Tx<'_>) -> Result<Counts> {
    let (workspaces, tokens) = store::counts(tx)?;
    Ok(Counts { workspaces, tokens })
}
