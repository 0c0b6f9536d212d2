//! Deleting articles.

use deskwire_store::counters::{self, Counter};
use deskwire_store::help_center_redirects::{self as redirects, RedirectTarget};
use deskwire_store::ids::ArticleId;
use deskwire_store::{Hold, article_contents as contents, article_versions, articles as store, taggings};

use super::change::{Change, finish};
use super::index;
use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::events::{self, Nothing, Topic};

/// Deletes an article with all that belongs to it.
pub fn delete(cx: &mut Cx, id: ArticleId) -> Result<()> {
    let article = store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::ResourceNotFound)?;
    for content in contents::lock(cx, id)? {
        index::remove(cx, &content, &article)?;
    }
    contents::delete_all(cx, id)?;
    article_versions::delete_all(cx, id)?;
    store::place(cx, id, &[])?;
    taggings::ARTICLES.forget_object(cx, id)?;
    redirects::delete_to(cx, RedirectTarget::Article, id)?;
    store::delete(cx, id)?;
    counters::decrease(cx, Counter::Articles)?;
    events::emit(cx, Topic::ArticleDeleted, id, Nothing {})
}

/// Deletes the content of an article in one language. Deleting the default language deletes the article.
pub fn delete_content(cx: &mut Cx, id: ArticleId, locale: &str) -> Result<()> {
    let article = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    if article.default_locale == locale {
        return delete(cx, id);
    }
    for content in contents::lock(cx, id)?.iter().filter(|content| content.locale == locale) {
        index::remove(cx, content, &article)?;
        contents::delete(cx, id, locale)?;
    }
    article_versions::delete_locale(cx, id, locale)?;
    let change = Change::of_other();
    finish(cx, &article, article.clone(), &change).map(drop)
}
