//! The log of webhooks: the deliveries to an endpoint and its responses.

use deskwire_domain::Cx;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::WebhookDeliveryId;
use deskwire_domain::webhooks::{self, Attempt, Chosen, Delivery, settings as verbs};

use super::apps::check_app;
use super::tokens::as_limit;
use super::webhooks::{check_topics, id};
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{DeliveryAttempt, DeliveryState, WebhookDeliveries, WebhookDelivery, WebhookDeliveryDetail};
use crate::reply::Reply;

/// The length of a page.
const PAGE: usize = 50;
/// The maximum number of bytes of a body that are displayed.
const SHOWN: usize = 64 << 10;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/webhooks/{id}/deliveries", Needs::Apps, list);
    rows.row("GET /app/v1/settings/webhook_deliveries/{id}", Needs::Apps, show);
    rows.row("POST /app/v1/settings/webhook_deliveries/{id}/replay", Needs::Apps, replay);
}

/// A page of the deliveries of a subscription, newest first, optionally of one state or topic.
async fn list(request: Request) -> Result<Reply> {
    let subscription = id(&request)?;
    let state = request.query("state").map(|text| {
        let state = webhooks::DeliveryState::parse(&text);
        state.ok_or_else(|| Error::invalid("state must be pending, sent, failed or dropped").field("state"))
    });
    let before = request.query("before").map(|text| {
        WebhookDeliveryId::parse(&text)
            .ok_or_else(|| Error::invalid("before must be the id of a delivery").field("before"))
    });
    let chosen = Chosen {
        subscription: Some(subscription),
        topic: request.query("topic").map(std::borrow::Cow::into_owned),
        state: state.transpose()?,
        before: before.transpose()?,
        ..Chosen::default()
    };
    request
        .search(move |cx| {
            verbs::known(cx, subscription)?;
            let mut items = webhooks::deliveries(cx, &chosen, as_limit(PAGE + 1))?;
            let has_more = items.len() > PAGE;
            items.truncate(PAGE);
            let next = items.last().filter(|_| has_more).map(|last| last.id);
            Ok(WebhookDeliveries { items: items.iter().map(line).collect::<Result<_>>()?, next })
        })
        .await
}

/// A delivery with its attempts and its body.
async fn show(request: Request) -> Result<Reply> {
    let id = delivery_id(&request)?;
    request.read(move |cx| permitted(cx, id).and_then(|delivery| detail(cx.workspace(), &delivery))).await
}

/// Sends a delivery again.
async fn replay(request: Request) -> Result<Reply> {
    let id = delivery_id(&request)?;
    request
        .write(move |cx| {
            permitted(cx, id)?;
            verbs::replay_one(cx, id).and_then(|delivery| detail(cx.workspace(), &delivery))
        })
        .await
}

/// A delivery whose body the role permits.
fn permitted(cx: &mut Cx, id: WebhookDeliveryId) -> Result<Delivery> {
    let delivery = verbs::delivery(cx, id)?;
    let (_, app) = verbs::known(cx, delivery.subscription_id)?;
    check_app(cx, &app)?;
    check_topics(cx, std::iter::once(delivery.topic.as_str()))?;
    Ok(delivery)
}

fn delivery_id(request: &Request) -> Result<WebhookDeliveryId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

/// A delivery as a row of a list.
pub(in crate::inbox) fn line(delivery: &Delivery) -> Result<WebhookDelivery> {
    let attempts = verbs::attempts(delivery)?;
    let last = attempts.last();
    Ok(WebhookDelivery {
        id: delivery.id,
        subscription_id: delivery.subscription_id,
        topic: delivery.topic.clone(),
        state: state(delivery.state),
        attempts: delivery.attempts,
        status: last.and_then(|attempt| attempt.status),
        error: last.and_then(|attempt| attempt.error.clone()),
        sent_at: last.map(|attempt| attempt.at),
        due_at: (delivery.state == webhooks::DeliveryState::Pending).then_some(delivery.run_at),
        event_at: delivery.event_at,
    })
}

fn detail(workspace: &str, delivery: &Delivery) -> Result<WebhookDeliveryDetail> {
    let attempts = verbs::attempts(delivery)?;
    let at = attempts.last().map_or(delivery.run_at, |attempt| attempt.at);
    // The body of the last attempt, or of the first one if none was made yet.
    let body = webhooks::body(workspace, delivery, delivery.attempts.max(1), at).map_err(Error::internal)?;
    let is_cut = body.len() > SHOWN;
    let body = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]).into_owned();
    Ok(WebhookDeliveryDetail {
        delivery: line(delivery)?,
        notification_id: webhooks::notification_id(workspace, delivery.id),
        body,
        is_cut,
        log: attempts.into_iter().map(attempt).collect(),
    })
}

fn attempt(Attempt { at, status, ms, error, answer }: Attempt) -> DeliveryAttempt {
    DeliveryAttempt { at, status, ms, error, answer }
}

const fn state(state: webhooks::DeliveryState) -> DeliveryState {
    match state {
        webhooks::DeliveryState::Pending => DeliveryState::Pending,
        webhooks::DeliveryState::Sent => DeliveryState::Sent,
        webhooks::DeliveryState::Failed => DeliveryState::Failed,
        webhooks::DeliveryState::Dropped => DeliveryState::Dropped,
    }
}
