//! `POST /articles/{id}/draft/publish`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};

use crate::body::{Body, must_be};
use crate::public::articles::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Publishes the draft of an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let locales = locales(&request.body)?;
    let published = request.write(move |cx| articles::publish_draft(cx, id, locales.as_deref())).await?;
    request.json(&View::new(&published, &request))
}

fn locales(body: &Body) -> Result<Option<Vec<String>>> {
    let Some(locales) = body.array("locales")?.flatten() else { return Ok(None) };
    let text = |locale: &serde_json::Value| locale.as_str().map(str::to_owned);
    locales.iter().map(text).collect::<Option<_>>().map(Some).ok_or_else(|| must_be("locales", "an array of strings"))
}
