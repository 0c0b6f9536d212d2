//! `GET /notes/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::notes;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One note.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let note = request.read(move |cx| notes::find(cx, id)).await?;
    request.json(&View::from(&note))
}
