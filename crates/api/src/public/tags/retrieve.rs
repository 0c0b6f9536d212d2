//! `GET /tags/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::tags;

use crate::public::wire::Tag;
use crate::reply::Reply;
use crate::request::Request;

/// One tag.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let tag = request.read(move |cx| tags::find(cx, id)).await?;
    request.json(&Tag::new(tag.id, &tag.name))
}
