//! Interprets errors of the server.

use tokio_postgres::error::{DbError, Severity, SqlState};

use super::columns::without_value;
use crate::Error;

/// The functions of the server that reject writes on a standby with `0A000`. Their names identify the error, because
/// messages may be in any language.
const READ_ONLY_CHECKS: [&str; 2] = ["check_transaction_read_only", "call_bool_check_hook"];

/// The function of the server that rejects a prepared statement whose columns have changed.
const PLAN_CHECK: &str = "RevalidateCachedQuery";

/// Returns whether the server closes the connection after this error.
pub(super) fn ends_the_session(db: &DbError) -> bool {
    let code = db.code().code();
    let fatal = matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
    fatal || code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03")
}

/// Returns whether a write failed because the server is no longer the primary.
pub(super) fn takes_no_writes(db: &DbError) -> bool {
    *db.code() == SqlState::READ_ONLY_SQL_TRANSACTION
        || (*db.code() == SqlState::FEATURE_NOT_SUPPORTED
            && db.routine().is_some_and(|routine| READ_ONLY_CHECKS.contains(&routine)))
}

/// Returns whether a prepared statement must be prepared again, because a migration changed its columns.
pub(super) fn is_outdated_plan(db: &DbError) -> bool {
    *db.code() == SqlState::FEATURE_NOT_SUPPORTED && db.routine() == Some(PLAN_CHECK)
}

/// Returns the store error for an error of the server.
pub(super) fn meaning(db: &DbError, sql: &str) -> Error {
    let code = db.code();
    let constraint = || without_shard(db.constraint().unwrap_or_default()).to_owned();
    match *code {
        SqlState::UNIQUE_VIOLATION => Error::Unique(constraint()),
        SqlState::FOREIGN_KEY_VIOLATION => Error::ForeignKey,
        SqlState::NOT_NULL_VIOLATION => {
            let table = without_shard(db.table().unwrap_or_default());
            Error::NotNull(format!("{table}.{}", db.column().unwrap_or_default()))
        }
        SqlState::CHECK_VIOLATION => Error::Check(constraint()),
        SqlState::QUERY_CANCELED => Error::Timeout,
        SqlState::LOCK_NOT_AVAILABLE => Error::Busy,
        SqlState::READ_ONLY_SQL_TRANSACTION => Error::ReadOnly(sql.to_owned()),
        SqlState::DISK_FULL => Error::Full,
        // Out of memory, connections or files; or the disk fails.
        _ if code.code().starts_with("53") || code.code().starts_with("58") => {
            Error::Unavailable(format!("{} ({})", db.message(), code.code()))
        }
        _ => Error::Database(format!("{} ({}) in {sql}", without_value(db), code.code())),
    }
}

/// Returns a name as migrations define it. For a distributed table, the server reports the name in the shard, which
/// ends with a number; none of our names does.
fn without_shard(name: &str) -> &str {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    match bare.strip_suffix('_') {
        Some(given) if bare.len() < name.len() => given,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::without_shard;

    #[test]
    fn shard_numbers_are_removed_from_names() {
        for (told, given) in [
            ("tags_pkey_102322", "tags_pkey"),
            ("contacts_email_key_key_102008", "contacts_email_key_key"),
            ("contacts_4611686018427387904", "contacts"),
            ("tags_pkey", "tags_pkey"),
            ("tags_", "tags_"),
            ("sha256", "sha256"),
            ("102008", "102008"),
            ("", ""),
        ] {
            assert_eq!(without_shard(told), given, "{told}");
        }
    }
}
