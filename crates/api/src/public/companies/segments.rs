//! `GET /companies/{id}/segments`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use crate::page::List;
use crate::public::segments::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// The segments that a company is in.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::id(&request)?;
    let segments = request.search(move |tx, actor| companies::segments_of(tx, actor, id)).await?;
    request.json(&List::whole(segments.iter().map(View::from).collect()))
}
