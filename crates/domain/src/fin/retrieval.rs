//! Retrieving the passages of the workspace's content that match a question (ADR 49).

use std::collections::{HashMap, HashSet};

use deskwire_store::content_words::{self as index, Filter, Wanted};
use deskwire_store::{
    articles as article_rows, content_entries, content_import_sources as sources, content_snippets, external_pages,
};

use super::turns::Question;
use crate::Cx;
use crate::articles;
use crate::audiences;
use crate::content::audiences::of_row;
use crate::content::{self, ContentKind};
use crate::conversations::ai_agent::ContentSource;
use crate::error::Result;
use crate::html::plain;
use crate::ids::{ArticleId, AudienceId, ContactId, ContentSnippetId, ExternalPageId};

/// The maximum number of words of a question.
const MAX_WORDS: usize = 24;
/// The limit for counting the contents that have a word.
const COUNTED: i64 = 10_000;
/// The kinds of content that answer customers.
const KINDS: [ContentKind; 3] = [ContentKind::Article, ContentKind::Snippet, ContentKind::ExternalPage];
/// The number of contents that are scored.
const CANDIDATES: i64 = 12;
/// The number of passages returned.
const PASSAGES: usize = 5;
/// The maximum length of a passage, in bytes.
const LENGTH: usize = 700;
/// The number of words in an article of average length.
const AVERAGE_LENGTH: f64 = 60.0;
/// The weight of a word in the title, relative to the body.
const TITLE: f64 = 1.5;
/// The coverage of a question, by the weight of its words, from which a passage counts as an answer.
const SURE: f64 = 0.45;
/// The same if only one word matches, which must then be in the title: a single word may match by chance.
const ONE_WORD: f64 = 0.99;
/// The coverage from which a passage counts as related.
const RELATED: f64 = 0.2;
/// A question with at most this many words may continue the previous one.
const SHORT: usize = 3;

/// Indexed words that are common in questions and carry little meaning.
const WEAK: &[&str] = &[
    "also", "all", "am", "an", "any", "anyon", "been", "cant", "could", "did", "didnt", "doesnt", "dont", "find",
    "get", "giv", "got", "had", "has", "he", "hello", "help", "her", "hey", "hi", "his", "id", "im", "into", "isnt",
    "it", "iv", "just", "know", "let", "lik", "long", "mak", "man", "may", "much", "need", "no", "not", "now", "okay",
    "one", "out", "possibl", "she", "should", "som", "someon", "someth", "still", "tell", "than", "thank", "thanks",
    "them", "then", "thes", "they", "thos", "tim", "too", "up", "us", "use", "want", "was", "wasnt", "way", "were",
    "who", "work", "would", "youre",
];

/// A passage of content that may answer a question.
#[derive(Debug, Clone)]
pub struct Passage {
    /// Its source.
    pub source: ContentSource,
    /// Its plain text.
    pub text: String,
    /// The score of the whole content.
    score: f64,
    /// Its coverage of the question, from 0 to 1.
    coverage: f64,
    /// The words of the question that the content has.
    found: Vec<String>,
    /// Whether the title has one of them.
    in_title: bool,
}

impl Passage {
    /// Whether it covers enough of the question to be an answer.
    pub fn is_sure(&self) -> bool {
        match self.found.len() {
            0 => false,
            1 => self.in_title && self.coverage >= ONE_WORD,
            _ => self.coverage >= SURE,
        }
    }

    /// Its rank: combines the score of the content with the coverage of the passage.
    fn rank(&self) -> f64 {
        self.score * self.coverage
    }

    fn has_any(&self, keys: &[String]) -> bool {
        keys.iter().any(|key| self.found.contains(key))
    }

    /// Whether it may help even if it is not an answer.
    pub fn is_related(&self) -> bool {
        self.coverage >= RELATED
    }
}

/// A word of a question.
struct Term {
    key: String,
    /// Its weight: rare words weigh more.
    weight: f64,
    is_known: bool,
}

/// The passages that match a question, best first. A text without meaningful words is not a question. A short question
/// may continue the previous one: passages that match both must then have a word of the second as well, or the first
/// answer would be repeated.
pub(super) fn passages(
    cx: &mut Cx,
    question: &Question,
    reader: Option<ContactId>,
    origin: &str,
) -> Result<Vec<Passage>> {
    let keys = keys(&question.text);
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let found = find(cx, &keys, reader, origin)?;
    if keys.len() > SHORT || found.first().is_some_and(Passage::is_sure) {
        return Ok(found);
    }
    let Some((_, earlier)) = question.before.iter().rfind(|(is_user, _)| *is_user) else { return Ok(found) };
    let both = find(cx, &self::keys(&format!("{earlier}\n{}", question.text)), reader, origin)?;
    Ok(if both.first().is_some_and(|best| best.is_sure() && best.has_any(&keys)) { both } else { found })
}

fn keys(text: &str) -> Vec<String> {
    let mut keys = content::significant_words(text);
    keys.retain(|key| !WEAK.contains(&key.as_str()));
    keys.truncate(MAX_WORDS);
    keys
}

fn find(cx: &mut Cx, keys: &[String], reader: Option<ContactId>, origin: &str) -> Result<Vec<Passage>> {
    let terms = terms(cx, keys)?;
    let words = terms.iter().filter(|term| term.is_known);
    let mut words: Vec<Wanted> = words.map(|t| Wanted { word: t.key.clone(), weight: millis(t.weight) }).collect();
    // A word that all contents have does not distinguish them, and would be the most expensive.
    if words.iter().any(|word| word.weight > 0) {
        words.retain(|word| word.weight > 0);
    }
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter {
        kinds: KINDS.to_vec(),
        published: Some(true),
        ai_chatbot: Some(true),
        of_active_sources: sources::any_deactivated(cx)?,
        ..Filter::default()
    };
    let ids = index::best(cx, &words, false, &filter, CANDIDATES, 0)?;
    let mut texts = texts(cx, &ids, origin)?;
    keep_for(cx, &mut texts, reader)?;
    let mut best: HashMap<i64, Passage> = HashMap::new();
    for text in &texts {
        let Some(passage) = text.passage(&terms) else { continue };
        // Each content is represented by its best language.
        match best.get(&text.content_id) {
            Some(other) if other.score >= passage.score => {}
            _ => drop(best.insert(text.content_id, passage)),
        }
    }
    let mut passages: Vec<(i64, Passage)> = best.into_iter().collect();
    passages.sort_by(|(a, x), (b, y)| y.rank().total_cmp(&x.rank()).then(a.cmp(b)));
    passages.truncate(PASSAGES);
    Ok(passages.into_iter().map(|(_, passage)| passage).collect())
}

/// A content in one language.
struct Text {
    content_id: i64,
    /// Its audiences; empty for everyone.
    audiences: Vec<AudienceId>,
    source: ContentSource,
    /// Its plain text.
    body: String,
}

/// Keeps the texts that the reader may see.
fn keep_for(cx: &mut Cx, texts: &mut Vec<Text>, reader: Option<ContactId>) -> Result<()> {
    let mut wanted: Vec<AudienceId> = texts.iter().flat_map(|text| text.audiences.iter().copied()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let own = match reader {
        Some(reader) if !wanted.is_empty() => audiences::among(cx, reader, &wanted)?,
        _ => Vec::new(),
    };
    texts.retain(|text| text.audiences.is_empty() || text.audiences.iter().any(|audience| own.contains(audience)));
    Ok(())
}

/// The texts of these contents that the AI agent may use.
fn texts(cx: &mut Cx, ids: &[i64], origin: &str) -> Result<Vec<Text>> {
    let workspace = cx.workspace();
    let source = |kind: ContentKind, url: String, title: &str, locale: &str| ContentSource {
        content_type: kind.as_str().to_owned(),
        url,
        title: title.to_owned(),
        locale: locale.to_owned(),
    };
    let mut texts = Vec::new();
    let article_ids: Vec<ArticleId> = ids.iter().copied().map(ArticleId::new).collect();
    let found = article_rows::get_many(cx, &article_ids)?;
    for full in articles::load_all(cx, found)? {
        for content in full.contents.iter().filter(|content| content.ai_chatbot_availability) {
            let Some(url) = full.url(content, workspace, origin) else { continue };
            let source = source(ContentKind::Article, url, &content.title, &content.locale);
            let (audiences, body) = (of_row(&content.audience_ids)?, plain(&content.body));
            texts.push(Text { content_id: full.article.id.number(), audiences, source, body });
        }
    }
    let snippet_ids: Vec<ContentSnippetId> = ids.iter().copied().map(ContentSnippetId::new).collect();
    for snippet in content_snippets::get_many(cx, &snippet_ids)? {
        if snippet.ai_chatbot_availability {
            let url = format!("/content_snippets/{}", snippet.id);
            let source = source(ContentKind::Snippet, url, &snippet.title, &snippet.locale);
            let (audiences, body) = (of_row(&snippet.audience_ids)?, plain(&snippet.body));
            texts.push(Text { content_id: snippet.id.number(), audiences, source, body });
        }
    }
    let page_ids: Vec<ExternalPageId> = ids.iter().copied().map(ExternalPageId::new).collect();
    for page in external_pages::get_many(cx, &page_ids)? {
        if page.ai_agent_availability {
            let url = page.url.clone().unwrap_or_default();
            let source = source(ContentKind::ExternalPage, url, &page.title, &page.locale);
            let (audiences, body) = (of_row(&page.audience_ids)?, plain(&page.html));
            texts.push(Text { content_id: page.id.number(), audiences, source, body });
        }
    }
    Ok(texts)
}

/// The words with their weights: the logarithm of how rare each is among all contents.
fn terms(cx: &mut Cx, keys: &[String]) -> Result<Vec<Term>> {
    let all = count(content_entries::count(cx, COUNTED)?);
    let mut terms = Vec::with_capacity(keys.len());
    for key in keys {
        let having = count(index::frequency(cx, key, &KINDS, COUNTED)?);
        let weight = (1.0 + (all - having + 0.5).max(0.5) / (having + 0.5)).ln();
        terms.push(Term { key: key.clone(), weight, is_known: having > 0.0 });
    }
    Ok(terms)
}

fn count(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(i32::MAX))
}

#[expect(clippy::cast_possible_truncation, reason = "weights are logarithms of at most 10,000")]
fn millis(weight: f64) -> i64 {
    (weight * 1000.0).round() as i64
}

impl Text {
    /// The passage that covers most of the question; `None` if it has none of the words.
    fn passage(&self, terms: &[Term]) -> Option<Passage> {
        let title: HashSet<String> = content::significant_words(&self.source.title).into_iter().collect();
        let (mut counts, mut length): (HashMap<String, f64>, f64) = (HashMap::new(), 0.0);
        for word in content::words(&self.body).into_iter().filter(|word| !word.is_stop_word) {
            *counts.entry(word.key).or_default() += 1.0;
            length += 1.0;
        }
        let (mut score, mut found, mut any_in_title) = (0.0, Vec::new(), false);
        for term in terms {
            let times = counts.get(&term.key).copied().unwrap_or(0.0);
            let in_title = title.contains(&term.key);
            let saturated = times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / AVERAGE_LENGTH));
            score += term.weight * (saturated + if in_title { TITLE } else { 0.0 });
            any_in_title |= in_title;
            if in_title || times > 0.0 {
                found.push(term.key.clone());
            }
        }
        if found.is_empty() {
            return None;
        }
        let total: f64 = terms.iter().map(|term| term.weight).sum();
        let (text, covered) = best(&self.body, &title, terms);
        let (source, coverage) = (self.source.clone(), covered / total);
        Some(Passage { source, text, score, coverage, found, in_title: any_in_title })
    }
}

/// The lines of a text that, together with the title, cover most of the question, and the weight that they cover.
fn best(text: &str, title: &HashSet<String>, terms: &[Term]) -> (String, f64) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let covered = |line: &str| {
        let words: HashSet<String> = content::significant_words(line).into_iter().collect();
        let has = |term: &&Term| words.contains(&term.key) || title.contains(&term.key);
        terms.iter().filter(has).map(|term| term.weight).sum::<f64>()
    };
    let mut chosen = (0, 0.0);
    for (at, line) in lines.iter().enumerate() {
        let weight = covered(line);
        if weight > chosen.1 {
            chosen = (at, weight);
        }
    }
    // The following lines often belong to it, and so does the line that introduces a list.
    let from = if lines.get(chosen.0).is_some_and(|line| line.starts_with("- ")) {
        chosen.0.saturating_sub(1)
    } else {
        chosen.0
    };
    let mut passage = String::new();
    for line in &lines[from.min(lines.len())..] {
        if !passage.is_empty() && passage.len() + line.len() > LENGTH {
            break;
        }
        if !passage.is_empty() {
            passage.push('\n');
        }
        passage.push_str(line);
    }
    (cut(passage), chosen.1)
}

/// Truncates a passage to the maximum length, between words.
fn cut(passage: String) -> String {
    if passage.len() <= 2 * LENGTH {
        return passage;
    }
    let end = (0..=2 * LENGTH).rev().find(|at| passage.is_char_boundary(*at)).unwrap_or(0);
    let end = passage[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} …", passage[..end].trim_end())
}
