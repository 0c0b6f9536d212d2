//! `GET /companies/{id}/segments`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use crate::page::List;
use crate::public::segments::View;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// The segments that a company is in.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::input::id(&request)?;
    let segments = request.search(move |cx| companies::segments_of(cx, id)).await?;
    let count = i64::try_from(segments.len()).unwrap_or(i64::MAX);
    let list = List::whole(segments.iter().map(View::from).collect());
    request.json(&if request.version().has(Feature::OptionalFields) { list } else { list.counted(count) })
}
