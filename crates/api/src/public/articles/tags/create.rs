//! `POST /articles/{id}/tags`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::{AdminId, TagId};

use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Tags an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ArticleNotFound)?;
    let tag = TagId::parse(&request.body.needed_id("id")?);
    let admin = request.body.id("admin_id")?.flatten().map(|id| AdminId::parse(&id));
    let tagging = request.write(move |cx| articles::tag(cx, id, tag, admin)).await?;
    request.json(&AppliedTag::from(&tagging))
}
