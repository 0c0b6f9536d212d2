//! The version history of articles.

use deskwire_store::article_versions::{self as store, ArticleVersion};
use deskwire_store::ids::{ArticleId, ArticleVersionId};
use deskwire_store::{articles, help_centers as centers};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::help_centers::locales;

/// A page of the versions of an article in one language, by default its default language, newest first, and the total
/// count.
pub fn versions(
    cx: &mut Cx,
    article: ArticleId,
    locale: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<ArticleVersion>, i64)> {
    let locale = language(cx, article, locale)?;
    Ok(store::page(cx, article, &locale, limit, offset)?)
}

/// One version of an article in this language.
pub fn version(
    cx: &mut Cx,
    article: ArticleId,
    id: Option<ArticleVersionId>,
    locale: Option<&str>,
) -> Result<ArticleVersion> {
    let wanted = language(cx, article, locale)?;
    let found = match id {
        Some(id) => store::get(cx, article, id)?,
        None => None,
    };
    found
        .filter(|version| locale.is_none() || version.locale == wanted)
        .ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// The requested language, which one of the workspace's help centers must have.
fn language(cx: &mut Cx, article: ArticleId, locale: Option<&str>) -> Result<String> {
    let article = articles::get(cx, article)?.ok_or(ErrorKind::ResourceNotFound)?;
    let Some(locale) = locale else { return Ok(article.default_locale) };
    if !centers::all(cx)?.iter().any(|center| locales(center).any(|known| known == locale)) {
        return Err(Error::invalid("Unknown locale").field("locale"));
    }
    Ok(locale.to_owned())
}
