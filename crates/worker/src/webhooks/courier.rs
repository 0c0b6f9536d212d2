//! The deliveries of one subscription, sent in order, several at once.

use deskwire_store::webhook_subscriptions::WebhookState;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{WebhookDeliveryId, WebhookSubscriptionId};
use deskwire_domain::webhooks::{self, Attempt, Delivery, Outcome};
use deskwire_store::{webhook_deliveries, webhook_subscriptions};
use tokio::task::JoinSet;

use super::{Turn, WebhookSender, notice};

/// How long an endpoint may take to respond.
const LIMIT: Duration = Duration::from_secs(5);
/// The maximum number of requests at once to one endpoint: to a quick one, and to a slow one.
const AT_ONCE: usize = 32;
const AT_ONCE_SLOW: usize = 8;
/// An endpoint that takes longer than this, in milliseconds, is slow.
const SLOW: i64 = 500;
/// The maximum number of deliveries read at a time.
const READ: usize = 256;
/// How long to wait for a response before the claim is renewed.
const RENEW: Duration = Duration::from_secs(5);
/// How long to pause a subscription after an internal error.
const REST: Duration = Duration::from_secs(1);

/// The endpoint of a subscription.
struct Endpoint {
    workspace: String,
    id: WebhookSubscriptionId,
    url: String,
    secret: String,
}

/// The response times of an endpoint.
#[derive(Debug, Default, Clone, Copy)]
struct Pace(i64);

impl Pace {
    fn took(&mut self, ms: i64) {
        self.0 = (self.0 * 7 + ms) / 8;
    }

    fn is_slow(self) -> bool {
        self.0 > SLOW
    }
}

/// Sends the due deliveries of a claimed subscription, and releases it.
pub(super) async fn serve(turn: Turn) {
    let Turn { hooks, workspace, id } = &turn;
    let (hooks, workspace, id) = (hooks.clone(), workspace.clone(), *id);
    let _claim = hooks.alive.guard();
    if let Err(error) = Box::pin(deliver(&hooks, &workspace, id)).await {
        tracing::error!(workspace, subscription = %id, cause = error.cause.as_deref(), "webhooks failed: {error}");
        tokio::time::sleep(REST).await;
    }
    // Before the release: the next claim needs a turn.
    drop(turn);
    let owner = hooks.alive.id();
    let (at, subscription) = (workspace.clone(), id);
    let released = hooks
        .db
        .write(move |tx| webhook_subscriptions::release(&mut tx.within(&at), subscription, owner).map_err(Error::from));
    if let Err(error) = released.await {
        // The claim expires by itself.
        tracing::warn!(workspace, cause = error.cause.as_deref(), "a subscription could not be released: {error}");
    }
}

async fn deliver(hooks: &Arc<WebhookSender>, workspace: &str, id: WebhookSubscriptionId) -> Result<()> {
    let at = workspace.to_owned();
    let found = hooks
        .db
        .read(move |tx| webhook_subscriptions::with_its_app(&mut tx.within(&at), id).map_err(Error::from))
        .await?;
    let Some(subscribed) = found else { return Ok(()) };
    let (state, held_until) = (subscribed.subscription.state, subscribed.subscription.held_until());
    if held_until > hooks.db.clock().now() {
        // Written by a process that did not know of the pause yet.
        return defer(hooks, workspace.to_owned(), id, held_until).await;
    }
    let endpoint = Arc::new(Endpoint {
        workspace: workspace.to_owned(),
        id,
        url: subscribed.subscription.url.clone(),
        secret: subscribed.signing_secret.unwrap_or_default(),
    });
    let live = match state {
        WebhookState::Live => true,
        WebhookState::Unverified => verify(hooks, &endpoint).await?,
        WebhookState::Refused | WebhookState::Disabled | WebhookState::Suspended => false,
    };
    if live { send_all(hooks, &endpoint).await } else { Ok(()) }
}

async fn defer(hooks: &WebhookSender, workspace: String, id: WebhookSubscriptionId, until: i64) -> Result<()> {
    hooks
        .db
        .write(move |tx| webhook_deliveries::defer(&mut tx.within(&workspace), id, until).map_err(Error::from))
        .await
}

/// Verifies an endpoint by a HEAD request.
async fn verify(hooks: &WebhookSender, to: &Endpoint) -> Result<bool> {
    let refused = match hooks.outbound.head(&to.url, LIMIT).await {
        Ok(answer) if answer.status.is_success() => None,
        Ok(answer) => Some(format!("the endpoint answered {} to HEAD", answer.status.as_u16())),
        Err(failure) => Some(failure.to_string()),
    };
    let (workspace, id, url) = (to.workspace.clone(), to.id, to.url.clone());
    hooks.db.write(move |tx| webhooks::verified(&mut tx.within(&workspace), id, &url, refused.as_deref())).await
}

async fn send_all(hooks: &Arc<WebhookSender>, to: &Arc<Endpoint>) -> Result<()> {
    let mut sending: JoinSet<Outcome> = JoinSet::new();
    let mut queue: VecDeque<Delivery> = VecDeque::new();
    // Sent but not recorded yet: these must not be read again.
    let mut under_way: HashSet<WebhookDeliveryId> = HashSet::new();
    let (mut pace, mut open, mut renewed) = (Pace::default(), true, Instant::now());
    loop {
        // Before more is sent: if this process was paused, another one may have claimed the subscription.
        if renewed.elapsed() >= RENEW {
            open = renew(hooks, to).await? && open;
            renewed = Instant::now();
        }
        open = open && !hooks.stop.load(Ordering::Relaxed);
        if open && queue.is_empty() && sending.len() < at_once(pace) {
            let due = due(hooks, to, READ + under_way.len()).await?;
            queue.extend(due.into_iter().filter(|d| !under_way.contains(&d.id)));
        }
        while open
            && sending.len() < at_once(pace)
            && let Some(delivery) = queue.pop_front()
        {
            under_way.insert(delivery.id);
            sending.spawn(send(hooks.clone(), to.clone(), delivery, pace.is_slow()));
        }
        if sending.is_empty() {
            return Ok(());
        }
        let mut done = Vec::new();
        if let Ok(Some(first)) = tokio::time::timeout(RENEW, sending.join_next()).await {
            done.push(first.map_err(Error::internal)?);
            while let Some(next) = sending.try_join_next() {
                done.push(next.map_err(Error::internal)?);
            }
        }
        for outcome in &done {
            pace.took(outcome.attempt.ms);
            under_way.remove(&outcome.delivery.id);
        }
        if !done.is_empty() {
            open = record(hooks, to, done).await? && open;
        }
    }
}

fn at_once(pace: Pace) -> usize {
    if pace.is_slow() { AT_ONCE_SLOW } else { AT_ONCE }
}

async fn due(hooks: &WebhookSender, to: &Endpoint, limit: usize) -> Result<Vec<Delivery>> {
    let (workspace, id, limit) = (to.workspace.clone(), to.id, i64::try_from(limit).unwrap_or(i64::MAX));
    hooks.db.read(move |tx| webhook_deliveries::due(&mut tx.within(&workspace), id, limit).map_err(Error::from)).await
}

async fn renew(hooks: &WebhookSender, to: &Endpoint) -> Result<bool> {
    let (workspace, id, by) = (to.workspace.clone(), to.id, hooks.alive.claimant().await?);
    hooks
        .db
        .write(move |tx| webhook_subscriptions::renew(&mut tx.within(&workspace), by, id).map_err(Error::from))
        .await
}

/// Records the outcomes of deliveries; returns whether more may be sent.
async fn record(hooks: &WebhookSender, to: &Endpoint, done: Vec<Outcome>) -> Result<bool> {
    let (workspace, id, url, retries) = (to.workspace.clone(), to.id, to.url.clone(), hooks.retries.clone());
    hooks.db.write(move |tx| webhooks::record(&mut tx.within(&workspace), id, &url, &done, &retries)).await
}

/// Sends one delivery, once.
async fn send(hooks: Arc<WebhookSender>, to: Arc<Endpoint>, delivery: Delivery, slow: bool) -> Outcome {
    let lane = if slow { &hooks.slow } else { &hooks.quick };
    // The semaphore is never closed, so there is no error; if there were one, it would only skip the wait.
    let _permit = lane.acquire().await;
    let at = hooks.db.clock().now();
    let started = Instant::now();
    let answer = match webhooks::body(&to.workspace, &delivery, delivery.attempts + 1, at) {
        Ok(body) => {
            let headers = notice::headers(&to.secret, &body);
            hooks.outbound.post(&to.url, headers, Bytes::from(body), LIMIT).await.map_err(|e| e.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    let ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (status, error, answer) = match answer {
        Ok(answer) => (Some(answer.status.as_u16()), None, excerpt(&answer.body)),
        Err(error) => (None, Some(error), None),
    };
    tracing::debug!(
        workspace = to.workspace,
        topic = delivery.topic,
        status,
        ms,
        error = error.as_deref(),
        "sent a webhook"
    );
    Outcome { attempt: Attempt { at, status, ms, error, answer }, delivery }
}

/// The beginning of an endpoint's response, as text that can be stored.
fn excerpt(body: &[u8]) -> Option<String> {
    /// More bytes than are stored, whatever the encoding of the characters.
    const LOOKED_AT: usize = 2 << 10;
    let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]).replace('\0', "\u{fffd}");
    Some(text).filter(|text| !text.trim().is_empty())
}
