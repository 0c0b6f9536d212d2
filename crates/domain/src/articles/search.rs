//! Searching articles (ADR 45).

use deskwire_store::article_contents::ArticleContent;
use deskwire_store::articles as rows;
use deskwire_store::ids::{ArticleId, HelpCenterId};

use super::read::{Full, load_all};
use crate::Cx;
use crate::content::{self, ContentKind, Filter, Piece, passages, pieces, words};
use crate::error::{Error, Result};
use crate::html::plain;

/// The maximum length of a phrase, in bytes.
const MAX_PHRASE_BYTES: usize = 1_000;

/// A search.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Words; `None` for all articles.
    pub phrase: Option<String>,
    /// Only contents that are published, or only those that are not.
    pub published: Option<bool>,
    /// The help center of the article.
    pub help_center_id: Option<HelpCenterId>,
    /// Whether to show where the words were found.
    pub highlight: bool,
}

/// A page of results, best first.
#[derive(Debug, Clone)]
pub struct Found {
    /// The articles.
    pub articles: Vec<Full>,
    /// The highlights, if the query requests them.
    pub highlights: Vec<Highlight>,
    /// How many articles there are in all.
    pub total: i64,
}

/// The matches in an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// The article.
    pub article_id: ArticleId,
    /// Its title.
    pub title: Vec<Piece>,
    /// Passages of its body.
    pub summary: Vec<Vec<Piece>>,
}

/// A page of the articles that have all words, or, if none has, of those that have any.
pub fn search(cx: &mut Cx, query: &Query, limit: i64, offset: i64) -> Result<Found> {
    if query.phrase.as_deref().is_some_and(|phrase| phrase.trim().len() > MAX_PHRASE_BYTES) {
        return Err(Error::invalid(format!("phrase is too long (maximum is {MAX_PHRASE_BYTES} bytes)")).field("phrase"));
    }
    let filter = Filter {
        kinds: vec![ContentKind::Article],
        published: query.published,
        help_center_id: query.help_center_id,
        ..Filter::default()
    };
    let found = content::search(cx, query.phrase.as_deref(), &filter, limit, offset)?;
    let ids: Vec<ArticleId> = found.ids.iter().map(|id| ArticleId::new(*id)).collect();
    let rows = rows::get_many(cx, &ids)?;
    let articles = load_all(cx, rows)?;
    let highlights =
        if query.highlight { articles.iter().map(|full| highlight(full, &found.words)).collect() } else { Vec::new() };
    Ok(Found { articles, highlights, total: found.total })
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
