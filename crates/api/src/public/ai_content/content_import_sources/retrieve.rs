//! `GET /ai/content_import_sources/{id}`

use deskwire_domain::ai_content::sources;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One content import source.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| sources::find(cx, id)).await?;
    request.json(&View::new(&found)?)
}
