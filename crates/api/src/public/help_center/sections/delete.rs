//! `DELETE /help_center/sections/{id}`

use deskwire_domain::collections::{self, Levels};
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::CollectionId;

use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes a section.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: CollectionId = request.id("id", ErrorKind::ResourceNotFound)?;
    request.write(move |cx| collections::delete(cx, Levels::Sections, id)).await?;
    request.json(&Deleted::new("section", id.to_string()))
}
