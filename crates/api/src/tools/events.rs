//! `GET /app/events`

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::events::{self, Event};
use deskwire_domain::{Cx, Principal};
use deskwire_store::Db;
use deskwire_store::fair::{Key, Permit};
use futures_util::stream;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::watch;

use super::batches::Query;
use crate::app::App;
use crate::auth::{self, Caller, Scopes};
use crate::live::Hub;
use crate::public::wire::Reference;
use crate::reply::Reply;
use crate::request::Request;
use crate::topics::{self, Items, Rendering, Topic};

/// The maximum number of events read at a time, and the size in bytes at which a batch is full.
const READ: i64 = 50;
const MAX_LENGTH: usize = 256 << 10;
/// How often to check that the token is still valid.
const POLL: Duration = Duration::from_secs(1);
/// The longest time without sending anything.
const SILENCE: Duration = Duration::from_secs(15);

/// Streams the events of the workspace as they happen, in order and without gaps, as server-sent events.
///
/// `after` (or the header `Last-Event-ID`) is the id of the last known event: 0 for the whole history; without it, only
/// new events are sent. `topics` selects topics, `items=true` adds the items of webhooks.
pub async fn handle(request: Request) -> Result<Reply> {
    let wanted = wanted(&request)?;
    let (name, after) = after(&request)?;
    let items = request.query_flag("items", false)?;
    let places = request.app.streams.open(&request.caller)?;
    let (first, last) = request.read(events::positions).await?;
    let mut following = EventStream {
        head: Hub::positions(&request.app, &request.caller.identity.tenant),
        scopes: request.caller.scopes(),
        position: after.unwrap_or(last),
        items,
        origin: request.origin.clone(),
        address: request.ip,
        last_sent: Instant::now(),
        due: Instant::now(),
        app: request.app.clone(),
        caller: request.caller.clone(),
        topics: Key::of(&wanted.iter().map(|topic| topic.name).collect::<Vec<_>>()),
        wanted,
        greeting: Some(String::from(": following\n\n")),
        _places: places,
    };
    if following.position > last {
        let message = format!("{name} is beyond the last event, {last}");
        return Err(Error::invalid(message).field(name));
    }
    if following.position + 1 < first {
        // Tells the client that the events in between are no longer available.
        let gap = Gap { after: following.position, next: first };
        following.position = first - 1;
        following.greeting = Some(frame(None, "gap", &gap)?);
    }
    let stream = stream::unfold(following, |mut following| async move { Some((following.next().await?, following)) });
    let mut reply = Reply::stream("text/event-stream", stream);
    let headers = [("cache-control", "no-store"), ("x-accel-buffering", "no")];
    for (name, value) in headers {
        reply.headers.insert(name, http::HeaderValue::from_static(value));
    }
    Ok(reply)
}

/// The requested topics, which the caller's scopes must allow.
fn wanted(request: &Request) -> Result<Vec<&'static Topic>> {
    let scopes = request.caller().scopes();
    if let Some(names) = request.query("topics") {
        let names: Vec<&str> = names.split(',').map(str::trim).filter(|n| !n.is_empty()).collect();
        if let Some(unknown) = topics::unknown(names.iter().copied()) {
            return Err(Error::invalid(format!("there is no topic {unknown}")).field("topics"));
        }
        let topics: Vec<_> = names.into_iter().filter_map(Topic::named).collect();
        return match topics.iter().find(|t| !t.is_followed_by(scopes)) {
            Some(closed) => Err(forbidden(closed)),
            None => Ok(topics),
        };
    }
    let open: Vec<_> = Topic::ALL.iter().filter(|t| t.is_followed_by(scopes)).collect();
    if open.is_empty() { Err(ErrorKind::Forbidden.into()) } else { Ok(open) }
}

fn forbidden(topic: &Topic) -> Error {
    let scope = topic.scopes.first().map_or("", |s| s.as_str());
    Error::new(ErrorKind::Forbidden, format!("You do not have the required scope ({scope}) to hear of {}", topic.name))
}

/// The position to continue from, and the parameter or header that names it.
fn after(request: &Request) -> Result<(&'static str, Option<i64>)> {
    const HEADER: &str = "Last-Event-ID";
    let query = request.query_integer("after")?;
    let (name, known) = match &request.last_event_id {
        // A client library sends this header when it reconnects, so it is newer than the URL.
        Some(id) => {
            let invalid = |_| Error::invalid(format!("{HEADER} must be the id of an event")).field(HEADER);
            (HEADER, Some(id.trim().parse().map_err(invalid)?))
        }
        None => ("after", query),
    };
    match known {
        Some(position) if position < 0 => Err(Error::invalid(format!("{name} must not be negative")).field(name)),
        known => Ok((name, known)),
    }
}

#[derive(Serialize)]
struct Gap {
    after: i64,
    next: i64,
}

/// An event in the stream.
#[derive(Serialize)]
struct Entry<'a> {
    id: i64,
    topic: &'a str,
    object: Reference<'a>,
    actor: Option<Reference<'a>>,
    payload: &'a RawValue,
    notify: bool,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<&'a RawValue>,
}

/// The stream of a client.
struct EventStream {
    app: Arc<App>,
    caller: Caller,
    scopes: Scopes,
    wanted: Vec<&'static Topic>,
    /// A hash of `wanted`.
    topics: Key,
    items: bool,
    origin: String,
    /// The client's address.
    address: Option<IpAddr>,
    /// The position of the last event that was sent or skipped.
    position: i64,
    /// The last position of the history.
    head: watch::Receiver<i64>,
    last_sent: Instant,
    /// When the next batch may be sent.
    due: Instant,
    /// The first text to send.
    greeting: Option<String>,
    _places: [Permit; 2],
}

impl EventStream {
    /// The next text to send. `None` at the end: the server stops, the token is no longer valid or the database is not
    /// available. Clients reconnect and continue from their position.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting.into());
        }
        loop {
            if self.app.stopping.load(Ordering::Relaxed) || !self.is_authorized().await {
                return None;
            }
            if self.last_sent.elapsed() >= SILENCE {
                self.last_sent = Instant::now();
                return Some(Bytes::from_static(b": still here\n\n"));
            }
            let pause = self.due.saturating_duration_since(Instant::now());
            if !pause.is_zero() {
                tokio::time::sleep(pause.min(POLL)).await;
                continue;
            }
            if *self.head.borrow_and_update() <= self.position {
                match tokio::time::timeout(POLL, self.head.changed()).await {
                    Ok(Err(_)) => return None,
                    Ok(Ok(())) | Err(_) => continue,
                }
            }
            let text = match self.read().await {
                Ok(text) => text,
                Err(error) => {
                    tracing::warn!(cause = error.cause.as_deref(), "events could not be followed: {error}");
                    return None;
                }
            };
            if !text.is_empty() {
                self.last_sent = Instant::now();
                self.due = self.last_sent + self.app.streams.pace(self.caller.share(), text.len());
                return Some(text);
            }
        }
    }

    fn db(&self) -> Db {
        self.app.db.with_key(self.caller.share())
    }

    /// Whether the token is still valid with the same scopes.
    async fn is_authorized(&mut self) -> bool {
        let Ok(identity) = self.app.tokens.renew(&self.db(), &self.caller.identity).await else { return false };
        if auth::check_address(&identity, self.address).is_err() {
            return false;
        }
        self.caller.identity = identity;
        self.caller.scopes() == self.scopes
    }

    /// The next events as text; empty if all were skipped. Of several streams with the same parameters, one reads and
    /// the others wait.
    async fn read(&mut self) -> Result<Bytes> {
        let (actor, position, scopes) = (self.caller.actor(), self.position, self.scopes);
        let (wanted, items) = (self.wanted.clone(), self.items);
        let (version, origin) = (self.caller.version(), self.origin.clone());
        let query = Query {
            workspace: self.caller.share(),
            after: position,
            topics: self.topics,
            scopes,
            version,
            origin: items.then(|| origin.clone()),
        };
        let streams = &self.app.streams;
        let _alone = streams.alone(&query).await?;
        if let Some((text, last)) = streams.batches.get(&query) {
            self.position = last;
            return Ok(text);
        }
        let _turn = streams.turn(self.caller.share()).await?;
        // All events up to this position can be read by now, unless they have been deleted.
        let known = *self.head.borrow();
        let db = self.db();
        let read = db.read_in_background(move |tx| {
            let (events, mut last) = events::after(&mut Cx::new(tx, &actor), position, READ)?;
            let mut text = String::new();
            let rendering = items.then_some(Rendering { version, scopes, origin: &origin });
            for event in &events {
                let topic = wanted.iter().copied().find(|t| t.name == event.topic.as_str() && t.is_in(version, event));
                if let Some(topic) = topic {
                    append(&mut Cx::new(tx, &actor), topic, event, scopes, rendering, &mut text)?;
                }
                if text.len() >= MAX_LENGTH {
                    last = Some(event.position);
                    break;
                }
            }
            Ok::<_, Error>((text, last))
        });
        let (text, last) = read.await?;
        // Counts until the last stream that shares it has sent it.
        let text = self.app.budgets.answer(self.caller.share(), Bytes::from(text)).await?;
        self.position = last.unwrap_or(known);
        self.app.streams.batches.put(query, text.clone(), self.position);
        Ok(text)
    }
}

/// Appends an event, if the scopes permit its object.
fn append(
    cx: &mut Cx,
    topic: &'static Topic,
    event: &Event,
    scopes: Scopes,
    rendering: Option<Rendering<'_>>,
    text: &mut String,
) -> Result<()> {
    let item = match rendering {
        Some(rendering) => match Items::new(topic, event).get(cx, rendering)? {
            Some(item) => Some(RawValue::from_string(item.to_owned()).map_err(Error::internal)?),
            None => return Ok(()),
        },
        None if topic.concerns(cx, event, scopes)? => None,
        None => return Ok(()),
    };
    let (of, id) = topic.object(event);
    let payload = topic.payload(event, scopes)?;
    let entry = Entry {
        id: event.position,
        topic: topic.name,
        object: Reference::new(of, id),
        actor: actor(event.actor),
        payload: serde_json::from_str(&payload).map_err(Error::internal)?,
        notify: event.notify,
        created_at: event.created_at,
        item: item.as_deref(),
    };
    text.push_str(&frame(Some(event.position), topic.name, &entry)?);
    Ok(())
}

fn actor(principal: Principal) -> Option<Reference<'static>> {
    let (kind, _) = principal.columns();
    let id = match principal {
        Principal::Admin(id) => id.to_string(),
        Principal::App(id) => id.to_string(),
        Principal::Contact(id) => id.to_string(),
        Principal::System => return None,
    };
    Some(Reference::new(kind.as_str(), id))
}

/// An event in the format of server-sent events. JSON has no line breaks of its own.
fn frame(id: Option<i64>, name: &str, data: &impl Serialize) -> Result<String> {
    let mut text = String::new();
    let data = serde_json::to_string(data).map_err(Error::internal)?;
    // Writing to a String cannot fail.
    if let Some(id) = id {
        let _ = writeln!(text, "id: {id}");
    }
    let _ = write!(text, "event: {name}\ndata: {data}\n\n");
    Ok(text)
}
