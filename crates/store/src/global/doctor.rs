//! Diagnostics of a whole database, for operators.

use crate::webhook_subscriptions::WebhookState;
use crate::{Dialect, Result, Tx, params};

/// The version of the database, as it reports it.
pub fn version(tx: &mut Tx<'_>) -> Result<String> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let version: String = tx.query_one("SELECT sqlite_version()", &[], |row| row.get(0))?;
            Ok(format!("SQLite {version}"))
        }
        Dialect::Postgres => tx.query_one("SELECT version()", &[], |row| row.get(0)),
    }
}

/// The result of SQLite's integrity check; empty if the file is intact.
pub fn integrity(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let mut found: Vec<String> = tx.query_all("SELECT quick_check FROM pragma_quick_check", &[], |row| row.get(0))?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// The numbers of workspaces and of live tokens.
pub fn counts(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    tx.query_one(
        "SELECT (SELECT count(*) FROM workspaces), (SELECT count(*) FROM tokens WHERE revoked_at IS NULL)",
        &[],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A webhook subscription with a problem.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns are described in the migration")]
pub struct Troubled {
    pub workspace: String,
    pub url: String,
    pub state: WebhookState,
    pub reason: Option<String>,
    pub paused_until: i64,
    pub failing_since: Option<i64>,
}

/// The number of webhook subscriptions, and those that are not live, are paused, or have been failing since before
/// `since`.
pub fn webhooks(tx: &mut Tx<'_>, since: i64, limit: i64) -> Result<(i64, Vec<Troubled>)> {
    let count = tx.query_one("SELECT count(*) FROM webhook_subscriptions", &[], |row| row.get(0))?;
    let now = tx.now();
    let troubled = tx.query_all(
        "SELECT workspace_id, url, state, reason, paused_until, failing_since FROM webhook_subscriptions \
         WHERE state <> 'live' OR paused_until > $1 OR failing_since < $2 ORDER BY workspace_id, id LIMIT $3",
        params![now, since, limit],
        |row| {
            Ok(Troubled {
                workspace: row.get(0)?,
                url: row.get(1)?,
                state: row.get(2)?,
                reason: row.get(3)?,
                paused_until: row.get(4)?,
                failing_since: row.get(5)?,
            })
        },
    )?;
    Ok((count, troubled))
}

/// The topics of a webhook subscription, and the scopes of its app.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns are described in the migration")]
pub struct Listener {
    pub workspace: String,
    pub url: String,
    pub topics: String,
    pub scopes: String,
    pub api_version: Option<String>,
}

/// The topics of webhook subscriptions.
pub fn listeners(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Listener>> {
    tx.query_all(
        "SELECT s.workspace_id, s.url, s.topics, a.scopes, a.api_version FROM webhook_subscriptions s \
         JOIN apps a ON a.workspace_id = s.workspace_id AND a.id = s.app_id ORDER BY s.workspace_id, s.id LIMIT $1",
        params![limit],
        |row| {
            Ok(Listener {
                workspace: row.get(0)?,
                url: row.get(1)?,
                topics: row.get(2)?,
                scopes: row.get(3)?,
                api_version: row.get(4)?,
            })
        },
    )
}

/// A stored file, and the minimum and maximum length that rows record for it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the comment of the struct describes them")]
pub struct Stored {
    pub workspace: String,
    pub hash: String,
    pub lengths: (u64, u64),
}

/// The stored files after one, by hash and workspace.
pub fn files(tx: &mut Tx<'_>, after: (&str, &str), limit: i64) -> Result<Vec<Stored>> {
    let length = |bytes: i64| u64::try_from(bytes).unwrap_or_default();
    tx.query_all(
        "SELECT workspace_id, hash, min(filesize), max(filesize) FROM attachments \
         WHERE hash IS NOT NULL AND hash >= $1 AND (hash > $1 OR workspace_id > $2) \
         GROUP BY hash, workspace_id ORDER BY hash, workspace_id LIMIT $3",
        params![after.0, after.1, limit],
        |row| {
            let lengths = (length(row.get(2)?), length(row.get(3)?));
            Ok(Stored { workspace: row.get(0)?, hash: row.get(1)?, lengths })
        },
    )
}
