//! Webhooks as teammates and operators manage them, in the inbox and on the command line, with entries in the activity
//! log.

use deskwire_store::webhook_deliveries as deliveries;
use deskwire_store::webhook_subscriptions::{self as store, WebhookState};
use serde_json::json;

use super::{App, Attempt, Chosen, Declared, Delivery, DeliveryState, Subscription};
use crate::Cx;
use crate::activity;
use crate::apps;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AppId, WebhookDeliveryId, WebhookSubscriptionId};

/// The maximum number of deliveries that are sent again at once.
pub const MAX_REPLAYED: i64 = 1_000;
/// The maximum number of topics per subscription.
const MAX_TOPICS: usize = 200;

/// Creates or changes an app's subscription.
pub fn subscribe(cx: &mut Cx, declared: &Declared, ip: Option<&str>) -> Result<Subscription> {
    if declared.topics.len() > MAX_TOPICS {
        return Err(Error::invalid(format!("a subscription has {MAX_TOPICS} topics at most")).field("topics"));
    }
    let (subscription, changed) = super::save(cx, declared)?;
    if changed {
        log(cx, "app_webhook_creation", "set", &subscription, ip)?;
    }
    Ok(subscription)
}

/// Resumes a stopped subscription once its endpoint answers.
pub fn resume(cx: &mut Cx, id: WebhookSubscriptionId, ip: Option<&str>) -> Result<Subscription> {
    known(cx, id)?;
    let subscription = super::resume(cx, id)?;
    log(cx, "app_webhook_creation", "resumed", &subscription, ip)?;
    Ok(subscription)
}

/// Deletes a subscription with its deliveries.
pub fn remove(cx: &mut Cx, id: WebhookSubscriptionId, ip: Option<&str>) -> Result<()> {
    let (subscription, _) = known(cx, id)?;
    super::remove(cx, id)?;
    log(cx, "app_webhook_deletion", "removed", &subscription, ip)
}

/// Sends a test notification to a live endpoint.
pub fn test(cx: &mut Cx, id: WebhookSubscriptionId) -> Result<Subscription> {
    let subscription = live(cx, id)?;
    super::ping(cx, id)?;
    Ok(subscription)
}

/// A subscription and its app.
pub fn known(cx: &mut Cx, id: WebhookSubscriptionId) -> Result<(Subscription, App)> {
    let subscription = store::get(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let app = apps::settings::find(cx, subscription.app_id)?;
    Ok((subscription, app))
}

/// The subscription of an app, if it has one.
pub fn of_app(cx: &mut Cx, app: AppId) -> Result<Option<Subscription>> {
    Ok(store::of_app(cx, app)?)
}

/// One delivery.
pub fn delivery(cx: &mut Cx, id: WebhookDeliveryId) -> Result<Delivery> {
    deliveries::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// The attempts of a delivery, oldest first.
pub fn attempts(delivery: &Delivery) -> Result<Vec<Attempt>> {
    serde_json::from_str(&delivery.log).map_err(Error::internal)
}

/// Sends one delivery again, with the same id. Does nothing to a pending one, which will be sent anyway.
pub fn replay_one(cx: &mut Cx, id: WebhookDeliveryId) -> Result<Delivery> {
    let found = delivery(cx, id)?;
    live(cx, found.subscription_id)?;
    super::replay(cx, &Chosen { id: Some(id), ..Chosen::default() })?;
    delivery(cx, id)
}

/// Sends the failed deliveries of events since a second again, at most the oldest [`MAX_REPLAYED`]. Returns how many.
pub fn replay_failed(cx: &mut Cx, id: WebhookSubscriptionId, since: i64) -> Result<usize> {
    live(cx, id)?;
    let chosen =
        Chosen { subscription: Some(id), state: Some(DeliveryState::Failed), since: Some(since), ..Chosen::default() };
    super::send_again(cx, &chosen, Some(MAX_REPLAYED))
}

/// A subscription that is live, locked. The deliveries of another one, or of one that is stopped now, would wait forever.
fn live(cx: &mut Cx, id: WebhookSubscriptionId) -> Result<Subscription> {
    let subscription = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    match subscription.state {
        WebhookState::Live | WebhookState::Unverified => Ok(subscription),
        state => Err(Error::invalid(format!("the subscription is {state}: resume it first"))),
    }
}

fn log(cx: &mut Cx, activity_type: &'static str, done: &str, s: &Subscription, ip: Option<&str>) -> Result<()> {
    let app = apps::settings::find(cx, s.app_id)?;
    let metadata = json!({"app_name": app.name, "url": s.url, "topics": s.topics});
    activity::log_action(cx, activity_type, &format!("{done} the webhook of the app {}", app.name), metadata, ip)
}
