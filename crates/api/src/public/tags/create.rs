//! `POST /tags`

use deskwire_domain::error::Result;
use deskwire_domain::tags;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Creates, renames, applies or removes a tag.
pub async fn handle(request: Request) -> Result<Reply> {
    let change = input::read(&request.body, request.version())?;
    let saved = request.write(move |cx| tags::save(cx, &change)).await?;
    request.json(&view::Saved::from(&saved))
}
