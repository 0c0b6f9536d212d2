//! `GET /articles/{id}/versions` and `GET /articles/{id}/versions/{version_id}`

use deskwire_domain::articles::{self, ArticleState, ArticleVersion, CreatedVia, body};
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::{AdminId, ArticleId, ArticleVersionId};
use serde::Serialize;

use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of an article's versions, newest first.
pub async fn list(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let page = Numbered::read_with_cursor(&request, Limits { default: 25, most: 250 })?;
    let locale = request.query("locale").map(std::borrow::Cow::into_owned);
    let (per_page, offset) = (page.per_page, page.offset());
    let (rows, total) =
        request.search(move |cx| articles::versions(cx, id, locale.as_deref(), per_page, offset)).await?;
    request.json(&List::page(
        rows.iter().map(Summary::from).collect(),
        total,
        page.pages_by_cursor(request.caller().workspace(), total),
    ))
}

/// One version of an article.
pub async fn retrieve(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let version = ArticleVersionId::parse(request.param("version_id"));
    let locale = request.query("locale").map(std::borrow::Cow::into_owned);
    let found = request.read(move |cx| articles::version(cx, id, version, locale.as_deref())).await?;
    request.json(&View::from(&found))
}

/// A version in a list.
#[derive(Serialize)]
struct Summary<'a> {
    r#type: &'static str,
    id: ArticleVersionId,
    article_id: ArticleId,
    title: &'a str,
    description: &'a str,
    author_id: AdminId,
    created_by_id: Option<AdminId>,
    created_via: CreatedVia,
    from_version_id: Option<ArticleVersionId>,
    state: ArticleState,
    created_at: i64,
}

/// A version with its text.
#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    body: &'a str,
    body_markdown: String,
    updated_at: i64,
}

impl<'a> From<&'a ArticleVersion> for Summary<'a> {
    fn from(version: &'a ArticleVersion) -> Self {
        Self {
            r#type: "article_version",
            id: version.id,
            article_id: version.article_id,
            title: &version.title,
            description: &version.description,
            author_id: version.author_id,
            created_by_id: version.created_by_id,
            created_via: version.created_via,
            from_version_id: version.from_version_id,
            state: version.state,
            created_at: version.created_at,
        }
    }
}

impl<'a> From<&'a ArticleVersion> for View<'a> {
    fn from(version: &'a ArticleVersion) -> Self {
        Self {
            summary: Summary::from(version),
            body: &version.body,
            body_markdown: body::markdown(&version.body),
            // A version never changes.
            updated_at: version.created_at,
        }
    }
}
