//! `POST /contacts/{id}/subscriptions`

use deskwire_domain::error::Result;
use deskwire_domain::ids::SubscriptionTypeId;
use deskwire_domain::subscriptions;

use crate::public::contacts::input;
use crate::public::subscription_types::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Opts a contact out of, or into, a subscription type.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let of = SubscriptionTypeId::parse(&request.body.needed_id("id")?);
    let consent = request.body.text("consent_type")?.flatten();
    let chosen = request.write(move |cx| subscriptions::choose(cx, id, of, consent.as_deref())).await?;
    request.json(&View::new(&chosen)?)
}
