//! The counts that rows keep of what refers to them, compared with what does.

use crate::{Hold, Result, WorkspaceTx, params};

/// A count that the rows of a table keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredCount {
    /// The table.
    pub table: &'static str,
    /// The column of the count.
    pub column: &'static str,
    /// The table of what is counted.
    counted: &'static str,
    /// The column that has the id of the row.
    of: &'static str,
}

/// All of them that a row alone determines.
pub const ALL: &[StoredCount] = &[
    count("contacts", "tag_count", "contact_tags", "contact_id"),
    count("contacts", "note_count", "notes", "contact_id"),
    count("contacts", "company_count", "contact_companies", "contact_id"),
    count("contacts", "subscription_count", "contact_subscriptions", "contact_id"),
    count("conversations", "tag_count", "conversation_tags", "conversation_id"),
    count("conversations", "teammate_count", "conversation_teammates", "conversation_id"),
    count("articles", "tag_count", "content_tags", "content_id"),
    count("internal_articles", "tag_count", "content_tags", "content_id"),
];

const fn count(table: &'static str, column: &'static str, counted: &'static str, of: &'static str) -> StoredCount {
    StoredCount { table, column, counted, of }
}

/// The result of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// The id of the last row that was compared; none if there was no row.
    pub last: Option<i64>,
    /// The ids of the rows whose count is wrong.
    pub wrong: Vec<i64>,
}

impl StoredCount {
    /// Compares the counts of the next rows after an id.
    pub fn compare(&self, tx: &mut WorkspaceTx, after: i64, limit: i64) -> Result<Compared> {
        let Self { table, column, .. } = self;
        let sql = format!(
            "SELECT id, {column}, {} FROM {table} WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            self.real()
        );
        let mut compared = Compared::default();
        tx.query_all(&sql, params![after, limit], |row| {
            let (id, stored, real): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            compared.last = Some(id);
            if stored != real {
                compared.wrong.push(id);
            }
            Ok(())
        })?;
        Ok(compared)
    }

    /// Sets the count of a row to the number of what refers to it. The row is locked first, so that nothing is added
    /// meanwhile.
    pub fn repair(&self, tx: &mut WorkspaceTx, id: i64) -> Result<()> {
        let Self { table, column, .. } = self;
        let lock = tx.hold(Hold::Change);
        let sql = format!("SELECT 1 FROM {table} WHERE workspace_id = $1 AND id = $2{lock}");
        tx.query_opt(&sql, params![id], |_| Ok(()))?;
        let sql = format!("UPDATE {table} SET {column} = {} WHERE workspace_id = $1 AND id = $2", self.real());
        tx.send(&sql, params![id])
    }

    /// The number of what refers to a row, in SQL. A partial index applies only if its condition is repeated.
    fn real(&self) -> String {
        let Self { table, counted, of, .. } = self;
        format!(
            "(SELECT count(*) FROM {counted} l WHERE l.workspace_id = $1 AND l.{of} = {table}.id AND l.{of} IS NOT NULL)"
        )
    }
}
