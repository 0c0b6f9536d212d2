//! `POST /ai/content_import_sources`

use deskwire_domain::ai_content::sources;
use deskwire_domain::error::Result;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a content import source.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request)?;
    let made = request.write(move |cx| sources::create(cx, &input)).await?;
    request.json(&View::new(&made)?)
}
