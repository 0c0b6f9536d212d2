//! A server for the requests of Deskwire: it records them and answers as configured.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, Response};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::task::JoinHandle;

/// A received request.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Received {
    /// Its body as JSON; null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct SinkReply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    delay: Duration,
}

impl SinkReply {
    /// This status, at once, without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), delay: Duration::ZERO }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// After a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

#[derive(Debug)]
struct State {
    received: Vec<Received>,
    next: VecDeque<SinkReply>,
    always: SinkReply,
    head: SinkReply,
}

/// The server. It stops when it is dropped.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Sink {
    /// A server on a port of its own on 127.0.0.1 that answers 200.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the listener has an address");
        let ok = SinkReply::status(200);
        let state = State { received: Vec::new(), next: VecDeque::new(), always: ok.clone(), head: ok };
        let state = Arc::new(Mutex::new(state));
        let shared = state.clone();
        let router = axum::Router::new().fallback(move |request| answer(shared.clone(), request));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("the sink serves") });
        Self { address, state, task }
    }

    /// The URL of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the answer to all requests but HEAD.
    pub fn always(&self, reply: SinkReply) {
        self.state().always = reply;
    }

    /// Sets the answers to the next requests, one each; not to HEAD.
    pub fn next(&self, reply: impl IntoIterator<Item = SinkReply>) {
        self.state().next.extend(reply);
    }

    /// Sets the answer to HEAD.
    pub fn head(&self, reply: SinkReply) {
        self.state().head = reply;
    }

    /// All received requests, in order.
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// The same, and forgets them.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.state().received)
    }

    /// Waits until it has received this many requests.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        for _ in 0..1000 {
            if self.state().received.len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let received = self.received();
        assert!(received.len() >= count, "{} of {count} requests came", received.len());
        received
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no request panics")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(state: Arc<Mutex<State>>, request: axum::extract::Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|b| b.to_bytes().to_vec()).unwrap_or_default();
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let reply = {
        let mut state = state.lock().expect("no request panics");
        let method = parts.method.to_string();
        let reply = if method == "HEAD" {
            state.head.clone()
        } else {
            let next = state.next.pop_front();
            next.unwrap_or_else(|| state.always.clone())
        };
        state.received.push(Received { method, path, headers: parts.headers, body });
        reply
    };
    tokio::time::sleep(reply.delay).await;
    let response = reply.headers.iter().fold(Response::builder().status(reply.status), |r, (n, v)| r.header(*n, v));
    response.body(Body::from(reply.body)).expect("the answer is one")
}
