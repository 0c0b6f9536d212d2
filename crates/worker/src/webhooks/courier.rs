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

use super::{WebhookSender, notice};

/// How long an endpoint may take to respond.
const LIMIT: Duration = Duration::from_secs(5);
/// The most requests at once to one endpoint: to a quick one, and to a slow one.
const AT_ONCE: usize = 32;
const AT_ONCE_SLOW: usize = 8;
/// An endpoint that takes longer than this, in milliseconds, is slow.
const SLOW: i64 = 500;
/// The most deliveries read at a time.
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
pub(super) async fn serve(post: Arc<WebhookSender>, workspace: String, id: WebhookSubscriptionId) {
    let _held = post.alive.hold();
    if let Err(error) = Box::pin(deliver(&post, &workspace, id)).await {
        tracing::error!(workspace, subscription = %id, cause = error.cause.as_deref(), "webhooks failed: {error}");
        tokio::time::sleep(REST).await;
    }
    let owner = post.alive.id();
    let (at, subscription) = (workspace.clone(), id);
    let released = post
        .db
        .write(move |tx| webhook_subscriptions::release(&mut tx.within(&at), subscription, owner).map_err(Error::from));
    if let Err(error) = released.await {
        // The claim expires by itself.
        tracing::warn!(workspace, cause = error.cause.as_deref(), "webhooks could not be let go of: {error}");
    }
}

async fn deliver(post: &Arc<WebhookSender>, workspace: &str, id: WebhookSubscriptionId) -> Result<()> {
    let at = workspace.to_owned();
    let found = post
        .db
        .read(move |tx| webhook_subscriptions::with_its_app(&mut tx.within(&at), id).map_err(Error::from))
        .await?;
    let Some(listening) = found else { return Ok(()) };
    let (state, held) = (listening.subscription.state, listening.subscription.held_until());
    if held > post.db.clock().now() {
        // Written by a process that did not know of the pause yet.
        return put_off(post, workspace.to_owned(), id, held).await;
    }
    let endpoint = Arc::new(Endpoint {
        workspace: workspace.to_owned(),
        id,
        url: listening.subscription.url.clone(),
        secret: listening.signing_secret.unwrap_or_default(),
    });
    let live = match state {
        WebhookState::Live => true,
        WebhookState::Unverified => verify(post, &endpoint).await?,
        WebhookState::Refused | WebhookState::Disabled | WebhookState::Suspended => false,
    };
    if live { send_all(post, &endpoint).await } else { Ok(()) }
}

async fn put_off(post: &WebhookSender, workspace: String, id: WebhookSubscriptionId, until: i64) -> Result<()> {
    post.db.write(move |tx| webhook_deliveries::defer(&mut tx.within(&workspace), id, until).map_err(Error::from)).await
}

/// Verifies an endpoint with a test notification.
async fn verify(post: &WebhookSender, to: &Endpoint) -> Result<bool> {
    let refused = match post.outbound.head(&to.url, LIMIT).await {
        Ok(answer) if answer.status.is_success() => None,
        Ok(answer) => Some(format!("the endpoint answered {} to HEAD", answer.status.as_u16())),
        Err(failure) => Some(failure.to_string()),
    };
    let (workspace, id, url) = (to.workspace.clone(), to.id, to.url.clone());
    post.db.write(move |tx| webhooks::verified(&mut tx.within(&workspace), id, &url, refused.as_deref())).await
}

async fn send_all(post: &Arc<WebhookSender>, to: &Arc<Endpoint>) -> Result<()> {
    let mut sending: JoinSet<Outcome> = JoinSet::new();
    let mut queue: VecDeque<Delivery> = VecDeque::new();
    // Sent but not recorded yet: these must not be read again.
    let mut under_way: HashSet<WebhookDeliveryId> = HashSet::new();
    let (mut pace, mut open, mut renewed) = (Pace::default(), true, Instant::now());
    loop {
        open = open && !post.stop.load(Ordering::Relaxed);
        if open && queue.is_empty() && sending.len() < at_once(pace) {
            let due = due(post, to, READ + under_way.len()).await?;
            queue.extend(due.into_iter().filter(|d| !under_way.contains(&d.id)));
        }
        while open
            && sending.len() < at_once(pace)
            && let Some(delivery) = queue.pop_front()
        {
            under_way.insert(delivery.id);
            sending.spawn(send(post.clone(), to.clone(), delivery, pace.is_slow()));
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
        if renewed.elapsed() >= RENEW {
            open = renew(post, to).await? && open;
            renewed = Instant::now();
        }
        for outcome in &done {
            pace.took(outcome.attempt.ms);
            under_way.remove(&outcome.delivery.id);
        }
        if !done.is_empty() {
            open = record(post, to, done).await? && open;
        }
    }
}

fn at_once(pace: Pace) -> usize {
    if pace.is_slow() { AT_ONCE_SLOW } else { AT_ONCE }
}

async fn due(post: &WebhookSender, to: &Endpoint, limit: usize) -> Result<Vec<Delivery>> {
    let (workspace, id, limit) = (to.workspace.clone(), to.id, i64::try_from(limit).unwrap_or(i64::MAX));
    post.db.read(move |tx| webhook_deliveries::due(&mut tx.within(&workspace), id, limit).map_err(Error::from)).await
}

async fn renew(post: &WebhookSender, to: &Endpoint) -> Result<bool> {
    let (workspace, id, by) = (to.workspace.clone(), to.id, post.alive.claimant().await?);
    post.db.write(move |tx| webhook_subscriptions::renew(&mut tx.within(&workspace), by, id).map_err(Error::from)).await
}

/// Records the outcomes of deliveries; returns whether more may be sent.
async fn record(post: &WebhookSender, to: &Endpoint, done: Vec<Outcome>) -> Result<bool> {
    let (workspace, id, url, retries) = (to.workspace.clone(), to.id, to.url.clone(), post.retries.clone());
    post.db.write(move |tx| webhooks::record(&mut tx.within(&workspace), id, &url, &done, &retries)).await
}

/// Sends one delivery, once.
async fn send(post: Arc<WebhookSender>, to: Arc<Endpoint>, delivery: Delivery, slow: bool) -> Outcome {
    let lane = if slow { &post.slow } else { &post.quick };
    // The semaphore is never closed, so there is no error; if there were one, it would only skip the wait.
    let _permit = lane.acquire().await;
    let at = post.db.clock().now();
    let started = Instant::now();
    let answer = match webhooks::body(&to.workspace, &delivery, delivery.attempts + 1, at) {
        Ok(body) => {
            let headers = notice::headers(&to.secret, &body);
            post.outbound.post(&to.url, headers, Bytes::from(body), LIMIT).await.map_err(|e| e.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    let ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (status, error, answer) = match answer {
        Ok(answer) => (Some(answer.status.as_u16()), None, said(&answer.body)),
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
fn said(body: &[u8]) -> Option<String> {
    /// More bytes than are stored, whatever the encoding of the characters.
    const LOOKED_AT: usize = 2 << 10;
    let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]).replace('\0', "\u{fffd}");
    Some(text).filter(|text| !text.trim().is_empty())
}
