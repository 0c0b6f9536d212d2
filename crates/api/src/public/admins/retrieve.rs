//! `GET /admins/{id}`

use deskwire_domain::admins;
use deskwire_domain::error::{Kind, Result};

use super::view;
use crate::reply::Reply;
use crate::request::Request;

/// One admin.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", Kind::AdminNotFound)?;
    let full = request.read(move |cx| admins::find(cx, id, Kind::AdminNotFound)).await?;
    request.json(&view::View::new(&full))
}
