//! `GET /help_center/help_centers/{id}/redirects/{redirect_id}`

use deskwire_domain::error::Result;
use deskwire_domain::help_centers::redirects;

use super::{id, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// One redirect.
pub async fn handle(request: Request) -> Result<Reply> {
    let (center, redirect) = (id(&request, "id")?, id(&request, "redirect_id")?);
    let found = request.read(move |cx| redirects::find(cx, center, redirect)).await?;
    request.json(&View::from(&found))
}
