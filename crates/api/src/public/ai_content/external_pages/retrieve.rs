//! `GET /ai/external_pages/{id}`

use deskwire_domain::ai_content::pages;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One external page.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| pages::find(cx, id)).await?;
    request.json(&View::from(&found))
}
