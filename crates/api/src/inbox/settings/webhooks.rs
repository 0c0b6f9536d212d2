//! `/app/v1/settings/webhooks`: webhook subscriptions. Their endpoints receive what the app may read, so what is sent,
//! and to where, is decided by teammates whose role permits the scopes of the app and the topics.

use deskwire_domain::Cx;
use deskwire_domain::apps;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AppId, WebhookSubscriptionId};
use deskwire_domain::webhooks::{self, App, Declared, Subscription, settings as verbs};

use super::apps::check_app;
use crate::auth::Scopes;
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{
    Nothing, ReplayFailed, Replayed, SetWebhook, TopicName, WebhookSettings, WebhookState, WebhooksSettings,
};
use crate::reply::Reply;
use crate::topics::{self, Topic};

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/webhooks", Needs::Apps, list);
    rows.row("PUT /app/v1/settings/apps/{id}/webhook", Needs::Apps, set);
    rows.row("GET /app/v1/settings/webhooks/{id}", Needs::Apps, show);
    rows.row("DELETE /app/v1/settings/webhooks/{id}", Needs::Apps, remove);
    rows.row("POST /app/v1/settings/webhooks/{id}/resume", Needs::Apps, resume);
    rows.row("POST /app/v1/settings/webhooks/{id}/ping", Needs::Apps, ping);
    rows.row("POST /app/v1/settings/webhooks/{id}/replay", Needs::Apps, replay);
}

/// All subscriptions, and all topics.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let items = webhooks::list(cx)?.into_iter().filter_map(|(s, app)| Some(view(s, app?))).collect();
            let emitted = Topic::ALL.iter().filter(|topic| topic.is_emitted());
            let topics = emitted.map(|topic| TopicName {
                name: topic.name,
                scopes: topic.scopes.iter().map(|scope| scope.as_str()).collect(),
                since: topic.since.as_str(),
            });
            Ok(WebhooksSettings { items, topics: topics.collect() })
        })
        .await
}

/// Sets the subscription of an app. A worker verifies the endpoint before it sends anything there.
async fn set(request: Request) -> Result<Reply> {
    let app: AppId = request.id("id", ErrorKind::ResourceNotFound)?;
    let SetWebhook { url, topics } = request.body()?;
    if let Some(unknown) = topics::unknown(topics.iter().map(String::as_str)) {
        return Err(Error::invalid(format!("there is no topic {unknown:?}")).field("topics"));
    }
    let ip = request.ip();
    request
        .write(move |cx| {
            let app = apps::settings::lock_app(cx, app)?;
            check_app(cx, &app)?;
            // Deliveries of the previous topics that wait are sent to the new endpoint.
            if let Some(before) = verbs::of_app(cx, app.id)? {
                check_topics(cx, before.topics.split(' '))?;
            }
            check_topics(cx, topics.iter().map(String::as_str)).map_err(|error| error.field("topics"))?;
            let declared = Declared { app: app.client_id.clone(), url: url.clone(), topics: topics.clone() };
            verbs::subscribe(cx, &declared, ip.as_deref()).map(|subscription| view(subscription, app))
        })
        .await
}

/// A subscription.
async fn show(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    request.read(move |cx| one(cx, id)).await
}

/// Deletes a subscription with its deliveries.
async fn remove(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request.write(move |cx| verbs::remove(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}

/// Resumes a stopped endpoint; a worker verifies it first.
async fn resume(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request.write(move |cx| verbs::resume(cx, id, ip.as_deref()).and_then(|_| one(cx, id))).await
}

/// Sends a test notification.
async fn ping(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    request.write(move |cx| verbs::test(cx, id).and_then(|_| one(cx, id))).await
}

/// Sends again the deliveries that failed since a time.
async fn replay(request: Request) -> Result<Reply> {
    let (id, ReplayFailed { since }) = (id(&request)?, request.body()?);
    request
        .write(move |cx| {
            let (subscription, app) = verbs::known(cx, id)?;
            check_app(cx, &app)?;
            check_topics(cx, subscription.topics.split(' '))?;
            let count = verbs::replay_failed(cx, id, since)?;
            let count = i64::try_from(count).unwrap_or(verbs::MAX_REPLAYED);
            Ok(Replayed { count, may_have_more: count >= verbs::MAX_REPLAYED })
        })
        .await
}

/// Rejects topics whose scopes the role does not permit. Everyone may see test notifications.
pub(super) fn check_topics<'a>(cx: &Cx, mut topics: impl Iterator<Item = &'a str>) -> Result<()> {
    let permitted = Scopes::ALL.within(cx.actor().permissions);
    let is_permitted = |name: &str| Topic::named(name).is_none_or(|topic| topic.is_open_to(permitted));
    match topics.find(|name| !is_permitted(name)) {
        Some(name) => Err(Error::new(ErrorKind::Forbidden, format!("Your role does not permit the topic {name}"))),
        None => Ok(()),
    }
}

pub(super) fn id(request: &Request) -> Result<WebhookSubscriptionId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

fn one(cx: &mut Cx, id: WebhookSubscriptionId) -> Result<WebhookSettings> {
    let (subscription, app) = verbs::known(cx, id)?;
    Ok(view(subscription, app))
}

fn view(s: Subscription, app: App) -> WebhookSettings {
    let set = |at: i64| Some(at).filter(|at| *at > 0);
    WebhookSettings {
        id: s.id,
        app_id: app.id,
        not_sent: topics::unheard(&s.topics, &app.scopes, app.api_version.as_deref()),
        app_name: app.name,
        paused_until: set(s.held_until()),
        url: s.url,
        topics: s.topics.split(' ').map(str::to_owned).collect(),
        state: state(s.state),
        reason: s.reason,
        failing_since: s.failing_since,
        created_at: s.created_at,
    }
}

const fn state(state: webhooks::WebhookState) -> WebhookState {
    match state {
        webhooks::WebhookState::Unverified => WebhookState::Unverified,
        webhooks::WebhookState::Live => WebhookState::Live,
        webhooks::WebhookState::Refused => WebhookState::Refused,
        webhooks::WebhookState::Disabled => WebhookState::Disabled,
        webhooks::WebhookState::Suspended => WebhookState::Suspended,
    }
}
