//! `GET /event-stream`: the events of a Fin session as server-sent events, for holders of the token in its URL.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::body::Body as HttpBody;
use bytes::Bytes;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::fin::stream::{self as fin, Claims, FinEvent};
use deskwire_store::Db;
use deskwire_store::fair::{Key, Permit};
use futures_util::stream;

use crate::app::App;
use crate::reply::Reply;
use crate::surface::{Anonymous, Incoming, RequestLog, Surface};
use crate::table::{Params, Table};

/// The prefix of channel names.
pub(crate) const CHANNEL: &str = "fin_agent_api";
/// How often to poll for events.
const POLL: Duration = Duration::from_millis(250);
/// The longest time without sending anything.
const SILENCE: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub(crate) struct EventStream {
    table: Table<&'static str>,
}

impl EventStream {
    pub(crate) fn new() -> Self {
        Self { table: Table::of(vec!["GET /event-stream"]) }
    }
}

impl Surface for EventStream {
    type Row = &'static str;
    /// The token in the URL is checked when the events are read.
    type Caller = Anonymous;

    fn table(&self) -> &Table<&'static str> {
        &self.table
    }

    async fn identify(&self, _: &&'static str, incoming: &Incoming, log: &mut RequestLog) -> Result<Anonymous> {
        incoming.anonymous(log)
    }

    async fn answer(
        &self,
        _: &&'static str,
        _: Anonymous,
        incoming: Incoming,
        _: Params<'_>,
        _: HttpBody,
    ) -> Result<Reply> {
        let query = incoming.parts.uri.query().unwrap_or("");
        let sent = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(n, _)| n == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let (token, channels) = (sent("accessToken"), sent("channels"));
        let rewind = rewind(&sent("rewind"))?;
        let claims = incoming.db().read(move |tx| fin::open(tx, &token)).await?;
        if channels != format!("{CHANNEL}:{}:{}", claims.workspace, claims.external_id) {
            return Err(ErrorKind::Unauthorized.into());
        }
        let share = Key::workspace(&claims.workspace);
        let places = incoming.app.streams.place(Key::of(&("fin", claims.session_id.number())), share)?;
        let known = incoming.parts.headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
        let following = SessionStream {
            db: incoming.app.db.with_key(share),
            position: known.map_or(claims.after, |known: i64| known.max(claims.after)),
            since: rewind.map(|seconds| incoming.app.db.clock().now() - seconds),
            claims,
            app: incoming.app,
            waiting: VecDeque::new(),
            is_over: false,
            last_sent: Instant::now(),
            greeting: true,
            _places: places,
        };
        let events =
            stream::unfold(following, |mut following| async move { Some((following.next().await?, following)) });
        let mut reply = Reply::stream("text/event-stream", events);
        for (name, value) in [("cache-control", "no-store"), ("x-accel-buffering", "no")] {
            reply.headers.insert(name, http::HeaderValue::from_static(value));
        }
        Ok(reply)
    }
}

/// A stream of a session's events.
struct SessionStream {
    app: Arc<App>,
    db: Db,
    claims: Claims,
    /// The position of the last event that was read.
    position: i64,
    /// Events before this time are left out (unix seconds).
    since: Option<i64>,
    waiting: VecDeque<FinEvent>,
    /// Whether the last event of the turn was read.
    is_over: bool,
    last_sent: Instant,
    greeting: bool,
    _places: [Permit; 2],
}

impl SessionStream {
    /// The next text to send; `None` at the end of the turn, when the token expires and when the server stops.
    async fn next(&mut self) -> Option<Bytes> {
        if std::mem::take(&mut self.greeting) {
            return Some(Bytes::from_static(b": following\n\n"));
        }
        loop {
            if let Some(event) = self.waiting.pop_front() {
                self.last_sent = Instant::now();
                return Some(frame(&event));
            }
            let is_expired = self.claims.exp <= self.db.clock().now();
            if self.is_over || is_expired || self.app.stopping.load(Ordering::Relaxed) {
                return None;
            }
            if self.last_sent.elapsed() >= SILENCE {
                self.last_sent = Instant::now();
                return Some(Bytes::from_static(b": still here\n\n"));
            }
            if !self.read().await? {
                tokio::time::sleep(POLL).await;
            }
        }
    }

    /// Reads the new events of the turn; returns whether there were any, or `None` if they cannot be read.
    async fn read(&mut self) -> Option<bool> {
        let (workspace, session, position) = (self.claims.workspace.clone(), self.claims.session_id, self.position);
        let read = self.db.read_in_background(move |tx| fin::after(&mut tx.within(&workspace), session, position));
        match read.await {
            Ok(events) => {
                // Events after the end belong to the next turn, which has its own token.
                let end = events.iter().position(|event| event.ends).map_or(events.len(), |at| at + 1);
                let Some(last) = events[..end].last() else { return Some(false) };
                self.position = last.position;
                self.is_over = last.ends;
                let since = self.since;
                let is_due = |event: &FinEvent| since.is_none_or(|since| event.created_at >= since);
                self.waiting.extend(events.into_iter().take(end).filter(is_due));
                Some(true)
            }
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "events of Fin could not be followed: {error}");
                None
            }
        }
    }
}

/// How far back to start, in seconds, from `90s`, `2m` or `1h`; `None` if not given.
fn rewind(text: &str) -> Result<Option<i64>> {
    if text.is_empty() {
        return Ok(None);
    }
    let units = [('s', 1), ('m', 60), ('h', 3600)];
    let seconds = units
        .iter()
        .find_map(|(unit, seconds)| text.strip_suffix(*unit)?.parse::<u16>().ok().map(|n| i64::from(n) * seconds));
    let invalid = || Error::invalid("rewind must be a number of seconds, minutes or hours, like 2m").field("rewind");
    seconds.map(Some).ok_or_else(invalid)
}

/// An event in the format of server-sent events. JSON has no line breaks of its own.
fn frame(event: &FinEvent) -> Bytes {
    let mut text = String::with_capacity(event.body.len() + 64);
    // Writing to a String cannot fail.
    let _ = write!(text, "id: {}\nevent: {}\ndata: {}\n\n", event.position, event.name, event.body);
    text.into()
}
