//! The fan-out: from the outbox to webhooks, notifications and mail.
//!
//! The events are the outbox: those without a position in the history are pending. One transaction gives positions to a
//! batch and writes its deliveries and the counts of reports, so a crash neither loses nor repeats anything. Nothing is
//! sent here.

use deskwire_domain::Cx;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_api::auth::Scopes;
use deskwire_api::topics::{Items, Rendering, Topic};
use deskwire_api::versions::Version;
use deskwire_domain::error::{Error, ErrorClass, Result};
use deskwire_domain::events::Event;
use deskwire_domain::webhooks::{self, Delivery, Listening};
use deskwire_domain::{Actor, notifications, reports, workspaces};
use deskwire_store::fair::Key;
use deskwire_store::global::queues::{self, Among, EventQueues};
use deskwire_store::{Db, Dialect, Tx, WorkspaceTx, events, webhook_deliveries, webhook_subscriptions};

use crate::alive;
use crate::looks::Looks;

/// The maximum number of events per transaction.
const BATCH: i64 = 200;
/// The same with a single writer: few, so that other writes do not wait long.
const BATCH_OF_ONE_WRITER: i64 = 32;

/// The characters of workspace ids.
const DIGITS: &[u8; 32] = b"2345678abcdefghijkmnopqrstuvwxyz";

/// The extent of a fan-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FanOut {
    /// To all recipients.
    All,
    /// Only to the history: for an event whose fan-out keeps failing.
    HistoryOnly,
}

/// Fans out all pending events, workspace by workspace, except where another process does; returns whether there were
/// any.
pub(crate) async fn all(db: &Db, looks: &Looks, origin: &str, stop: &AtomicBool) -> bool {
    let mut after = start(db.dialect());
    // Whether this round started with the first workspace, and whether it found anything.
    let (mut is_whole, mut found, mut any) = (after.is_empty(), false, false);
    while !stop.load(Ordering::Relaxed) {
        if looks.are_parted() {
            return in_parts(db, looks, origin, stop).await || any;
        }
        let last = after.clone();
        let queues = match db.read(move |tx| queues::events_after(tx, &last).map_err(Error::from)).await {
            Ok(queues) => queues,
            Err(error) => {
                if looks.part("events", &error).await {
                    continue;
                }
                tracing::warn!(cause = error.cause.as_deref(), "the outbox could not be read: {error}");
                break;
            }
        };
        looks.join();
        let workspace = match queues {
            EventQueues { next: Some(next), .. } => next,
            EventQueues { first: Some(first), .. } if !is_whole || found => {
                (is_whole, found) = (true, false);
                first
            }
            // Nothing waits, or all that waits is fanned out by another process.
            EventQueues { .. } => break,
        };
        if of(db, &workspace, origin).await {
            (found, any) = (true, true);
        }
        after = workspace;
    }
    any
}

/// Fans out some events of each workspace that can be reached; returns whether there were any.
async fn in_parts(db: &Db, looks: &Looks, origin: &str, stop: &AtomicBool) -> bool {
    let look =
        |tx: &mut Tx<'_>, among: Among<'_>| queues::events_of(tx, among.unwrap_or_default()).map_err(Error::from);
    let mut any = false;
    for workspace in looks.in_parts("events", look).await {
        any |= !stop.load(Ordering::Relaxed) && of(db, &workspace, origin).await;
    }
    any
}

/// Fans out some events of a workspace and tells those who follow it; false if there are none left for this process. A
/// failure, for example because of what is locked in one workspace, delays no other.
async fn of(db: &Db, workspace: &str, origin: &str) -> bool {
    match some(db, workspace, origin).await {
        Ok(true) => db.announce(Key::workspace(workspace)),
        Ok(false) => return false,
        Err(error) => {
            tracing::warn!(workspace, cause = error.cause.as_deref(), "events could not be fanned out: {error}");
            return false;
        }
    }
    true
}

/// Where the first round starts. Processes that share a database start at different workspaces, so that they do not
/// meet at each one.
fn start(dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => String::new(),
        Dialect::Postgres => {
            let random = alive::random().to_ne_bytes();
            random[1..3].iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect()
        }
    }
}

/// Fans out some events of a workspace; false if there are none left for this process. If a batch fails with an
/// internal error, its oldest event is retried alone, and then skipped.
async fn some(db: &Db, workspace: &str, origin: &str) -> Result<bool> {
    let attempt = |limit, how| {
        let (workspace, origin) = (workspace.to_owned(), origin.to_owned());
        db.write(move |tx| batch(&mut tx.within(&workspace), &origin, limit, how))
    };
    let ours = |error: &Error| error.kind.class() == ErrorClass::Internal;
    let limit = if db.dialect() == Dialect::Sqlite { BATCH_OF_ONE_WRITER } else { BATCH };
    match attempt(limit, FanOut::All).await {
        Err(error) if ours(&error) => {}
        other => return other,
    }
    match attempt(1, FanOut::All).await {
        Err(error) if ours(&error) => {
            let cause = error.cause.as_deref();
            tracing::error!(workspace, cause, "the oldest event could not be fanned out and is skipped: {error}");
            attempt(1, FanOut::HistoryOnly).await
        }
        other => other,
    }
}

fn batch(tx: &mut WorkspaceTx, origin: &str, limit: i64, how: FanOut) -> Result<bool> {
    let placed = events::place(tx, limit)?;
    if placed.is_empty() {
        return Ok(false);
    }
    if how == FanOut::HistoryOnly {
        reports::recount(tx)?;
        return Ok(true);
    }
    let Some(tenant) = workspaces::find(tx)? else { return Ok(true) };
    let actor = Actor::system(Arc::new(tenant.into()));
    let cx = &mut Cx::new(tx, &actor);
    let placed = Event::read(placed);
    reports::keep(cx, &placed)?;
    to_webhooks(cx, origin, &placed)?;
    let personal: Vec<&Event> = placed.iter().filter(|event| event.notify).collect();
    notifications::fan_out(cx, &personal)?;
    Ok(true)
}

/// An app with a subscription.
struct Listener {
    to: Listening,
    scopes: Scopes,
    version: Version,
    /// When the first of its new deliveries is due.
    due: Option<i64>,
}

impl Listener {
    fn new(to: Listening) -> Self {
        Self {
            scopes: Scopes::parse_known(&to.scopes),
            version: to.api_version.as_deref().and_then(Version::parse).unwrap_or(Version::DEFAULT),
            to,
            due: None,
        }
    }

    /// Whether the app receives this event: it subscribed, has the scope, and its version has the topic and describes
    /// the event.
    fn receives(&self, topic: &Topic, event: &Event) -> bool {
        let subscription = &self.to.subscription;
        subscription.created_at <= event.created_at
            && topic.is_in(self.version, event)
            && topic.is_open_to(self.scopes)
            && subscription.topics.split(' ').any(|t| t == topic.name)
    }
}

/// Writes a delivery for each event and each app that receives it.
fn to_webhooks(cx: &mut Cx, origin: &str, placed: &[Event]) -> Result<()> {
    let listening = webhook_subscriptions::listening(cx)?;
    let mut listeners: Vec<Listener> = listening.into_iter().map(Listener::new).collect();
    if listeners.is_empty() {
        return Ok(());
    }
    let mut deliveries = Vec::new();
    for event in placed {
        let Some(topic) = Topic::of(event.topic) else { continue };
        let mut items = Items::new(topic, event);
        for listener in listeners.iter_mut().filter(|l| l.receives(topic, event)) {
            let rendering = Rendering { version: listener.version, scopes: listener.scopes, origin };
            let Some(item) = items.get(cx, rendering)?.map(str::to_owned) else { continue };
            let new = webhooks::new_delivery(cx, &listener.to.subscription, topic.name, item);
            let delivery = Delivery { event_id: event.id, event_at: event.created_at, ..new };
            listener.due = Some(listener.due.map_or(delivery.run_at, |due| due.min(delivery.run_at)));
            deliveries.push(delivery);
        }
    }
    // This locks the subscriptions. One that was removed or stopped since it was read would keep its deliveries forever.
    for listener in &listeners {
        let id = listener.to.subscription.id;
        if let Some(due) = listener.due
            && !webhook_subscriptions::due_if_listening(cx, id, due)?
        {
            deliveries.retain(|delivery| delivery.subscription_id != id);
        }
    }
    Ok(webhook_deliveries::insert_all(cx, &deliveries)?)
}
