//! `GET /internal_articles/search`

use deskwire_domain::error::Result;
use deskwire_domain::ids::FolderId;
use deskwire_domain::internal_articles;
use serde::Serialize;

use super::view::View;
use crate::page::{Limits, Numbered, Pages};
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct Answer<'a> {
    r#type: &'static str,
    total_count: i64,
    data: Data<'a>,
    pages: Pages,
}

#[derive(Serialize)]
struct Data<'a> {
    internal_articles: Vec<View<'a>>,
}

/// A page of all internal articles, or of those in a folder and its subfolders.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, Limits { default: 10, most: 50 })?;
    let folder = request.query_integer("folder_id")?.map(FolderId::new);
    let found =
        request.search(move |cx| internal_articles::in_folder(cx, folder, page.per_page, page.offset())).await?;
    let (rows, total) = found;
    request.json(&Answer {
        r#type: "list",
        total_count: total,
        data: Data {
            internal_articles: rows.iter().map(|full| View::new(full, request.version())).collect::<Result<_>>()?,
        },
        pages: page.pages(&request, total),
    })
}
