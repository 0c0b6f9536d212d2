//! `PUT /ai/content_import_sources/{id}`

use deskwire_domain::ai_content::sources;
use deskwire_domain::error::{ErrorKind, Result};

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a content import source.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request)?;
    let changed = request.write(move |cx| sources::update(cx, id, &input)).await?;
    request.json(&View::new(&changed)?)
}
