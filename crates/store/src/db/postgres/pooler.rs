//! Detects poolers like PgBouncer, which may give each transaction of a connection another session of the server.

use super::Session;
use crate::{Error, Result};

/// The number of comparisons: a pooler with many sessions may by chance give the same one twice.
const ROUNDS: u32 = 3;

/// Returns the error for a URL that does not declare its pooler.
pub(super) fn unexpected() -> Error {
    Error::Unavailable(
        "the pooler in front of PostgreSQL gives each transaction another session: add pooler=transaction to the \
         database URL, or let it pool sessions"
            .to_owned(),
    )
}

impl Session {
    /// Returns whether this connection and another one share sessions of the server: a setting made through one is
    /// visible through the other, or lost.
    pub(super) fn shares_with(&mut self, other: &mut Session) -> Result<bool> {
        let mark = getrandom::u64().unwrap_or_default().to_string();
        for _ in 0..ROUNDS {
            self.batch(&format!("SET deskwire.connection = '{mark}'"))?;
            // From here on it has a session to itself, until its transaction ends.
            other.batch("BEGIN")?;
            let shares = other.mark()? == mark || self.mark()? != mark;
            other.batch("ROLLBACK")?;
            if shares {
                return Ok(true);
            }
        }
        self.batch("RESET deskwire.connection")?;
        Ok(false)
    }

    /// Returns the value set on the server's session. Uses no prepared statement, which a pooler may lose.
    fn mark(&mut self) -> Result<String> {
        let sql = "SELECT pg_catalog.current_setting('deskwire.connection', true)";
        Ok(self.texts(sql)?.pop().unwrap_or_default())
    }
}
