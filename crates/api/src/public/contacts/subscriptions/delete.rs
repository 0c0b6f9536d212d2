//! `DELETE /contacts/{id}/subscriptions/{subscription_id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::SubscriptionTypeId;
use deskwire_domain::subscriptions;

use crate::public::contacts::input;
use crate::public::subscription_types::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Removes a contact's choice for a subscription type.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let of = SubscriptionTypeId::parse(request.param("subscription_id"));
    let forgotten = request.write(move |cx| subscriptions::forget(cx, id, of)).await?;
    request.json(&View::new(&forgotten)?)
}
