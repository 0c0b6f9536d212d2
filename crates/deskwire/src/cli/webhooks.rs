//! `deskwire webhooks`

use std::time::{Duration, Instant};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use deskwire_api::topics::{self, Topic};
use deskwire_domain::error::Error;
use deskwire_domain::ids::{WebhookDeliveryId, WebhookSubscriptionId};
use deskwire_domain::webhooks::{
    self, App, Attempt, Chosen, Declared, Delivery, DeliveryState, Subscription, WebhookState,
};
use deskwire_domain::{Cx, times};
use serde::Serialize;

use super::{Failure, In, Result};
use crate::config::whole;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Subscribe an app's endpoint to topics, and print the subscription as JSON. A running server verifies the
    /// endpoint (HEAD request and ping); the command fails if the endpoint is refused
    Create(Create),
    /// List subscriptions, or their deliveries with every attempt, one JSON object per line
    List(List),
    /// Send deliveries again under the same ids, and print how many
    Replay(Replay),
    /// Verify the endpoint of a refused, disabled or suspended subscription again, and make the subscription live if
    /// the endpoint answers
    Resume(Requested),
    /// Delete a subscription and its deliveries
    Delete(One),
    /// List topics, each with its first API version, the scopes that it needs, and "never sent" if this server never
    /// sends it
    Topics,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The URL of the app's endpoint
    #[arg(long)]
    url: String,
    /// The topics to send, separated by commas; `deskwire webhooks topics` shows them
    #[arg(long, value_name = "LIST", value_delimiter = ',', required = true)]
    topics: Vec<String>,
    #[command(flatten)]
    requested: Requested,
}

#[derive(Debug, Args)]
pub(crate) struct Requested {
    /// Seconds to wait for a running server to verify the endpoint
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = whole(0_u64, 3600))]
    wait: u64,
    #[command(flatten)]
    one: One,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// List deliveries instead, newest first
    #[arg(long)]
    deliveries: bool,
    /// Maximum number of deliveries to list
    #[arg(long, value_name = "NUMBER", default_value = "100", requires = "deliveries", value_parser = whole(1_u32, 1_000_000))]
    limit: u32,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Only this delivery
    #[arg(long, value_name = "ID", value_parser = super::id)]
    delivery: Option<i64>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    within: In,
}

/// A selection of deliveries.
#[derive(Debug, Args)]
struct Which {
    /// Only those of this app, by client id or name
    #[arg(long, value_name = "APP", allow_hyphen_values = true)]
    app: Option<String>,
    /// Only those of this topic
    #[arg(long, value_parser = topic)]
    topic: Option<String>,
    /// Only those in this state: pending, sent, failed or dropped
    #[arg(long, value_parser = delivery_state())]
    state: Option<DeliveryState>,
    /// Only those of events since this time: unix seconds, or a time like 2026-11-22T16:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<i64>,
    /// Only those of events before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// The app, by client id or name; an app has one subscription
    #[arg(long, value_name = "APP", allow_hyphen_values = true)]
    app: String,
    #[command(flatten)]
    within: In,
}

/// A subscription as it is printed.
#[derive(Serialize)]
struct Printed<'a> {
    id: i64,
    app: Option<&'a str>,
    client_id: Option<&'a str>,
    url: &'a str,
    topics: Vec<&'a str>,
    state: WebhookState,
    reason: Option<&'a str>,
    /// The topics that are not sent, each with the reason.
    not_sent: Vec<String>,
    paused_until: Option<String>,
    throttled_until: Option<String>,
    failing_since: Option<String>,
    created_at: String,
    updated_at: String,
}

impl<'a> Printed<'a> {
    fn new(s: &'a Subscription, app: Option<&'a App>) -> Self {
        let set = |at: i64| Some(at).filter(|at| *at > 0).map(times::iso);
        Self {
            id: s.id.number(),
            app: app.map(|a| a.name.as_str()),
            client_id: app.map(|a| a.client_id.as_str()),
            url: &s.url,
            topics: s.topics.split(' ').collect(),
            state: s.state,
            reason: s.reason.as_deref(),
            not_sent: app.map(|a| topics::unheard(&s.topics, &a.scopes, a.api_version.as_deref())).unwrap_or_default(),
            paused_until: set(s.paused_until),
            throttled_until: set(s.throttled_until),
            failing_since: s.failing_since.map(times::iso),
            created_at: times::iso(s.created_at),
            updated_at: times::iso(s.updated_at),
        }
    }
}

/// A delivery as it is printed.
#[derive(Serialize)]
struct Sent<'a> {
    id: i64,
    notification_id: String,
    subscription_id: i64,
    event_id: i64,
    topic: &'a str,
    state: DeliveryState,
    attempts: i64,
    due_at: Option<String>,
    event_at: String,
    created_at: String,
    log: Vec<AttemptEntry>,
}

/// An attempt as it is printed.
#[derive(Serialize)]
struct AttemptEntry {
    at: String,
    status: Option<u16>,
    ms: i64,
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

impl From<Attempt> for AttemptEntry {
    fn from(Attempt { at, status, ms, error, answer }: Attempt) -> Self {
        Self { at: times::iso(at), status, ms, error, answer }
    }
}

impl<'a> Sent<'a> {
    fn new(workspace: &str, d: &'a Delivery) -> Self {
        Self {
            id: d.id.number(),
            notification_id: webhooks::notification_id(workspace, d.id),
            subscription_id: d.subscription_id.number(),
            event_id: d.event_id.number(),
            topic: &d.topic,
            state: d.state,
            attempts: d.attempts,
            due_at: (d.state == DeliveryState::Pending).then(|| times::iso(d.run_at)),
            event_at: times::iso(d.event_at),
            created_at: times::iso(d.created_at),
            log: serde_json::from_str::<Vec<Attempt>>(&d.log)
                .unwrap_or_default()
                .into_iter()
                .map(AttemptEntry::from)
                .collect(),
        }
    }
}

pub(crate) fn run(command: Command) -> Result {
    match command {
        Command::Create(create) => make(create),
        Command::List(list) => show(list),
        Command::Replay(replay) => again(replay),
        Command::Resume(resume) => {
            let Requested { wait, one } = resume;
            let app = one.app;
            let subscription = one.within.write::<_, Error>(move |cx| {
                let id = of(cx, &app)?.0.id;
                webhooks::settings::resume(cx, id, None)
            })?;
            outcome(&one.within, subscription.id, &subscription.url, wait)
        }
        Command::Delete(One { app, within }) => within.write::<_, Error>(move |cx| {
            let id = of(cx, &app)?.0.id;
            webhooks::settings::remove(cx, id, None)
        }),
        Command::Topics => Topic::ALL.iter().try_for_each(|topic| {
            let scopes: Vec<&str> = topic.scopes.iter().map(|s| s.as_str()).collect();
            let never = if topic.is_emitted() { "" } else { "\tnever sent" };
            super::print_line(format_args!("{}\t{}\t{}{never}", topic.name, topic.since, scopes.join(" ")))
        }),
    }
}

fn make(create: Create) -> Result {
    if let Some(unknown) = topics::unknown(create.topics.iter().map(|t| t.trim())) {
        return Err(Failure::Usage(no_topic(unknown)));
    }
    let Requested { wait, one } = create.requested;
    let declared = Declared { app: one.app, url: create.url, topics: create.topics };
    let subscription = one.within.write::<_, Error>(move |cx| webhooks::settings::subscribe(cx, &declared, None))?;
    outcome(&one.within, subscription.id, &subscription.url, wait)
}

/// Waits until a running server has verified the endpoint, and prints the subscription. Fails if the verification has
/// failed.
fn outcome(within: &In, id: WebhookSubscriptionId, url: &str, wait: u64) -> Result {
    let until = Instant::now() + Duration::from_secs(wait);
    let (subscription, app) = loop {
        let found = within.read::<_, Error>(move |cx| {
            let found = webhooks::list(cx)?.into_iter().find(|(s, _)| s.id == id);
            found.ok_or_else(|| Error::invalid("the subscription was deleted meanwhile"))
        })?;
        if found.0.state != WebhookState::Unverified || Instant::now() >= until {
            break found;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    let printed = Printed::new(&subscription, app.as_ref());
    super::print_json(&printed)?;
    for silent in &printed.not_sent {
        super::note(format_args!("warning: {silent}"));
    }
    let reason = subscription.reason.as_deref().unwrap_or("no reason is known");
    match subscription.state {
        WebhookState::Live if subscription.url == url => Ok(()),
        WebhookState::Live => Err(Failure::new(format!("{reason}; {} stays the endpoint", subscription.url))),
        WebhookState::Unverified => {
            super::note("no server has verified the endpoint yet: one does so as soon as it runs");
            Ok(())
        }
        state => Err(Failure::new(format!("{} is {state}: {reason}", subscription.url))),
    }
}

/// The error message for an unknown topic.
pub(crate) fn no_topic(name: &str) -> String {
    format!("there is no topic {name}; `deskwire webhooks topics` lists them")
}

fn show(list: List) -> Result {
    let (which, limit) = (list.which, i64::from(list.limit));
    if !list.deliveries {
        if which.is_of_deliveries() {
            let message = "--topic, --state, --since and --until choose deliveries: add --deliveries";
            return Err(Failure::Usage(message.to_owned()));
        }
        let all = list.within.read::<_, Error>(move |cx| match &which.app {
            Some(app) => Ok(vec![of(cx, app)?]),
            None => webhooks::list(cx),
        })?;
        return all.iter().try_for_each(|(s, app)| super::print_json(&Printed::new(s, app.as_ref())));
    }
    let (workspace, found) = list.within.read::<_, Error>(move |cx| {
        let chosen = which.chosen(cx, None)?;
        Ok((cx.workspace().to_owned(), webhooks::deliveries(cx, &chosen, limit)?))
    })?;
    found.iter().try_for_each(|delivery| super::print_json(&Sent::new(&workspace, delivery)))
}

fn again(replay: Replay) -> Result {
    let (which, delivery) = (replay.which, replay.delivery);
    if delivery.is_none() && which.is_empty() {
        return Err(Failure::Usage("add --delivery, --app, --topic, --state, --since or --until".to_owned()));
    }
    let count = replay.within.write::<_, Error>(move |cx| {
        let chosen = which.chosen(cx, delivery)?;
        webhooks::replay(cx, &chosen)
    })?;
    super::print_line(count)
}

/// Parses the state of a delivery.
fn delivery_state() -> impl TypedValueParser<Value = DeliveryState> {
    PossibleValuesParser::new(DeliveryState::TEXTS)
        .try_map(|text| DeliveryState::parse(&text).ok_or("not a state of deliveries"))
}

impl Which {
    fn is_empty(&self) -> bool {
        self.app.is_none() && !self.is_of_deliveries()
    }

    fn is_of_deliveries(&self) -> bool {
        self.topic.is_some() || self.state.is_some() || self.since.is_some() || self.until.is_some()
    }

    fn chosen(&self, cx: &mut Cx, id: Option<i64>) -> Result<Chosen, Error> {
        let subscription = match &self.app {
            Some(app) => Some(of(cx, app)?.0.id),
            None => None,
        };
        Ok(Chosen {
            id: id.map(WebhookDeliveryId::new),
            subscription,
            topic: self.topic.clone(),
            state: self.state,
            since: self.since,
            until: self.until,
            ..Chosen::default()
        })
    }
}

/// The subscription of an app.
fn of(cx: &mut Cx, app: &str) -> Result<(Subscription, Option<App>), Error> {
    let app = webhooks::app(cx, app)?;
    let found = webhooks::list(cx)?.into_iter().find(|(s, _)| s.app_id == app.id);
    found.ok_or_else(|| {
        Error::invalid(format!("the app {} has no webhooks: make some with `deskwire webhooks create`", app.name))
    })
}

fn time(text: &str) -> Result<i64, String> {
    times::parse(text).ok_or_else(|| format!("must be unix seconds, or a time like 2026-11-22T16:00:00Z, not {text:?}"))
}

/// Parses the name of a topic.
fn topic(text: &str) -> Result<String, String> {
    topics::unknown([text].into_iter()).map_or_else(|| Ok(text.to_owned()), |unknown| Err(no_topic(unknown)))
}
