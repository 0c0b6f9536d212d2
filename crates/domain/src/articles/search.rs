//! Searching articles (ADR 41).

use deskwire_store::article_contents::ArticleContent;
use deskwire_store::article_words::{self as store, Wanted};
use deskwire_store::articles as rows;
use deskwire_store::ids::{ArticleId, HelpCenterId};

use super::read::{Full, load_all};
use super::words::{ANY, wanted, words};
use crate::Cx;
use crate::error::{Error, Result};
use crate::html::plain;

/// Words that are looked for at most: the first of a phrase.
const MOST_WORDS: usize = 12;
/// Contents of a word that are counted.
const COUNTED: i64 = 10_000;
/// The longest phrase, in bytes.
const LONGEST: usize = 1_000;
/// Passages of a body that are shown.
const PASSAGES: usize = 3;
/// Bytes of a passage, on each side of the first word that was found.
const AROUND: usize = 80;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Words; none for all articles.
    pub phrase: Option<String>,
    /// Contents that are published, or those that are not.
    pub published: Option<bool>,
    /// The help center of the article.
    pub help_center_id: Option<HelpCenterId>,
    /// Whether to show where the words were found.
    pub highlight: bool,
}

/// A page of what was found, the best first.
#[derive(Debug, Clone)]
pub struct Found {
    /// The articles.
    pub articles: Vec<Full>,
    /// Where the words were found, if that was asked for.
    pub highlights: Vec<Highlight>,
    /// How many articles there are in all.
    pub total: i64,
}

/// Where the words were found in an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// The article.
    pub article_id: ArticleId,
    /// Its title.
    pub title: Vec<Piece>,
    /// Passages of its body.
    pub summary: Vec<Vec<Piece>>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Whether it was looked for.
    pub found: bool,
    /// The text.
    pub text: String,
}

/// A page of the articles that have all words, or, if none has, of those that have any.
pub fn search(cx: &mut Cx, query: &Query, limit: i64, offset: i64) -> Result<Found> {
    let phrase = query.phrase.as_deref().map(str::trim).filter(|phrase| !phrase.is_empty());
    if phrase.is_some_and(|phrase| phrase.len() > LONGEST) {
        return Err(Error::invalid(format!("phrase is too long (maximum is {LONGEST} bytes)")).field("phrase"));
    }
    let mut keys = phrase.map(wanted).unwrap_or_default();
    keys.truncate(MOST_WORDS);
    let is_vain = phrase.is_some() && keys.is_empty();
    let words = if is_vain { Vec::new() } else { weighed(cx, &keys)? };
    let mut asked = store::Query {
        all: words.iter().all(|(_, there)| *there),
        words: words.into_iter().filter(|(_, there)| *there).map(|(word, _)| word).collect(),
        published: query.published,
        help_center_id: query.help_center_id,
    };
    if asked.words.is_empty() {
        return Ok(Found { articles: Vec::new(), highlights: Vec::new(), total: 0 });
    }
    let (mut ids, mut total) = store::search(cx, &asked, limit, offset)?;
    if ids.is_empty() && offset > 0 {
        // Behind the last page, no row tells how many there are.
        total = store::search(cx, &asked, 1, 0)?.1;
    }
    if total == 0 && asked.all && asked.words.len() > 1 {
        asked.all = false;
        (ids, total) = store::search(cx, &asked, limit, offset)?;
    }
    let found = rows::get_many(cx, &ids)?;
    let articles = load_all(cx, found)?;
    let highlights =
        if query.highlight { articles.iter().map(|full| highlight(full, &keys)).collect() } else { Vec::new() };
    Ok(Found { articles, highlights, total })
}

/// The words, rarest first, each with whether any content has it. Rare words count more.
fn weighed(cx: &mut Cx, keys: &[String]) -> Result<Vec<(Wanted, bool)>> {
    if keys.is_empty() {
        return Ok(vec![(Wanted { word: ANY.to_owned(), weight: 1 }, true)]);
    }
    let mut counted = Vec::with_capacity(keys.len());
    for key in keys {
        counted.push((store::frequency(cx, key, COUNTED)?, key));
    }
    counted.sort();
    let wanted = |(count, key): (i64, &String)| {
        // The logarithm of how rare it is: 1 for the most common ones, 14 for those that occur once.
        let weight = 1 + i64::from((COUNTED / count.max(1)).max(1).ilog2());
        (Wanted { word: key.clone(), weight }, count > 0)
    };
    Ok(counted.into_iter().map(wanted).collect())
}

fn highlight(full: &Full, keys: &[String]) -> Highlight {
    let text = |content: &ArticleContent| plain(&content.body);
    let hits = |content: &&ArticleContent| {
        let found = words(&content.title).into_iter().chain(words(&content.description)).chain(words(&text(content)));
        let found: Vec<String> = found.map(|word| word.key).collect();
        keys.iter().filter(|key| found.contains(key)).count()
    };
    let own = full.content().map(|content| (hits(&content), content));
    let best = full.contents.iter().map(|content| (hits(&content), content)).fold(own, |best, next| match best {
        Some((most, _)) if most >= next.0 => best,
        _ => Some(next),
    });
    let Some((_, content)) = best else {
        return Highlight { article_id: full.article.id, title: Vec::new(), summary: Vec::new() };
    };
    let title = pieces(&content.title, keys);
    Highlight { article_id: full.article.id, title, summary: passages(&text(content), keys) }
}

/// The passages of a text with the words, in their order.
fn passages(text: &str, keys: &[String]) -> Vec<Vec<Piece>> {
    let mut passages = Vec::new();
    let mut end = 0;
    for word in words(text) {
        if word.start < end || !keys.contains(&word.key) || passages.len() == PASSAGES {
            continue;
        }
        let start = boundary(text, word.start.saturating_sub(AROUND).max(end), false);
        end = boundary(text, (word.end + AROUND).min(text.len()), true);
        passages.push(pieces(text[start..end].trim(), keys));
    }
    passages
}

/// The next place between words, backwards or forwards.
fn boundary(text: &str, mut at: usize, forwards: bool) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    if at == 0 || at == text.len() {
        return at;
    }
    let near = |rest: usize| rest <= AROUND / 2;
    if forwards {
        text[at..].find(char::is_whitespace).filter(|rest| near(*rest)).map_or(at, |rest| at + rest)
    } else {
        text[..at].rfind(char::is_whitespace).filter(|place| near(at - place)).unwrap_or(at)
    }
}

/// A text in pieces that were looked for, and those between them.
fn pieces(text: &str, keys: &[String]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut put = |found: bool, part: &str| match pieces.last_mut() {
        _ if part.is_empty() => {}
        Some(last) if last.found == found => last.text.push_str(part),
        _ => pieces.push(Piece { found, text: part.to_owned() }),
    };
    let mut done = 0;
    for word in words(text) {
        if keys.contains(&word.key) {
            put(false, &text[done..word.start.max(done)]);
            put(true, &text[word.start.max(done)..word.end]);
            done = word.end;
        }
    }
    put(false, &text[done..]);
    pieces
}
