//! `DELETE /ai/external_pages/{id}`

use deskwire_domain::ai_content::pages;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes an external page and returns it without its text.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let deleted = request.write(move |cx| pages::delete(cx, id)).await?;
    request.json(&View::from(&deleted).without_html())
}
