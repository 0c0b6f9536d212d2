//! `POST /ai/external_pages`

use deskwire_domain::ai_content::pages;
use deskwire_domain::error::Result;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Creates an external page, or changes the one of the same source and external id.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request)?;
    let made = request.write(move |cx| pages::save(cx, &input)).await?;
    request.json(&View::from(&made))
}
