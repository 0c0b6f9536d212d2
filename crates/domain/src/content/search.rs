//! Searching contents of all kinds (ADR 45).

use std::collections::HashMap;

use deskwire_store::articles;
use deskwire_store::content_entries::{self as entries, ContentEntry, ContentKind};
use deskwire_store::content_words::{self as store, Filter, Wanted};

use super::words::search_words;
use crate::error::Result;
use crate::ids::{ArticleId, FolderId};
use crate::{Cx, folders};

/// The maximum number of words searched for: the first of a phrase.
const MAX_WORDS: usize = 12;
/// The limit for counting the entries of a word.
const COUNTED: i64 = 10_000;

/// A page of results.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The ids of the contents, best first.
    pub ids: Vec<i64>,
    /// How many contents there are in all.
    pub total: i64,
    /// The words that were searched for, to highlight them.
    pub words: Vec<String>,
}

/// A page of the contents that have all words of a phrase or, if none has all, of those that have any. Without a
/// phrase, the most recently changed contents.
pub fn search(cx: &mut Cx, phrase: Option<&str>, filter: &Filter, limit: i64, offset: i64) -> Result<Found> {
    let Some(phrase) = phrase.map(str::trim).filter(|phrase| !phrase.is_empty()) else {
        let (ids, total) = entries::page(cx, filter, limit, offset)?;
        return Ok(Found { ids, total, words: Vec::new() });
    };
    let mut keys = search_words(phrase);
    keys.truncate(MAX_WORDS);
    let words = weighed(cx, &keys, &filter.kinds)?;
    let mut all = words.iter().all(|(_, there)| *there);
    let words: Vec<Wanted> = words.into_iter().filter(|(_, there)| *there).map(|(word, _)| word).collect();
    if words.is_empty() {
        return Ok(Found { words: keys, ..Found::default() });
    }
    let (mut ids, mut total) = page(cx, &words, all, filter, limit, offset)?;
    if total == 0 && all && words.len() > 1 {
        all = false;
        (ids, total) = page(cx, &words, all, filter, limit, offset)?;
    }
    Ok(Found { ids, total, words: keys })
}

/// A page of the contents with these words, and the total count, which a page that is not full determines by itself.
fn page(cx: &mut Cx, words: &[Wanted], all: bool, filter: &Filter, limit: i64, offset: i64) -> Result<(Vec<i64>, i64)> {
    let (ids, count) = if all && words.len() > 1 {
        store::best_and_count(cx, words, filter, limit, offset)?
    } else {
        (store::best(cx, words, all, filter, limit, offset)?, None)
    };
    if let Some(count) = count {
        return Ok((ids, count));
    }
    let rows = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let is_last = rows < limit && (rows > 0 || offset == 0);
    let total = if is_last { offset + rows } else { store::count(cx, words, all, filter)? };
    Ok((ids, total))
}

/// A search over contents of all kinds.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Words; `None` for all contents.
    pub phrase: Option<String>,
    /// The filter.
    pub filter: Filter,
    /// Only contents in these folders or in their subfolders.
    pub folders: Option<Vec<FolderId>>,
}

/// A page of contents of all kinds.
#[derive(Debug, Clone)]
pub struct All {
    /// The contents, best first.
    pub items: Vec<Item>,
    /// The total count.
    pub total: i64,
}

/// A content that was found.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its title; for an article, in its default language.
    pub title: String,
    /// Its entry in each language.
    pub entries: Vec<ContentEntry>,
}

/// A page of the contents that match a query.
pub fn search_all(cx: &mut Cx, query: &Query, limit: i64, offset: i64) -> Result<All> {
    let mut filter = query.filter.clone();
    if let Some(ids) = &query.folders {
        filter.folders = Some(folders::with_descendants(cx, ids)?);
    }
    let found = search(cx, query.phrase.as_deref(), &filter, limit, offset)?;
    let mut entries: HashMap<i64, Vec<ContentEntry>> = HashMap::new();
    for entry in entries::of_many(cx, &found.ids)? {
        entries.entry(entry.content_id).or_default().push(entry);
    }
    let articles: Vec<ArticleId> = found.ids.iter().map(|id| ArticleId::new(*id)).collect();
    let articles = articles::get_many(cx, &articles)?;
    let item = |id: &i64| {
        let entries = entries.remove(id)?;
        let article = articles.iter().find(|article| article.id.number() == *id);
        let main = entries.iter().find(|entry| article.is_some_and(|article| article.default_locale == entry.locale));
        let title = main.or(entries.first())?.title.clone();
        Some(Item { title, entries })
    };
    Ok(All { items: found.ids.iter().filter_map(item).collect(), total: found.total })
}

/// The words, rarest first, with weights that favor rare words, each with whether any entry has it.
fn weighed(cx: &mut Cx, keys: &[String], kinds: &[ContentKind]) -> Result<Vec<(Wanted, bool)>> {
    let mut counted = Vec::with_capacity(keys.len());
    for key in keys {
        counted.push((store::frequency(cx, key, kinds, COUNTED)?, key));
    }
    counted.sort();
    let wanted = |(count, key): (i64, &String)| {
        // The logarithm of the rarity: 1 for the most common words, 14 for those that occur once.
        let weight = 1 + i64::from((COUNTED / count.max(1)).max(1).ilog2());
        (Wanted { word: key.clone(), weight }, count > 0)
    };
    Ok(counted.into_iter().map(wanted).collect())
}
