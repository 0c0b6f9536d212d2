//! `GET /app/v1/contacts/{id}`

use deskwire_domain::error::Result;

use super::super::request::Request;
use super::{id, view};
use crate::reply::Reply;

/// A contact with its related objects.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    request.search(move |cx| view::page(cx, id)).await
}
