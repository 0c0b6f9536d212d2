//! `DELETE /folders/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::folders;
use deskwire_domain::ids::FolderId;
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

/// The response, whose id is a number.
#[derive(Serialize)]
struct Deleted {
    id: i64,
    object: &'static str,
    deleted: bool,
}

/// Deletes an empty folder.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: FolderId = request.id("id", ErrorKind::FolderNotFound)?;
    request.write(move |cx| folders::delete(cx, id)).await?;
    request.json(&Deleted { id: id.number(), object: "folder", deleted: true })
}
