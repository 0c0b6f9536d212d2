//! Reading articles with their related data.

use deskwire_store::ids::{ArticleId, HelpCenterId};
use std::collections::HashMap;

use deskwire_store::article_contents::{self as contents, ArticleContent};
use deskwire_store::articles::{self as store, Article, ArticleState, Placement};
use deskwire_store::conversation_tags::Tagging;
use deskwire_store::counters::{self, Counter};
use deskwire_store::{help_centers as center_rows, taggings};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::help_centers::{self, HelpCenter, is_multilingual};

/// An article with its contents, collections and tags.
#[derive(Debug, Clone)]
pub struct Full {
    /// The article's row.
    pub article: Article,
    /// Its contents, by locale.
    pub contents: Vec<ArticleContent>,
    /// Its collections, in their order.
    pub collections: Vec<Placement>,
    /// Its tags.
    pub tags: Vec<Tagging>,
    /// Its help center.
    pub help_center: HelpCenter,
}

impl Full {
    /// Its content in the default language.
    pub fn content(&self) -> Option<&ArticleContent> {
        self.contents.iter().find(|content| content.locale == self.article.default_locale)
    }

    /// The public URL of a content, if it is published. `origin` is the URL of this server.
    pub fn url(&self, content: &ArticleContent, workspace: &str, origin: &str) -> Option<String> {
        let base = help_centers::url(&self.help_center, workspace, origin);
        let end = help_centers::slugged(self.article.id, &content.title);
        (content.state == ArticleState::Published).then(|| format!("{base}/{}/articles/{end}", content.locale))
    }

    /// Whether its translations are shown.
    pub fn is_multilingual(&self) -> bool {
        self.contents.len() > 1 || is_multilingual(&self.help_center)
    }
}

/// One article.
pub fn find(cx: &mut Cx, id: ArticleId) -> Result<Full> {
    let article = store::get(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    load(cx, article)
}

/// A page of articles, most recently changed first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    let rows = store::page(cx, limit, offset)?;
    Ok((load_all(cx, rows)?, counters::value(cx, Counter::Articles)?))
}

pub(super) fn load(cx: &mut Cx, article: Article) -> Result<Full> {
    load_all(cx, vec![article])?.pop().ok_or_else(|| Error::internal("an article without a help center"))
}

/// Reads what belongs to articles, each kind in one statement.
pub(crate) fn load_all(cx: &mut Cx, rows: Vec<Article>) -> Result<Vec<Full>> {
    let ids: Vec<ArticleId> = rows.iter().map(|article| article.id).collect();
    let mut texts: HashMap<ArticleId, Vec<ArticleContent>> = HashMap::new();
    for content in contents::of_many(cx, &ids)? {
        texts.entry(content.article_id).or_default().push(content);
    }
    let mut placements: HashMap<ArticleId, Vec<Placement>> = HashMap::new();
    for placement in store::placements(cx, &ids)? {
        placements.entry(placement.article_id).or_default().push(placement);
    }
    let tagged: Vec<ArticleId> =
        rows.iter().filter(|article| article.tag_count > 0).map(|article| article.id).collect();
    let mut tags = taggings::ARTICLES.of_many(cx, &tagged)?;
    let mut centers: Vec<HelpCenterId> = rows.iter().map(|article| article.help_center_id).collect();
    centers.sort_unstable();
    centers.dedup();
    let centers = center_rows::get_many(cx, &centers)?;
    let full = |article: Article| {
        let help_center = centers.iter().find(|center| center.id == article.help_center_id)?.clone();
        Some(Full {
            contents: texts.remove(&article.id).unwrap_or_default(),
            collections: placements.remove(&article.id).unwrap_or_default(),
            tags: tags.remove(&article.id).unwrap_or_default(),
            help_center,
            article,
        })
    };
    Ok(rows.into_iter().filter_map(full).collect())
}
