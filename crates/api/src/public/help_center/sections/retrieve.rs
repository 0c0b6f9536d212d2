//! `GET /help_center/sections/{id}`

use deskwire_domain::collections::{self, Levels};
use deskwire_domain::error::{ErrorKind, Result};

use crate::public::help_center::collections::view::Section as View;
use crate::reply::Reply;
use crate::request::Request;

/// One section.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| collections::find(cx, Levels::Sections, id)).await?;
    request.json(&View::new(&found, &request))
}
