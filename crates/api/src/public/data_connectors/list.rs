//! `GET /data_connectors`

use deskwire_domain::data_connectors;
use deskwire_domain::error::Result;
use deskwire_domain::ids::DataConnectorId;

use super::view::View;
use crate::page::{CursorList, Limits};
use crate::reply::Reply;
use crate::request::Request;

/// A page of data connectors, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let (per_page, after) = CursorList::<()>::read::<DataConnectorId>(&request, Limits { default: 20, most: 50 })?;
    let before = after.map(|(_, id)| id);
    let rows = request.read(move |cx| data_connectors::list(cx, before, per_page + 1)).await?;
    let list = CursorList::new(&request, per_page, &rows, |row| (row.created_at, row.id), View::new);
    request.json(&list)
}
