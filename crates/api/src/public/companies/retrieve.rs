//! `GET /companies/{id}`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::view;
use crate::reply::Reply;
use crate::request::Request;

/// One company.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::input::id(&request)?;
    let full = request.read(move |cx| companies::find(cx, id)).await?;
    view::one(&request, &full)
}
