//! `DELETE /help_center/collections/{id}`

use deskwire_domain::collections;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::CollectionId;

use super::levels;
use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes a collection.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: CollectionId = request.id("id", ErrorKind::ResourceNotFound)?;
    let levels = levels(&request);
    request.write(move |cx| collections::delete(cx, levels, id)).await?;
    request.json(&Deleted::new("collection", id.to_string()))
}
