//! `GET /contacts/{id}/banners`

use deskwire_domain::banners;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// The banners for a contact; each counts as displayed.
pub async fn handle(request: Request) -> Result<Reply> {
    let contact = request.id("id", ErrorKind::ContactNotFound)?;
    let displayed = request.write(move |cx| banners::show(cx, contact)).await?;
    request.json(&List::whole(displayed.iter().map(View::new).collect()))
}
