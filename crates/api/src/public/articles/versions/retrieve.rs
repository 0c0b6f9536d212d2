//! `GET /articles/{id}/versions/{version_id}`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ArticleVersionId;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One version of an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let version = ArticleVersionId::parse(request.param("version_id"));
    let locale = request.query("locale").map(std::borrow::Cow::into_owned);
    let found = request.read(move |cx| articles::version(cx, id, version, locale.as_deref())).await?;
    request.json(&View::from(&found))
}
