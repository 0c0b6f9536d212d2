//! A version of an article as the API represents it.

use deskwire_domain::articles::{ArticleState, ArticleVersion, CreatedVia, body};
use deskwire_domain::ids::{AdminId, ArticleId, ArticleVersionId};
use serde::Serialize;

/// A version in a list.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
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
pub(super) struct View<'a> {
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
