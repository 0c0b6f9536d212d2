//! `GET /help_center/help_centers/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::help_centers;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One help center.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let center = request.read(move |cx| help_centers::find(cx, id)).await?;
    request.json(&View::new(&center, &request))
}
