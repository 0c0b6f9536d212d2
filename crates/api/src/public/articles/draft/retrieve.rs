//! `GET /articles/{id}/draft`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};

use crate::public::articles::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// The draft of an article: its unpublished changes.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let draft = request.read(move |cx| articles::draft(cx, id)).await?;
    request.json(&View::new(&draft.0, &request))
}
