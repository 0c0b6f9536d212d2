//! `DELETE /ai/content_import_sources/{id}`

use deskwire_domain::ai_content::sources;
use deskwire_domain::error::{ErrorKind, Result};
use http::StatusCode;

use crate::reply::Reply;
use crate::request::Request;

/// Deletes a content import source and its pages.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    request.write(move |cx| sources::delete(cx, id)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
