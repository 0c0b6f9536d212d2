//! Webhooks: the subscriptions of apps, and the outcome of each delivery.
//!
//! A subscription belongs to an app: one URL and a set of topics. It is `unverified` until the worker has verified the
//! endpoint (`HEAD`), then `live`. A live one whose URL changes returns to its old URL if the new endpoint does not
//! answer (`Fallback`). Otherwise it becomes `refused` if verification fails, `disabled` if the endpoint answers 410,
//! and `suspended` after a week of failures. [`record()`] has the rules of retries and responses.

mod fallback;
mod notification;
mod outcome;
pub mod settings;

use deskwire_store::{Hold, Tx, WorkspaceTx, apps, webhook_deliveries as deliveries, webhook_subscriptions as store};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use deskwire_store::apps::App;
pub use deskwire_store::webhook_deliveries::{Chosen, Delivery, DeliveryState};
pub use deskwire_store::webhook_subscriptions::{Listening, Subscription, WebhookState};
pub(crate) use fallback::Fallback;
pub use notification::body;
pub use outcome::{Attempt, Outcome, record, verified};

use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AppId, EventId, WebhookDeliveryId, WebhookSubscriptionId};
use crate::{Cx, Removed, destination};

/// The topic of test notifications.
pub const PING: &str = "ping";

/// A subscription as a workspace file or the command line declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The app, by name or client id.
    pub app: String,
    /// The URL of its endpoint.
    pub url: String,
    /// Its topics.
    pub topics: Vec<String>,
}

/// Creates or changes an app's subscription as declared. Returns whether anything changed. The worker verifies and
/// pings a new endpoint.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    Ok(save(cx, declared)?.1)
}

/// The same, with the resulting subscription.
pub fn save(cx: &mut Cx, declared: &Declared) -> Result<(Subscription, bool)> {
    let now = cx.now();
    let app = app(cx, &declared.app)?;
    if !app.signs {
        let message = format!("the app {} has no secret to sign webhooks with: make the app anew", app.name);
        return Err(Error::invalid(message).field("app"));
    }
    let url = checked(&declared.url)?;
    let topics = topics(&declared.topics)?;
    // Removing an app deletes the subscription that it finds, so it waits until this one is stored, or prevents it.
    apps::hold(cx, app.id, Hold::Reference)?.ok_or_else(|| no_app(&declared.app))?;
    let Some(before) = store::of_app(cx, app.id)? else {
        let new = Subscription {
            id: cx.mint(),
            app_id: app.id,
            url: url.to_owned(),
            topics,
            created_at: now,
            updated_at: now,
            ..blank()
        };
        store::insert(cx, &new)?;
        ping(cx, new.id)?;
        return Ok((new, true));
    };
    if before.url == url && before.topics == topics {
        return Ok((before, false));
    }
    // If it has just been removed, the next run adds one.
    let before = store::lock(cx, before.id)?.ok_or_else(|| cx.collided("webhook_subscriptions"))?;
    let moved = before.url != url;
    let mut after = Subscription { url: url.to_owned(), topics, updated_at: now, ..before.clone() };
    if moved {
        after = with_fallback(reset(after), Fallback::by_change(&before));
    }
    store::update(cx, &before, &after)?;
    if moved {
        ping(cx, after.id)?;
    }
    Ok((after, true))
}

/// Resumes a stopped subscription once its endpoint answers.
pub fn resume(cx: &mut Cx, id: WebhookSubscriptionId) -> Result<Subscription> {
    let before = store::lock(cx, id)?.ok_or_else(|| unknown(id))?;
    let after = Subscription { updated_at: cx.now(), ..reset(before.clone()) };
    store::update(cx, &before, &after)?;
    // Deliveries held back by the pause are sent in order, before new ones.
    deliveries::hasten(cx, id, before.paused_until)?;
    ping(cx, id)?;
    Ok(after)
}

/// Deletes a subscription with its deliveries.
pub fn remove(cx: &mut Cx, id: WebhookSubscriptionId) -> Result<()> {
    store::lock(cx, id)?.ok_or_else(|| unknown(id))?;
    Ok(store::delete(cx, id)?)
}

/// Deletes the subscriptions of all apps except these.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    let apps = apps::all(cx)?;
    for subscription in store::all(cx)? {
        let app = apps.iter().find(|a| a.id == subscription.app_id);
        if !app.is_some_and(|a| keep.contains(&a.name.as_str()) || keep.contains(&a.client_id.as_str())) {
            let (all, pending) = deliveries::count(cx, subscription.id)?;
            store::delete(cx, subscription.id)?;
            let uses = vec![("delivery", all), ("pending delivery", pending)];
            removed.push(Removed { name: subscription.url, uses });
        }
    }
    Ok(removed)
}

/// All subscriptions as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let declared = |(s, app): (Subscription, Option<App>)| {
        let topics = s.topics.split(' ').map(str::to_owned).collect();
        Some(Declared { app: app?.client_id, url: s.url, topics })
    };
    Ok(list(cx)?.into_iter().filter_map(declared).collect())
}

/// All subscriptions with their apps, oldest first.
pub fn list(cx: &mut Cx) -> Result<Vec<(Subscription, Option<App>)>> {
    let apps = apps::all(cx)?;
    let all = store::all(cx)?.into_iter();
    Ok(all.map(|s| (apps.iter().find(|a| a.id == s.app_id).cloned(), s)).map(|(app, s)| (s, app)).collect())
}

/// The newest of the chosen deliveries.
pub fn deliveries(cx: &mut Cx, chosen: &Chosen, limit: i64) -> Result<Vec<Delivery>> {
    Ok(deliveries::list(cx, chosen, limit)?)
}

/// Sends the chosen deliveries again, with the same ids. Skips pending ones. Returns the number sent again.
pub fn replay(cx: &mut Cx, chosen: &Chosen) -> Result<usize> {
    send_again(cx, chosen, None)
}

/// The same, for the oldest `limit` of them.
fn send_again(cx: &mut Cx, chosen: &Chosen, limit: Option<i64>) -> Result<usize> {
    let now = cx.now();
    let mut subscriptions = deliveries::replay(cx, chosen, limit)?;
    let count = subscriptions.len();
    subscriptions.sort_unstable();
    subscriptions.dedup();
    for id in subscriptions {
        store::due_at(cx, id, now)?;
    }
    Ok(count)
}

/// The app with this name or client id.
pub fn app(cx: &mut Cx, name: &str) -> Result<App> {
    let name = name.trim();
    let all = apps::all(cx)?.into_iter();
    let mut found: Vec<App> = all.filter(|app| app.client_id == name || app.name == name).collect();
    match (found.len(), found.pop()) {
        (1, Some(app)) => Ok(app),
        (0, _) => Err(no_app(name)),
        _ => Err(Error::invalid(format!("several apps are called {name:?}: name it by its client id")).field("app")),
    }
}

fn no_app(name: &str) -> Error {
    Error::invalid(format!("there is no app {name:?}")).field("app")
}

/// The id of a delivery as its receiver sees it, the same for every attempt: a UUID derived from the internal id.
pub fn notification_id(workspace: &str, delivery: WebhookDeliveryId) -> String {
    let mut hash = Sha256::new();
    hash.update(workspace.as_bytes());
    hash.update(delivery.number().to_be_bytes());
    let mut bytes: [u8; 16] = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    format!("notif_{}", crate::secrets::uuid_of(bytes, 8))
}

/// A new delivery.
pub fn new_delivery(tx: &Tx<'_>, subscription: &Subscription, topic: &str, item: String) -> Delivery {
    let now = tx.now();
    Delivery {
        id: tx.mint(),
        subscription_id: subscription.id,
        event_id: EventId::default(),
        topic: topic.to_owned(),
        item,
        state: DeliveryState::Pending,
        attempts: 0,
        run_at: now.max(subscription.held_until()),
        first_sent_at: None,
        event_at: now,
        log: "[]".to_owned(),
        created_at: now,
    }
}

fn ping(tx: &mut WorkspaceTx, subscription: WebhookSubscriptionId) -> Result<()> {
    let item = r#"{"type":"ping","message":"Deskwire will send its webhooks here"}"#;
    let delivery = new_delivery(tx, &Subscription { id: subscription, ..blank() }, PING, item.to_owned());
    deliveries::insert(tx, &delivery)?;
    store::due_at(tx, subscription, delivery.run_at)?;
    Ok(())
}

/// A new subscription.
fn blank() -> Subscription {
    Subscription {
        id: WebhookSubscriptionId::default(),
        app_id: AppId::default(),
        url: String::new(),
        topics: String::new(),
        state: WebhookState::Unverified,
        reason: None,
        fallback_url: None,
        fallback_topics: None,
        owner: 0,
        owner_until: 0,
        paused_until: 0,
        throttled_until: 0,
        throttle_seconds: 0,
        errors: 0,
        errors_from: 0,
        failing_since: None,
        created_at: 0,
        updated_at: 0,
    }
}

/// The same subscription, with a fallback if its endpoint does not answer.
fn with_fallback(s: Subscription, fallback: Option<Fallback>) -> Subscription {
    let reason = fallback.as_ref().map(Fallback::reason);
    let (fallback_url, fallback_topics) = fallback.map(|f| (f.url, f.topics)).unzip();
    Subscription { reason, fallback_url, fallback_topics, ..s }
}

/// The same subscription with its failures reset.
fn reset(s: Subscription) -> Subscription {
    Subscription {
        id: s.id,
        app_id: s.app_id,
        url: s.url,
        topics: s.topics,
        owner: s.owner,
        owner_until: s.owner_until,
        created_at: s.created_at,
        updated_at: s.updated_at,
        ..blank()
    }
}

fn unknown(id: WebhookSubscriptionId) -> Error {
    Error::new(ErrorKind::ResourceNotFound, format!("there is no webhook subscription {id}"))
}

fn checked(url: &str) -> Result<&str> {
    let url = url.trim();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_web = rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/')) && !url.contains(char::is_whitespace);
    if !is_web || url.len() > 2000 {
        return Err(Error::invalid(format!("{url} is not a https:// or http:// URL")).field("url"));
    }
    destination::parse(url).map_err(|reason| Error::invalid(reason).field("url"))?;
    Ok(url)
}

/// The topics as stored, without duplicates.
fn topics(wanted: &[String]) -> Result<String> {
    let mut topics: Vec<&str> = wanted.iter().map(|t| t.trim()).filter(|t| !t.is_empty() && *t != PING).collect();
    if let Some(wrong) = topics.iter().find(|t| t.contains(char::is_whitespace)) {
        return Err(Error::invalid(format!("there is no topic {wrong:?}")).field("topics"));
    }
    topics.sort_unstable();
    topics.dedup();
    if topics.is_empty() {
        return Err(Error::invalid("name at least one topic").field("topics"));
    }
    Ok(topics.join(" "))
}

#[cfg(test)]
mod tests {
    use crate::ids::WebhookDeliveryId;

    #[test]
    fn a_delivery_has_one_id_of_its_own() {
        let notification_id = |workspace, number| super::notification_id(workspace, WebhookDeliveryId::new(number));
        let id = notification_id("abc", 7);
        assert_eq!(id, notification_id("abc", 7));
        assert_ne!(id, notification_id("abc", 8));
        assert_ne!(id, notification_id("abd", 7));
        assert!(id.starts_with("notif_") && id.len() == 6 + 36, "{id}");
        assert_eq!(&id[20..21], "8");
    }
}
