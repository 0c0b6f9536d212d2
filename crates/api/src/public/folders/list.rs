//! `GET /folders`

use deskwire_domain::error::Result;
use deskwire_domain::folders;
use deskwire_domain::ids::FolderId;

use super::view::View;
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of all folders, or of the direct children of one.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read_with_cursor(&request, Limits { default: 50, most: 150 })?;
    let parent = request.query_integer("parent_folder_id")?.map(FolderId::new);
    let (rows, total) = request.search(move |cx| folders::page(cx, parent, page.per_page, page.offset())).await?;
    let views = rows.iter().map(View::from).collect();
    request.json(&List::page(views, total, page.pages_by_cursor(request.caller().workspace(), total)))
}
