//! The entries of the content index: one per content and language (ADR 45).

use super::column_enum::column_enum;
use super::content_words::Filter;
use super::record::{FromRow, Record, record, select};
use super::{changed_at, padded, places};
use crate::ids::{AdminId, ContentEntryId, FolderId, HelpCenterId};
use crate::{Dialect, Hold, Result, Value, WorkspaceTx, params};

column_enum! {
    /// The kinds of content. Their ids come from one counter.
    #[derive(PartialOrd, Ord)]
    pub enum ContentKind {
        Article = "article",
        InternalArticle = "internal_article",
        Snippet = "content_snippet",
        ExternalPage = "external_content",
    }
}

record! {
    /// The row of a content in one language.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ContentEntry in "content_entries", key (id: ContentEntryId) {
        /// The id of the content in this language.
        id: ContentEntryId,
        kind: ContentKind,
        /// The id of the article; for other kinds, the same as the entry's.
        content_id: i64,
        locale: String,
        title: String,
        published: bool,
        help_center_id: Option<HelpCenterId>,
        folder_id: Option<FolderId>,
        ai_chatbot_availability: bool,
        ai_copilot_availability: bool,
        ai_sales_agent_availability: bool,
        created_by_id: Option<AdminId>,
        updated_by_id: Option<AdminId>,
        created_at: i64,
        /// When the content was last changed, in any language.
        updated_at: i64,
    }
    pub fn get, insert, update, delete;
}

impl ContentKind {
    /// The table of the contents themselves.
    const fn table(self) -> &'static str {
        match self {
            ContentKind::Article => "articles",
            ContentKind::InternalArticle => "internal_articles",
            ContentKind::Snippet => "content_snippets",
            ContentKind::ExternalPage => "external_pages",
        }
    }
}

/// The ids of the next contents of a kind after an id, in order, whether or not they have entries.
pub fn contents_after(tx: &mut WorkspaceTx, kind: ContentKind, after: i64, limit: i64) -> Result<Vec<i64>> {
    let sql = format!("SELECT id FROM {} WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3", kind.table());
    tx.query_all(&sql, params![after, limit], |row| row.get(0))
}

/// The number of entries, counted up to `most`.
pub fn count(tx: &mut WorkspaceTx, most: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM content_entries WHERE workspace_id = $1 LIMIT $2) AS limited";
    tx.query_one(sql, params![most], |row| row.get(0))
}

/// The entry of a content in a language, locked for update.
pub fn lock_locale(tx: &mut WorkspaceTx, content_id: i64, locale: &str) -> Result<Option<ContentEntry>> {
    let sql = select!(ContentEntry, " AND content_id = $2 AND locale = $3", tx, Hold::Change);
    tx.query_opt(sql, params![content_id, locale], ContentEntry::from_row)
}

/// The entries of these contents, by content and id.
pub fn of_many(tx: &mut WorkspaceTx, content_ids: &[i64]) -> Result<Vec<ContentEntry>> {
    if content_ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(content_ids);
    let places = places(2, values.len());
    let sql = ContentEntry::select(&format!(" AND content_id IN ({places}) ORDER BY content_id, id"));
    tx.query_all(&sql, &values, ContentEntry::from_row)
}

/// Records the time of a change of a content.
pub fn touch(tx: &mut WorkspaceTx, content_id: i64, updated_at: i64) -> Result<()> {
    let sql = format!("UPDATE content_entries SET {} WHERE workspace_id = $1 AND content_id = $3", changed_at(2));
    tx.send(&sql, params![updated_at, content_id])
}

/// A page of the contents that match a filter, most recently changed first, and the total count.
pub fn page(tx: &mut WorkspaceTx, filter: &Filter, limit: i64, offset: i64) -> Result<(Vec<i64>, i64)> {
    let mut values = Vec::new();
    let conditions = filter.conditions("e", &mut values);
    // Tells SQLite to use the index that has few rows of the workspace, or that has the order of the list.
    let index = match (tx.dialect(), &filter.folders) {
        (Dialect::Postgres, _) => "",
        (Dialect::Sqlite, Some(folders)) if !folders.is_empty() => " INDEXED BY content_entries_folder",
        (Dialect::Sqlite, _) => " INDEXED BY content_entries_updated_at",
    };
    let found = format!("FROM content_entries e{index} WHERE e.workspace_id = $1{conditions}");
    let count = values.len();
    values.extend([Value::from(limit), Value::from(offset)]);
    let sql = format!(
        "SELECT DISTINCT e.updated_at, e.content_id {found} ORDER BY e.updated_at DESC, e.content_id DESC LIMIT ${} OFFSET ${}",
        count + 2,
        count + 3
    );
    let ids = tx.query_all(&sql, &values, |row| row.get(1))?;
    let sql = format!("SELECT count(DISTINCT e.content_id) {found}");
    Ok((ids, tx.query_one(&sql, &values[..count], |row| row.get(0))?))
}
