//! The words of articles, by which they are found (ADR 41).

use super::record::{Record, record};
use crate::{Result, Value, WorkspaceTx, params};

use super::{padded_texts, places};

record! {
    /// A word of a content.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ArticleWord in "article_words", key (word: &str, article_id: i64, locale: &str) {
        word: String,
        article_id: i64,
        locale: String,
        /// How much the content is about the word.
        weight: i64,
        published: bool,
        help_center_id: i64,
    }
    pub fn insert_all;
}

/// Removes these words of a content.
pub fn delete(tx: &mut WorkspaceTx, article: i64, locale: &str, words: &[&str]) -> Result<()> {
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
pub fn set_help_center(tx: &mut WorkspaceTx, article: i64, locale: &str, words: &[&str], center: i64) -> Result<()> {
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
    pub help_center_id: Option<i64>,
}

/// A page of the articles that a query finds, the best first, and how many there are in all.
pub fn search(tx: &mut WorkspaceTx, query: &Query, limit: i64, offset: i64) -> Result<(Vec<i64>, i64)> {
    let mut values: Vec<Value<'_>> = Vec::new();
    let mut place = |value| {
        values.push(value);
        format!("${}", values.len() + 1)
    };
    let mut sql = String::new();
    let from = if query.all { query.words.iter().enumerate().collect::<Vec<_>>() } else { Vec::new() };
    let (mut scores, mut joins, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
    for (n, wanted) in from {
        let (word, weight) = (place(Value::from(wanted.word.as_str())), place(Value::from(wanted.weight)));
        scores.push(format!("w{n}.weight * CAST({weight} AS BIGINT)"));
        let same = "workspace_id = w0.workspace_id";
        match n {
            0 => conditions.push(format!("w0.workspace_id = $1 AND w0.word = {word}")),
            n => joins.push(format!(
                " JOIN article_words w{n} ON w{n}.{same} AND w{n}.word = {word} AND w{n}.article_id = w0.article_id \
                 AND w{n}.locale = w0.locale"
            )),
        }
    }
    if !query.all {
        let cases = query.words.iter().map(|wanted| {
            let (word, weight) = (place(Value::from(wanted.word.as_str())), place(Value::from(wanted.weight)));
            (format!("WHEN {word} THEN CAST({weight} AS BIGINT)"), word)
        });
        let (cases, words): (Vec<_>, Vec<_>) = cases.unzip();
        scores.push(format!("w0.weight * CASE w0.word {} END", cases.join(" ")));
        conditions.push(format!("w0.workspace_id = $1 AND w0.word IN ({})", words.join(", ")));
    }
    if let Some(published) = query.published {
        conditions.push(format!("w0.published = {}", place(Value::from(published))));
    }
    if let Some(id) = query.help_center_id {
        conditions.push(format!("w0.help_center_id = {}", place(Value::from(id))));
    }
    // Of several languages of an article the best counts.
    sql.push_str(&format!(
        "SELECT article_id, max(score) AS best, count(*) OVER () FROM \
         (SELECT w0.article_id AS article_id, w0.locale AS locale, CAST(sum({}) AS BIGINT) AS score FROM article_words w0{} \
         WHERE {} GROUP BY w0.article_id, w0.locale) AS found GROUP BY article_id ORDER BY best DESC, article_id DESC \
         LIMIT {} OFFSET {}",
        scores.join(" + "),
        joins.concat(),
        conditions.join(" AND "),
        place(Value::from(limit)),
        place(Value::from(offset))
    ));
    let mut total = 0;
    let found = tx.query_all(&sql, &values, |row| {
        total = row.get(2)?;
        row.get(0)
    })?;
    Ok((found, total))
}
