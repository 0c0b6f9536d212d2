//! `GET /app/v1/live/stream`: the same frames as server-sent events, for where a WebSocket does not pass.

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
use super::room::{Client, Viewer};
use crate::app::App;
use crate::reply::Reply;

/// The answer that tells a teammate of the events after a position; none for those from now on.
pub(super) async fn answer(app: Arc<App>, viewer: Viewer, after: Option<i64>, places: [Permit; 2]) -> Result<Reply> {
    let position = Hub::position(&app, &viewer.tenant).await?;
    let client = Hub::join(&app, &viewer, after, false).await?;
    let mut hello = String::new();
    event(&mut hello, None, &frames::hello(position, "sse"));
    let following = Following { client, hello: Some(hello), is_over: false, _places: places };
    let stream = stream::unfold(following, |mut following| async move { Some((following.next().await?, following)) });
    let mut reply = Reply::stream("text/event-stream", stream);
    for (name, value) in [("cache-control", "no-store"), ("x-accel-buffering", "no")] {
        reply.headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(reply)
}

struct Following {
    client: Client,
    hello: Option<String>,
    is_over: bool,
    _places: [Permit; 2],
}

impl Following {
    /// The next text to send; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(hello) = self.hello.take() {
            return Some(hello.into());
        }
        if self.is_over {
            return None;
        }
        let batch = self.client.next().await;
        self.is_over = batch.bye.is_some();
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
    if batch.beat {
        event(&mut text, None, &frames::ping());
    }
    if let Some(bye) = batch.bye {
        event(&mut text, None, &frames::bye(bye));
    }
    text
}

/// Appends a frame, whose JSON has no line breaks. The id is what a client has seen with it.
fn event(text: &mut String, id: Option<i64>, frame: &str) {
    // Writing to a String cannot fail.
    if let Some(id) = id {
        let _ = writeln!(text, "id: {id}");
    }
    let _ = write!(text, "data: {frame}\n\n");
}
