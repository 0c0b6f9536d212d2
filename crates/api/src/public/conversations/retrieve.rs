//! `GET /conversations/{id}`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;

use super::answer::render;
use super::input::id;
use crate::reply::Reply;
use crate::request::Request;

/// One conversation with its newest parts.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let (full, context) = request.read(move |cx| conversations::find(cx, id)).await?;
    render(&request, &full, &context)
}
