//! The word index of contents (ADR 45).

use super::content_entries::ContentKind;
use super::content_import_sources::SourceStatus;
use super::record::{Record, record};
use super::{padded, padded_texts, places};
use crate::ids::{AdminId, ContentEntryId, FolderId, HelpCenterId, TagId};
use crate::{Result, Value, WorkspaceTx};

record! {
    /// A word of a content in one language.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ContentWord in "content_words", key (word: &str, kind: ContentKind, content_id: i64, entry_id: ContentEntryId) {
        word: String,
        kind: ContentKind,
        content_id: i64,
        entry_id: ContentEntryId,
        /// The weight of the word in the entry.
        weight: i64,
        published: bool,
        help_center_id: Option<HelpCenterId>,
    }
    pub fn insert_all;
}

/// Removes these words of an entry of a content.
pub fn delete(
    tx: &mut WorkspaceTx,
    kind: ContentKind,
    content_id: i64,
    entry: ContentEntryId,
    words: &[&str],
) -> Result<()> {
    for words in words.chunks(256) {
        let mut values = vec![Value::from(kind), Value::from(content_id), Value::from(entry)];
        values.extend(padded_texts(words));
        let sql = format!(
            "DELETE FROM {} WHERE workspace_id = $1 AND kind = $2 AND content_id = $3 AND entry_id = $4 AND word IN ({})",
            ContentWord::TABLE,
            places(5, values.len() - 3)
        );
        tx.send(&sql, &values)?;
    }
    Ok(())
}

/// A word to search for, and its weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The word.
    pub word: String,
    /// Its weight: rare words weigh more.
    pub weight: i64,
}

/// A filter of contents. Empty lists and `None` do not filter, unless noted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only contents of these kinds.
    pub kinds: Vec<ContentKind>,
    /// Only published contents, or only those that are not.
    pub published: Option<bool>,
    /// Only contents in this help center.
    pub help_center_id: Option<HelpCenterId>,
    /// Only contents in these languages.
    pub locales: Vec<String>,
    /// Only contents that have at least one tag of each of these lists.
    pub tagged: Vec<Vec<TagId>>,
    /// Only contents that have none of these tags.
    pub untagged: Vec<TagId>,
    /// Only contents directly in one of these folders; an empty list matches nothing.
    pub folders: Option<Vec<FolderId>>,
    /// Whether the AI chatbot may use it.
    pub ai_chatbot: Option<bool>,
    /// Whether the AI copilot may use it.
    pub ai_copilot: Option<bool>,
    /// Whether the AI sales agent may use it.
    pub ai_sales_agent: Option<bool>,
    /// Only contents created by one of these teammates.
    pub created_by: Vec<AdminId>,
    /// Only contents last changed by one of these teammates.
    pub updated_by: Vec<AdminId>,
    /// Whether to omit pages of deactivated sources.
    pub of_active_sources: bool,
    /// The range of the time of creation, inclusive.
    pub created: (Option<i64>, Option<i64>),
    /// The range of the time of the last change, inclusive.
    pub updated: (Option<i64>, Option<i64>),
}

impl Filter {
    /// Whether it filters only by columns of the word index.
    fn is_of_words(&self) -> bool {
        let times = [self.created.0, self.created.1, self.updated.0, self.updated.1];
        self.locales.is_empty()
            && self.tagged.is_empty()
            && self.untagged.is_empty()
            && self.folders.is_none()
            && [self.ai_chatbot, self.ai_copilot, self.ai_sales_agent] == [None; 3]
            && self.created_by.is_empty()
            && self.updated_by.is_empty()
            && !self.of_active_sources
            && times == [None; 4]
    }

    /// The conditions on columns that the word index also has, each after `AND`. Appends their values to `values`,
    /// whose first is `$2`.
    fn of_words<'v>(&'v self, of: &str, values: &mut Vec<Value<'v>>) -> String {
        let mut sql = String::new();
        among(of, "kind", self.kinds.iter().map(|kind| Value::from(*kind)).collect(), values, &mut sql);
        let flags =
            [("published", self.published.map(Value::from)), ("help_center_id", self.help_center_id.map(Value::from))];
        for (column, value) in flags {
            compare(of, column, "=", value, values, &mut sql);
        }
        sql
    }

    /// All conditions on an entry.
    pub(super) fn conditions<'v>(&'v self, of: &str, values: &mut Vec<Value<'v>>) -> String {
        let mut sql = self.of_words(of, values);
        self.of_entries(of, values, &mut sql);
        sql
    }

    /// The conditions on columns that only entries have.
    fn of_entries<'v>(&'v self, of: &str, values: &mut Vec<Value<'v>>, sql: &mut String) {
        let locales: Vec<&str> = self.locales.iter().map(String::as_str).collect();
        among(of, "locale", padded_texts(&locales), values, sql);
        among(of, "created_by_id", padded(&self.created_by), values, sql);
        among(of, "updated_by_id", padded(&self.updated_by), values, sql);
        for tags in &self.tagged {
            with_tags(of, "IN", tags, values, sql);
        }
        with_tags(of, "NOT IN", &self.untagged, values, sql);
        if self.of_active_sources {
            of_active_sources(of, values, sql);
        }
        match &self.folders {
            Some(folders) if folders.is_empty() => sql.push_str(" AND 1 = 0"),
            Some(folders) => among(of, "folder_id", padded(folders), values, sql),
            None => {}
        }
        for (column, operator, value) in [
            ("ai_chatbot_availability", "=", self.ai_chatbot.map(Value::from)),
            ("ai_copilot_availability", "=", self.ai_copilot.map(Value::from)),
            ("ai_sales_agent_availability", "=", self.ai_sales_agent.map(Value::from)),
            ("created_at", ">=", self.created.0.map(Value::from)),
            ("created_at", "<=", self.created.1.map(Value::from)),
            ("updated_at", ">=", self.updated.0.map(Value::from)),
            ("updated_at", "<=", self.updated.1.map(Value::from)),
        ] {
            compare(of, column, operator, value, values, sql);
        }
    }
}

fn with_tags(of: &str, operator: &str, tags: &[TagId], values: &mut Vec<Value<'_>>, sql: &mut String) {
    if !tags.is_empty() {
        let mut tagged = String::new();
        among("t", "tag_id", padded(tags), values, &mut tagged);
        sql.push_str(&format!(
            " AND {of}.content_id {operator} (SELECT t.content_id FROM content_tags t WHERE t.workspace_id = $1{tagged})"
        ));
    }
}

/// Omits pages of deactivated sources. Looks up the sources of pages only.
fn of_active_sources(of: &str, values: &mut Vec<Value<'_>>, sql: &mut String) {
    values.extend([Value::from(ContentKind::ExternalPage), Value::from(SourceStatus::Active)]);
    let (kind, status) = (values.len(), values.len() + 1);
    sql.push_str(&format!(
        " AND ({of}.kind <> ${kind} OR (SELECT s.status FROM external_pages p JOIN content_import_sources s ON \
         s.workspace_id = p.workspace_id AND s.id = p.source_id WHERE p.workspace_id = $1 AND p.id = {of}.content_id) \
         = ${status})"
    ));
}

fn compare<'v>(
    of: &str,
    column: &str,
    operator: &str,
    value: Option<Value<'v>>,
    values: &mut Vec<Value<'v>>,
    sql: &mut String,
) {
    if let Some(value) = value {
        values.push(value);
        sql.push_str(&format!(" AND {of}.{column} {operator} ${}", values.len() + 1));
    }
}

fn among<'v>(of: &str, column: &str, any: Vec<Value<'v>>, values: &mut Vec<Value<'v>>, sql: &mut String) {
    if !any.is_empty() {
        sql.push_str(&format!(" AND {of}.{column} IN ({})", places(values.len() + 2, any.len())));
        values.extend(any);
    }
}

/// How many entries of these kinds have a word, up to `most`.
pub fn frequency(tx: &mut WorkspaceTx, word: &str, kinds: &[ContentKind], most: i64) -> Result<i64> {
    let mut values = vec![Value::from(word), Value::from(most)];
    let mut kind = String::new();
    among("w", "kind", kinds.iter().map(|kind| Value::from(*kind)).collect(), &mut values, &mut kind);
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM content_words w WHERE w.workspace_id = $1 AND w.word = $2{kind} LIMIT $3) AS limited"
    );
    tx.query_one(&sql, &values, |row| row.get(0))
}

/// The best contents that have all of these words in one language, or any of them.
pub fn best(
    tx: &mut WorkspaceTx,
    words: &[Wanted],
    all: bool,
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<Vec<i64>> {
    let (values, found, page) = ranked(words, all, filter, limit, offset);
    tx.query_all(&format!("{found} {page}"), &values, |row| row.get(0))
}

/// The best contents that have all of these words in one language, and their total count, unless the page is beyond the
/// last one. Joins of words are expensive, so one statement is cheaper than two.
pub fn best_and_count(
    tx: &mut WorkspaceTx,
    words: &[Wanted],
    filter: &Filter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<i64>, Option<i64>)> {
    let (values, found, page) = ranked(words, true, filter, limit, offset);
    let sql = format!(
        "WITH found AS MATERIALIZED ({found}) SELECT content_id, (SELECT count(*) FROM found) FROM found {page}"
    );
    let rows: Vec<(i64, i64)> = tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let count = rows.first().map(|(_, count)| *count);
    Ok((rows.into_iter().map(|(id, _)| id).collect(), count))
}

/// The statement that finds contents (`content_id`) and their scores (`best`), the clause that takes a page of them,
/// and the values of both.
fn ranked<'v>(
    words: &'v [Wanted],
    all: bool,
    filter: &'v Filter,
    limit: i64,
    offset: i64,
) -> (Vec<Value<'v>>, String, String) {
    let (mut values, matching) = matching(words, all, filter);
    let mut next = values.len() + 1;
    let mut place = || {
        next += 1;
        format!("${next}")
    };
    let weights: Vec<String> = words.iter().map(|_| format!("CAST({} AS BIGINT)", place())).collect();
    let page = format!("ORDER BY best DESC, content_id DESC LIMIT {} OFFSET {}", place(), place());
    let found = if all {
        let score = weights.iter().enumerate().map(|(n, weight)| format!("w{n}.weight * {weight}"));
        let score = score.collect::<Vec<_>>().join(" + ");
        format!("SELECT w0.content_id AS content_id, max({score}) AS best {matching} GROUP BY w0.content_id")
    } else {
        let cases = weights.iter().zip(2..).map(|(weight, word)| format!("WHEN ${word} THEN {weight}"));
        let score = format!("w0.weight * CASE w0.word {} END", cases.collect::<Vec<_>>().join(" "));
        format!(
            "SELECT content_id, max(score) AS best FROM (SELECT w0.content_id AS content_id, CAST(sum({score}) AS BIGINT) AS \
             score {matching} GROUP BY w0.content_id, w0.entry_id) AS found GROUP BY content_id"
        )
    };
    values.extend(words.iter().map(|wanted| Value::from(wanted.weight)));
    values.extend([Value::from(limit), Value::from(offset)]);
    (values, found, page)
}

/// The number of contents that have all of these words in one language, or any of them.
pub fn count(tx: &mut WorkspaceTx, words: &[Wanted], all: bool, filter: &Filter) -> Result<i64> {
    let (values, matching) = matching(words, all, filter);
    let sql = format!("SELECT count(DISTINCT w0.content_id) {matching}");
    tx.query_one(&sql, &values, |row| row.get(0))
}

/// The statement of the matching rows from `FROM` on, and its values: the words first, from `$2` on.
fn matching<'v>(words: &'v [Wanted], all: bool, filter: &'v Filter) -> (Vec<Value<'v>>, String) {
    let mut values: Vec<Value<'v>> = words.iter().map(|wanted| Value::from(wanted.word.as_str())).collect();
    let mut sql = "FROM content_words w0".to_owned();
    for n in 1..if all { words.len() } else { 1 } {
        sql.push_str(&format!(
            " JOIN content_words w{n} ON w{n}.workspace_id = w0.workspace_id AND w{n}.word = ${} \
             AND w{n}.kind = w0.kind AND w{n}.content_id = w0.content_id AND w{n}.entry_id = w0.entry_id",
            n + 2
        ));
    }
    if !filter.is_of_words() {
        sql.push_str(" JOIN content_entries e ON e.workspace_id = w0.workspace_id AND e.id = w0.entry_id");
    }
    if all {
        sql.push_str(" WHERE w0.workspace_id = $1 AND w0.word = $2");
    } else {
        sql.push_str(&format!(" WHERE w0.workspace_id = $1 AND w0.word IN ({})", places(2, words.len())));
    }
    sql.push_str(&filter.of_words("w0", &mut values));
    if !filter.is_of_words() {
        filter.of_entries("e", &mut values, &mut sql);
    }
    (values, sql)
}
