//! The errors of the store, the same for both databases.

use rusqlite::ffi;

/// An error of the store. It can be cloned, because every write of a failed commit gets it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A unique constraint was violated. Names follow the columns without `workspace_id`, like
    /// `contacts_external_id_key`. Primary keys are named like `contacts_pkey`.
    #[error("unique constraint {0} violated")]
    Unique(String),
    /// A foreign key constraint was violated.
    #[error("foreign key constraint violated")]
    ForeignKey,
    /// A column that must not be null was null; `table.column`.
    #[error("column {0} must not be null")]
    NotNull(String),
    /// A check constraint, by name, was violated. On SQLite an unnamed constraint is named by its text.
    #[error("check constraint {0} violated")]
    Check(String),
    /// [`Tx::query_one`](super::Tx::query_one) found no row.
    #[error("no row found")]
    NoRow,
    /// The time limit of the search lane was reached.
    #[error("the query took too long")]
    Timeout,
    /// No connection became free in time, or another process held the lock for too long. A retry may succeed.
    #[error("the database is busy")]
    Busy,
    /// A statement that changes data was run in `read` or `search`.
    #[error("a statement that changes data needs a write: {0}")]
    ReadOnly(String),
    /// The closure panicked; its transaction was rolled back.
    #[error("panicked inside a transaction: {0}")]
    Panicked(String),
    /// A column does not have the expected type or value.
    #[error("column {index}: {reason}")]
    Column {
        /// The column's position in the row, from 0.
        index: usize,
        /// The mismatch.
        reason: String,
    },
    /// The parameters do not match the statement.
    #[error("bad statement: {0}")]
    Statement(String),
    /// The database cannot be reached or is closed, or the connection was lost.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A backup cannot be written or restored.
    #[error("{0}")]
    Archive(String),
    /// The disk is full.
    #[error("no space left for the database")]
    Full,
    /// Any other error of the database.
    #[error("database: {0}")]
    Database(String),
}

impl Error {
    /// Returns the error for a column that cannot be read as requested.
    pub(crate) fn column(index: usize, reason: impl std::fmt::Display) -> Error {
        Error::Column { index, reason: reason.to_string() }
    }

    /// Returns the error for a closure that panicked with `payload`.
    pub(crate) fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("unknown reason");
        Error::Panicked(text.to_owned())
    }

    /// Returns the error for a failed operation on files around the database.
    pub(crate) fn file(doing: &str, path: &std::path::Path, error: impl std::fmt::Display) -> Error {
        Error::Unavailable(format!("{doing} {}: {error}", path.display()))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return match error {
                rusqlite::Error::QueryReturnedNoRows => Error::NoRow,
                // The text is the rest of a batch; it begins with the failed statement.
                rusqlite::Error::SqlInputError { msg, sql, .. } => {
                    Error::Database(format!("{msg} in {}", first_line(&sql, 0)))
                }
                other => Error::Database(other.to_string()),
            };
        };
        let message = message.as_deref().unwrap_or_default();
        match code.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE => Error::Unique(unique_name(message)),
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
                Error::Unique(primary_key_name(message))
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKey,
            ffi::SQLITE_CONSTRAINT_NOTNULL => Error::NotNull(after_colon(message).to_owned()),
            ffi::SQLITE_CONSTRAINT_CHECK => Error::Check(after_colon(message).to_owned()),
            _ => match code.code {
                ffi::ErrorCode::OperationInterrupted => Error::Timeout,
                ffi::ErrorCode::DatabaseBusy | ffi::ErrorCode::DatabaseLocked => Error::Busy,
                ffi::ErrorCode::DiskFull => Error::Full,
                ffi::ErrorCode::CannotOpen | ffi::ErrorCode::SystemIoFailure => Error::Unavailable(error.to_string()),
                _ => Error::Database(error.to_string()),
            },
        }
    }
}

/// Returns the first line, without comments, of the statement of a batch that contains the byte `at`.
pub(crate) fn first_line(batch: &str, at: usize) -> &str {
    let start = batch.get(..at).and_then(|before| before.rfind(';')).map_or(0, |end| end + 1);
    let mut lines = batch[start..].lines().map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with("--")).unwrap_or_default()
}

fn after_colon(message: &str) -> &str {
    message.split_once(": ").map_or(message, |(_, rest)| rest)
}

/// Returns `contacts_external_id_key` for "... failed: `contacts.workspace_id, contacts.external_id`".
fn unique_name(message: &str) -> String {
    let columns = after_colon(message);
    if let Some(index) = columns.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let mut name = String::new();
    let mut partitioned = false;
    for column in columns.split(", ") {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        if name.is_empty() {
            name.push_str(table);
        }
        if column == "workspace_id" {
            partitioned = true;
        } else {
            name.push('_');
            name.push_str(column);
        }
    }
    if partitioned && !columns.contains(", ") {
        name.push_str("_workspace_id");
    }
    with_suffix(name, "_key")
}

fn primary_key_name(message: &str) -> String {
    let table = after_colon(message).split('.').next().unwrap_or_default();
    with_suffix(table.to_owned(), "_pkey")
}

/// Appends `suffix`. PostgreSQL truncates names to 63 bytes, so its migrations contain longer names in truncated form.
fn with_suffix(mut name: String, suffix: &str) -> String {
    name.push_str(suffix);
    while name.len() > 63 {
        name.pop();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_of_a_batch_is_named_by_its_first_line() {
        let batch =
            "-- The tables.\nCREATE TABLE a (\n    b TEXT);\n\n-- More.\nINSERT INTO c\n  VALUES (1);\nSELECT 1";
        assert_eq!(first_line(batch, 0), "CREATE TABLE a (");
        let at = batch.find("VALUES").unwrap_or_default();
        assert_eq!(first_line(batch, at), "INSERT INTO c");
        assert_eq!(first_line("", 0), "");
    }

    #[test]
    fn unique_names_leave_out_the_workspace() {
        let name = |columns: &str| unique_name(&format!("UNIQUE constraint failed: {columns}"));
        assert_eq!(name("contacts.workspace_id, contacts.external_id"), "contacts_external_id_key");
        assert_eq!(name("tags.workspace_id, tags.kind, tags.name"), "tags_kind_name_key");
        assert_eq!(name("workspaces.name"), "workspaces_name_key");
        assert_eq!(name("settings.workspace_id"), "settings_workspace_id_key");
        assert_eq!(name("index 'tags_lower_name_key'"), "tags_lower_name_key");
    }
}
