//! Reading a stream of server-sent events.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::Value;

/// How long to wait for an event.
const SOON: Duration = Duration::from_secs(10);

/// An open stream.
#[derive(Debug)]
pub struct Following {
    body: Body,
    text: String,
}

/// One event of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamEvent {
    /// Its id, if it has one.
    pub id: Option<i64>,
    /// Its name; `message` without one.
    pub event: String,
    /// Its data.
    pub data: Value,
}

impl Following {
    pub(crate) fn new(body: Body) -> Self {
        Self { body, text: String::new() }
    }

    /// The next event; none at the end of the stream. Comments are skipped.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        tokio::time::timeout(SOON, self.read()).await.expect("an event comes soon")
    }

    /// Waits for the first bytes, a comment.
    pub async fn is_open(&mut self) {
        let first = tokio::time::timeout(SOON, self.body.frame()).await.expect("a stream opens soon");
        assert!(first.is_some_and(|frame| frame.is_ok()), "the stream is over");
    }

    /// Asserts that no event arrives for a while.
    pub async fn is_silent(&mut self) {
        let read = tokio::time::timeout(Duration::from_millis(300), self.read()).await;
        assert!(read.is_err(), "{read:?}");
    }

    async fn read(&mut self) -> Option<StreamEvent> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(read) = parse(&block) {
                    return Some(read);
                }
            }
            let frame = self.body.frame().await?.expect("the stream does not break");
            let data = frame.into_data().expect("a stream has only data");
            self.text.push_str(std::str::from_utf8(&data).expect("events are text"));
        }
    }
}

fn parse(block: &str) -> Option<StreamEvent> {
    let field = |name: &str| block.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(": "));
    let (event, data) = (field("event"), field("data"));
    // A comment has neither.
    event.or(data)?;
    let event = event.unwrap_or("message").to_owned();
    let data = serde_json::from_str(data.unwrap_or("null")).expect("the data is JSON");
    Some(StreamEvent { id: field("id").map(|id| id.parse().expect("an id is a number")), event, data })
}
