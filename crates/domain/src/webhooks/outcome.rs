//! The effect of an endpoint's response on the delivery and on the subscription.

use deskwire_store::webhook_deliveries::DeliveryState;
use deskwire_store::webhook_subscriptions::WebhookState;
use deskwire_store::{WorkspaceTx, webhook_deliveries as deliveries, webhook_subscriptions as store};
use serde::{Deserialize, Serialize};

use super::{Delivery, Fallback, Subscription};
use crate::error::{Error, Result};
use crate::ids::WebhookSubscriptionId;

const MINUTE: i64 = 60;
/// How long a 429 pauses a subscription: the first time, and at most.
const THROTTLE: i64 = MINUTE;
const MAX_THROTTLE: i64 = 2 * 60 * MINUTE;
/// While an endpoint answers 429, deliveries older than this are abandoned.
const STALE: i64 = 2 * 60 * MINUTE;
/// More consecutive errors than this, within this time, pause a subscription for the same time.
const ERRORS: i64 = 1000;
const ERRORS_WITHIN: i64 = 15 * MINUTE;
const PAUSE: i64 = 15 * MINUTE;
/// A subscription that fails for longer than this is suspended.
const SUSPEND_AFTER: i64 = 7 * 24 * 60 * MINUTE;
/// The maximum stored length of an error message and of a response, in characters.
const MAX_TEXT_LENGTH: usize = 300;

/// One attempt, as the delivery log stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began, in unix seconds.
    pub at: i64,
    /// The status of the response, if there was one.
    pub status: Option<u16>,
    /// Its duration, in milliseconds.
    pub ms: i64,
    /// The error, if it failed.
    pub error: Option<String>,
    /// The beginning of the body of the response, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

impl Attempt {
    fn succeeded(&self) -> bool {
        self.status.is_some_and(|s| (200..300).contains(&s))
    }
}

/// The result of sending a delivery.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The delivery as it was sent.
    pub delivery: Delivery,
    /// The attempt.
    pub attempt: Attempt,
}

/// Records the results of attempts at a subscription's endpoint. `retries` has the delay after each failure, in
/// seconds; a delivery that fails more often is abandoned. Returns whether more may be sent to `url` now.
pub fn record(
    tx: &mut WorkspaceTx,
    id: WebhookSubscriptionId,
    url: &str,
    outcomes: &[Outcome],
    retries: &[i64],
) -> Result<bool> {
    let Some(before) = store::lock(tx, id)? else { return Ok(false) };
    let now = tx.now();
    let mut after = before.clone();
    for outcome in outcomes {
        let delivery = apply(&mut after, outcome, retries, now)?;
        deliveries::update(tx, &delivery)?;
    }
    if after == before {
        return Ok(after.state == WebhookState::Live && after.url == url && after.held_until() <= now);
    }
    store::update(tx, &before, &Subscription { updated_at: now, ..after.clone() })?;
    if after.state != WebhookState::Live {
        deliveries::drop_before(tx, id, i64::MAX)?;
        return Ok(false);
    }
    let until = after.held_until();
    if until > before.held_until() {
        deliveries::defer(tx, id, until)?;
    }
    if after.throttled_until > before.throttled_until {
        deliveries::drop_before(tx, id, now - STALE)?;
    }
    Ok(until <= now && after.url == url)
}

/// Applies the result of an attempt to the delivery and to the subscription.
fn apply(s: &mut Subscription, outcome: &Outcome, retries: &[i64], now: i64) -> Result<Delivery> {
    let Outcome { delivery, attempt } = outcome;
    let mut log: Vec<Attempt> = serde_json::from_str(&delivery.log).map_err(Error::internal)?;
    let failures = log.iter().filter(|a| a.status != Some(429)).count();
    let (error, answer) = (attempt.error.as_deref().map(cut), attempt.answer.as_deref().map(cut));
    log.push(Attempt { error, answer, ..attempt.clone() });
    let mut after = Delivery {
        attempts: delivery.attempts + 1,
        first_sent_at: delivery.first_sent_at.or(Some(attempt.at)),
        log: serde_json::to_string(&log).map_err(Error::internal)?,
        ..delivery.clone()
    };
    let state = if attempt.succeeded() {
        s.errors = 0;
        s.failing_since = None;
        if attempt.at >= s.throttled_until {
            s.throttle_seconds = 0;
        }
        DeliveryState::Sent
    } else if attempt.status == Some(429) {
        throttled(s, attempt.at, now);
        after.run_at = s.held_until();
        if now - delivery.created_at > STALE { DeliveryState::Dropped } else { DeliveryState::Pending }
    } else {
        if attempt.status == Some(410) {
            stop(s, WebhookState::Disabled, "the endpoint answered 410");
        } else {
            failed(s, now);
        }
        match retries.get(failures) {
            Some(wait) if s.state == WebhookState::Live => {
                after.run_at = (now + wait).max(s.held_until());
                DeliveryState::Pending
            }
            _ => DeliveryState::Failed,
        }
    };
    after.state = state;
    Ok(after)
}

/// Pauses a subscription, twice as long each time. Responses to requests that were sent before the pause do not count.
fn throttled(s: &mut Subscription, sent_at: i64, now: i64) {
    if sent_at < s.throttled_until || (s.throttled_until > now) {
        return;
    }
    s.throttle_seconds = (s.throttle_seconds * 2).clamp(THROTTLE, MAX_THROTTLE);
    s.throttled_until = now + s.throttle_seconds;
}

/// Counts an error, and pauses or suspends a subscription with too many.
fn failed(s: &mut Subscription, now: i64) {
    let since = *s.failing_since.get_or_insert(now);
    if s.errors == 0 || now - s.errors_from > ERRORS_WITHIN {
        s.errors = 0;
        s.errors_from = now;
    }
    s.errors += 1;
    if s.errors > ERRORS {
        s.errors = 0;
        s.paused_until = now + PAUSE;
    }
    if now - since > SUSPEND_AFTER && s.state == WebhookState::Live {
        stop(s, WebhookState::Suspended, "the endpoint has failed for more than seven days");
    }
}

fn stop(s: &mut Subscription, state: WebhookState, reason: &str) {
    s.state = state;
    s.reason = Some(reason.to_owned());
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT_LENGTH).collect()
}

/// Records the result of a verification: live, or refused with a reason, in which case a subscription with a fallback
/// returns to it. Returns whether webhooks may be sent to `url`.
pub fn verified(tx: &mut WorkspaceTx, id: WebhookSubscriptionId, url: &str, refused: Option<&str>) -> Result<bool> {
    let Some(before) = store::lock(tx, id)? else { return Ok(false) };
    let mut s = before.clone();
    if s.url != url || s.state != WebhookState::Unverified {
        return Ok(s.state == WebhookState::Live);
    }
    match (refused, Fallback::of(&before)) {
        (None, _) => {
            s.state = WebhookState::Live;
            s.reason = None;
        }
        // Pending deliveries go to the previous endpoint.
        (Some(reason), Some(fallback)) => {
            s.reason = Some(cut(&format!("the endpoint {url} was refused: {reason}")));
            s.state = WebhookState::Live;
            (s.url, s.topics) = (fallback.url, fallback.topics);
        }
        (Some(reason), None) => {
            stop(&mut s, WebhookState::Refused, &cut(reason));
            deliveries::drop_before(tx, id, i64::MAX)?;
        }
    }
    (s.fallback_url, s.fallback_topics) = (None, None);
    s.updated_at = tx.now();
    store::update(tx, &before, &s)?;
    Ok(refused.is_none())
}
