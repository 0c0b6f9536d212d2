//! `GET /content_snippets/{id}`

use deskwire_domain::content_snippets;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One content snippet.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::SnippetNotFound)?;
    let found = request.read(move |cx| content_snippets::find(cx, id)).await?;
    request.json(&View::new(&found)?)
}
