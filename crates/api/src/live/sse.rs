//! `GET /app/v1/live/stream`: the same frames as server-sent events, for networks that block WebSocket connections.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use deskwire_domain::error::Result;
use deskwire_store::fair::Permit;
use futures_util::stream;
use http::HeaderValue;

use super::frames;
use super::hub::Hub;
use super::queue::Batch;
use super::room::Client;
use super::viewer::Viewer;
use crate::app::App;
use crate::reply::Reply;

/// A stream of the events after a position, or of new events if `after` is `None`.
pub(super) async fn answer(app: Arc<App>, viewer: Viewer, after: Option<i64>, places: [Permit; 2]) -> Result<Reply> {
    let position = Hub::position(&app, &viewer.tenant).await?;
    let client = Hub::join(&app, &viewer, after, false).await?;
    let mut hello = String::new();
    event(&mut hello, None, &frames::hello(position, "sse"));
    let state = Stream { client, hello: Some(hello), is_closed: false, _places: places };
    let stream = stream::unfold(state, |mut state| async move { Some((state.next().await?, state)) });
    let mut reply = Reply::stream("text/event-stream", stream);
    for (name, value) in [("cache-control", "no-store"), ("x-accel-buffering", "no")] {
        reply.headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(reply)
}

struct Stream {
    client: Client,
    hello: Option<String>,
    is_closed: bool,
    _places: [Permit; 2],
}

impl Stream {
    /// The next text to send; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(hello) = self.hello.take() {
            return Some(hello.into());
        }
        if self.is_closed {
            return None;
        }
        let batch = self.client.next().await;
        self.is_closed = batch.close.is_some();
        Some(text(&batch).into())
    }
}

fn text(batch: &Batch) -> String {
    let mut text = String::new();
    if let Some(next) = batch.gap {
        event(&mut text, Some(next), &frames::gap(next));
    }
    for frame in &batch.frames {
        event(&mut text, frame.position, &frame.text);
    }
    if batch.ping {
        event(&mut text, None, &frames::ping());
    }
    if let Some(reason) = batch.close {
        event(&mut text, None, &frames::bye(reason));
    }
    text
}

/// Appends a frame, whose JSON has no line breaks. The id is the position that the client has reached with it.
fn event(text: &mut String, id: Option<i64>, frame: &str) {
    // Writing to a String cannot fail.
    if let Some(id) = id {
        let _ = writeln!(text, "id: {id}");
    }
    let _ = write!(text, "data: {frame}\n\n");
}
