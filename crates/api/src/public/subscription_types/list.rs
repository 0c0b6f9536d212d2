//! `GET /subscription_types`

use deskwire_domain::error::Result;
use deskwire_domain::subscriptions;

use super::view;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All subscription types.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(subscriptions::list).await?;
    request.json(&List::whole(view::views(&all)?))
}
