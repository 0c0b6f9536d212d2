//! The words of articles, by which they are found (ADR 41).

use super::record::{Record, record};
use crate::ids::{ArticleId, HelpCenterId};
use crate::{Result, Value, WorkspaceTx, params};

use super::{padded_texts, places};

record! {
    /// A word of a content.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ArticleWord in "article_words", key (word: &str, article_id: ArticleId, locale: &str) {
        word: String,
        article_id: ArticleId,
        locale: String,
        /// How much the content is about the word.
        weight: i64,
        published: bool,
        help_center_id: HelpCenterId,
    }
    pub fn insert_all;
}

/// Removes these words of a content.
pub fn delete(tx: &mut WorkspaceTx, article: ArticleId, locale: &str, words: &[&str]) -> Result<()> {
    for words in words.chunks(256) {
        let mut values = vec![Value::from(article), Value::from(locale)];
        values.extend(padded_texts(words));
        let sql = format!(
            "DELETE FROM {} WHERE workspace_id = $1 AND article_id = $2 AND locale = $3 AND word IN ({})",
            ArticleWord::TABLE,
            places(4, values.len() - 2)
        );
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

/// Sets the help center of these words of a content.
pub fn set_help_center(
    tx: &mut WorkspaceTx,
    article: ArticleId,
    locale: &str,
    words: &[&str],
    center: HelpCenterId,
) -> Result<()> {
    for words in words.chunks(256) {
        let mut values = vec![Value::from(center), Value::from(article), Value::from(locale)];
        values.extend(padded_texts(words));
        let sql = format!(
            "UPDATE article_words SET help_center_id = $2 WHERE workspace_id = $1 AND article_id = $3 AND locale = $4 \
             AND word IN ({})",
            places(5, values.len() - 3)
        );
        tx.execute(&sql, &values)?;
    }
    Ok(())
}

/// How many contents have a word, as far as `most`.
pub fn frequency(tx: &mut WorkspaceTx, word: &str, most: i64) -> Result<i64> {
    let sql =
        "SELECT count(*) FROM (SELECT 1 FROM article_words WHERE workspace_id = $1 AND word = $2 LIMIT $3) AS limited";
    tx.query_one(sql, params![word, most], |row| row.get(0))
}

/// A word that is looked for, and how much it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The word.
    pub word: String,
    /// Rare words count more.
    pub weight: i64,
}

/// Which articles are looked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The words.
    pub words: Vec<Wanted>,
    /// Whether a content must have all of the words, or only one.
    pub all: bool,
    /// Contents that are published, or those that are not.
    pub published: Option<bool>,
    /// The help center of the article.
    pub help_center_id: Option<HelpCenterId>,
}

/// A page of the articles that a query finds, the best first, and how many there are in all.
pub fn search(tx: &mut WorkspaceTx, query: &Query, limit: i64, offset: i64) -> Result<(Vec<ArticleId>, i64)> {
    let (mut values, matching) = matching(query);
    let mut next = values.len() + 1;
    let mut place = || {
        next += 1;
        format!("${next}")
    };
    let weights: Vec<String> = query.words.iter().map(|_| format!("CAST({} AS BIGINT)", place())).collect();
    let page = format!("ORDER BY best DESC, article_id DESC LIMIT {} OFFSET {}", place(), place());
    let sql = if query.all {
        let score = weights.iter().enumerate().map(|(n, weight)| format!("w{n}.weight * {weight}"));
        let score = score.collect::<Vec<_>>().join(" + ");
        format!("SELECT w0.article_id AS article_id, max({score}) AS best {matching} GROUP BY w0.article_id {page}")
    } else {
        let cases = weights.iter().zip(2..).map(|(weight, word)| format!("WHEN ${word} THEN {weight}"));
        let score = format!("w0.weight * CASE w0.word {} END", cases.collect::<Vec<_>>().join(" "));
        format!(
            "SELECT article_id, max(score) AS best FROM (SELECT w0.article_id AS article_id, CAST(sum({score}) AS BIGINT) AS \
             score {matching} GROUP BY w0.article_id, w0.locale) AS found GROUP BY article_id {page}"
        )
    };
    let count = values.len();
    values.extend(query.words.iter().map(|wanted| Value::from(wanted.weight)));
    values.extend([Value::from(limit), Value::from(offset)]);
    let found = tx.query_all(&sql, &values, |row| row.get(0))?;
    let rows = i64::try_from(found.len()).unwrap_or(i64::MAX);
    if rows < limit && (rows > 0 || offset == 0) {
        return Ok((found, offset + rows));
    }
    let sql = format!("SELECT count(DISTINCT w0.article_id) {matching}");
    let total = tx.query_one(&sql, &values[..count], |row| row.get(0))?;
    Ok((found, total))
}

/// The rows that a query finds, from `FROM` on, and the values of its places: the words first, from `$2` on.
fn matching(query: &Query) -> (Vec<Value<'_>>, String) {
    let mut values: Vec<Value<'_>> = query.words.iter().map(|wanted| Value::from(wanted.word.as_str())).collect();
    let mut sql = "FROM article_words w0".to_owned();
    if query.all {
        for n in 1..query.words.len() {
            sql.push_str(&format!(
                " JOIN article_words w{n} ON w{n}.workspace_id = w0.workspace_id AND w{n}.word = ${} \
                 AND w{n}.article_id = w0.article_id AND w{n}.locale = w0.locale",
                n + 2
            ));
        }
        sql.push_str(" WHERE w0.workspace_id = $1 AND w0.word = $2");
    } else {
        sql.push_str(&format!(" WHERE w0.workspace_id = $1 AND w0.word IN ({})", places(2, values.len())));
    }
    for (column, value) in
        [("published", query.published.map(Value::from)), ("help_center_id", query.help_center_id.map(Value::from))]
    {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND w0.{column} = ${}", values.len() + 1));
        }
    }
    (values, sql)
}
