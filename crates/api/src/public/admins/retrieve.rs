//! `GET /admins/{id}`

use deskwire_domain::admins;
use deskwire_domain::error::{ErrorKind, Result};

use super::view;
use crate::reply::Reply;
use crate::request::Request;

/// One admin.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::AdminNotFound)?;
    let full = request.read(move |cx| admins::find(cx, id, ErrorKind::AdminNotFound)).await?;
    request.json(&view::View::new(&full))
}
