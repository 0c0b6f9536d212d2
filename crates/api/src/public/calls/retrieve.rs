//! `GET /calls/{id}`

use deskwire_domain::calls;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One call.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::CallNotFound)?;
    let found = request.read(move |cx| calls::find(cx, id)).await?;
    request.json(&View::new(&found, &request.origin))
}
