//! `GET /admins`

use deskwire_domain::admins;
use deskwire_domain::error::Result;
use serde::Serialize;

use super::view;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct List<'a> {
    r#type: &'static str,
    admins: Vec<view::View<'a>>,
}

/// All admins.
pub async fn handle(request: Request) -> Result<Reply> {
    let admins = request.read(admins::list).await?;
    let pictures = request.query_flag("display_avatar");
    let views = admins.iter().map(view::View::new).map(|v| if pictures { v } else { v.without_avatar() });
    request.json(&List { r#type: "admin.list", admins: views.collect() })
}
