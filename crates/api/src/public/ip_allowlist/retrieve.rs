//! `GET /ip_allowlist`

use deskwire_domain::error::Result;
use deskwire_domain::ip_allowlist;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Returns the IP allowlist of the workspace.
pub async fn handle(request: Request) -> Result<Reply> {
    let list = request.read(ip_allowlist::find).await?;
    request.json(&View::from(&list))
}
