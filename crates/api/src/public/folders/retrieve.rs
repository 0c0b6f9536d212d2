//! `GET /folders/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::folders;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One folder.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::FolderNotFound)?;
    let found = request.read(move |cx| folders::find(cx, id)).await?;
    request.json(&View::from(&found))
}
