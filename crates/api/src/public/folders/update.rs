//! `PUT /folders/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::folders;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a folder.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::FolderNotFound)?;
    let input = input::read(&request)?;
    let changed = request.write(move |cx| folders::update(cx, id, &input)).await?;
    request.json(&View::from(&changed))
}
