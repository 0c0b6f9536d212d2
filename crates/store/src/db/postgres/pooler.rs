//! Poolers like PgBouncer, which may give each transaction of a connection another session of the server.

use super::Session;
use crate::{Error, Result};

/// A pooler that has many sessions may give the same one twice by chance.
const ROUNDS: u32 = 3;

/// The error of a URL that does not say what is in between.
pub(super) fn unexpected() -> Error {
    Error::Unavailable(
        "the pooler in front of PostgreSQL gives each transaction another session: add pooler=transaction to the \
         database URL, or let it pool sessions"
            .to_owned(),
    )
}

impl Session {
    /// Whether this connection and another one share sessions of the server: what one of them sets there, the other
    /// sees, or it is gone.
    pub(super) fn shares_with(&mut self, other: &mut Session) -> Result<bool> {
        let mark = getrandom::u64().unwrap_or_default().to_string();
        for _ in 0..ROUNDS {
            self.batch(&format!("SET deskwire.connection = '{mark}'"))?;
            // From here on it has a session that nobody else gets, until it ends the transaction.
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

    /// What was set on the server's session, without a prepared statement, which a pooler may lose.
    fn mark(&mut self) -> Result<String> {
        let sql = "SELECT pg_catalog.current_setting('deskwire.connection', true)";
        Ok(self.texts(sql)?.pop().unwrap_or_default())
    }
}
