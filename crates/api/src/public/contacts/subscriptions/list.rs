//! `GET /contacts/{id}/subscriptions`

use deskwire_domain::error::Result;
use deskwire_domain::subscriptions;

use crate::page::List;
use crate::public::contacts::input;
use crate::public::subscription_types::view;
use crate::reply::Reply;
use crate::request::Request;

/// The subscription types for which a contact made an explicit choice.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let all = request.read(move |cx| subscriptions::of_contact(cx, id)).await?;
    request.json(&List::whole(view::views(&all)?))
}
