//! `GET /tags`

use deskwire_domain::error::Result;
use deskwire_domain::tags;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All tags.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(tags::list).await?;
    request.json(&List::whole(all.iter().map(View::from).collect()))
}
