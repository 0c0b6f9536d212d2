//! `POST /folders`

use deskwire_domain::error::Result;
use deskwire_domain::folders;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a folder.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request)?;
    let made = request.write(move |cx| folders::create(cx, &input)).await?;
    request.json(&View::from(&made))
}
