//! `PUT /articles/{id}/draft`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};

use crate::public::articles::input;
use crate::public::articles::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Changes the draft of an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request.body, &request.origin, request.version())?;
    let draft = request.write(move |cx| articles::stage(cx, id, &input)).await?;
    request.json(&View::new(&draft.0, &request))
}
