//! Internal articles: for teammates and AI agents, not for customers.

mod write;

use std::collections::HashMap;

use deskwire_store::conversation_tags::Tagging;
use deskwire_store::taggings;

pub use deskwire_store::internal_articles::InternalArticle;
pub(crate) use write::reindex;
pub use write::{Input, create, delete, update};

use crate::Cx;
use crate::content::{self, ContentKind, Filter, TaggedContent, index};
use crate::error::{ErrorKind, Result};
use crate::folders;
use crate::ids::{FolderId, InternalArticleId};
use deskwire_store::internal_articles as store;

/// An internal article with its tags.
#[derive(Debug, Clone)]
pub struct Full {
    /// Its row.
    pub article: InternalArticle,
    /// Its tags.
    pub tags: Vec<Tagging>,
}

/// One internal article.
pub fn find(cx: &mut Cx, id: InternalArticleId) -> Result<Full> {
    let article = store::get(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    load(cx, article)
}

/// A page of internal articles, most recently changed first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    let (rows, total) = store::page(cx, limit, offset)?;
    Ok((load_all(cx, rows)?, total))
}

/// A page of all internal articles, or of those in a folder and its subfolders, most recently changed first.
pub fn in_folder(cx: &mut Cx, folder: Option<FolderId>, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    let folders = folder.map(|id| folders::with_descendants(cx, &[id])).transpose()?;
    let filter = Filter { kinds: vec![ContentKind::InternalArticle], folders, ..Filter::default() };
    let found = content::search(cx, None, &filter, limit, offset)?;
    let ids: Vec<InternalArticleId> = found.ids.iter().map(|id| InternalArticleId::new(*id)).collect();
    let rows = store::get_many(cx, &ids)?;
    Ok((load_all(cx, rows)?, found.total))
}

fn load(cx: &mut Cx, article: InternalArticle) -> Result<Full> {
    let tags =
        if article.tag_count == 0 { HashMap::new() } else { taggings::INTERNAL_ARTICLES.of_many(cx, &[article.id])? };
    let tags = tags.into_values().next().unwrap_or_default();
    Ok(Full { article, tags })
}

fn load_all(cx: &mut Cx, rows: Vec<InternalArticle>) -> Result<Vec<Full>> {
    let tagged: Vec<InternalArticleId> = rows.iter().filter(|row| row.tag_count > 0).map(|row| row.id).collect();
    let mut tags = taggings::INTERNAL_ARTICLES.of_many(cx, &tagged)?;
    Ok(rows.into_iter().map(|article| Full { tags: tags.remove(&article.id).unwrap_or_default(), article }).collect())
}

impl TaggedContent for InternalArticleId {
    const TAGS: &'static taggings::Taggable<Self> = &taggings::INTERNAL_ARTICLES;
    const UNKNOWN: ErrorKind = ErrorKind::InternalArticleNotFound;

    fn lock(self, cx: &mut Cx) -> Result<bool> {
        Ok(store::lock(cx, self)?.is_some())
    }

    fn emit_tagged(self, cx: &mut Cx) -> Result<()> {
        index::touch(cx, self.number())
    }
}
