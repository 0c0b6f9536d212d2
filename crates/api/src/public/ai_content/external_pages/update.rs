//! `PUT /ai/external_pages/{id}`

use deskwire_domain::ai_content::pages;
use deskwire_domain::error::{ErrorKind, Result};

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes an external page.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request)?;
    let changed = request.write(move |cx| pages::update(cx, id, &input)).await?;
    request.json(&View::from(&changed))
}
