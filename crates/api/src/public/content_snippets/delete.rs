//! `DELETE /content_snippets/{id}`

use deskwire_domain::content_snippets;
use deskwire_domain::error::{ErrorKind, Result};
use http::StatusCode;

use crate::reply::Reply;
use crate::request::Request;

/// Deletes a content snippet.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::SnippetNotFound)?;
    request.write(move |cx| content_snippets::delete(cx, id)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
