//! `GET /tickets/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;

use super::answer::render;
use super::input::id;
use crate::reply::Reply;
use crate::request::Request;

/// One ticket with its newest parts.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let (full, context) = request.read(move |cx| tickets::find(cx, id)).await?;
    render(&request, &full, &context)
}
