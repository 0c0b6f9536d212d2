//! `GET /admins`

use deskwire_domain::admins;
use deskwire_domain::error::Result;

use super::view;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All admins.
pub async fn handle(request: Request) -> Result<Reply> {
    let pictures = request.query_flag("display_avatar", false)?;
    let admins = request.read(admins::list).await?;
    let views = admins.iter().map(view::View::new).map(|v| if pictures { v } else { v.without_avatar() });
    request.json(&List::whole(views.collect()).named("admin.list", "admins"))
}
