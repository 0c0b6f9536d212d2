//! `DELETE /help_center/help_centers/{id}/redirects/{redirect_id}`

use deskwire_domain::error::Result;
use deskwire_domain::help_centers::redirects;
use deskwire_domain::ids::RedirectId;

use super::id;
use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes a redirect.
pub async fn handle(request: Request) -> Result<Reply> {
    let (center, redirect) = (id(&request, "id")?, id::<RedirectId>(&request, "redirect_id")?);
    let ip = request.ip();
    request.write(move |cx| redirects::delete(cx, center, redirect, ip.as_deref())).await?;
    request.json(&Deleted::new("help_center_redirect", redirect.to_string()))
}
