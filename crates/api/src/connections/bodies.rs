//! The bodies of a request and its response, with their progress monitored.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use parking_lot::Mutex;

use super::conn::{Conn, NEVER};
use super::pace::Pace;
use super::table::{Table, millis};

/// The client did not send the body in time.
#[derive(Debug)]
pub(crate) struct Stalled;

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request body did not arrive in time")
    }
}

impl Error for Stalled {}

impl Stalled {
    /// Whether a stalled body caused this error.
    pub(crate) fn caused(error: &(dyn Error + 'static)) -> bool {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if error.is::<Stalled>() {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

/// The state of a request's body.
#[derive(Debug, Default)]
pub(super) struct BodyState {
    /// The part that its reader did not read.
    unread: Mutex<Option<Incoming>>,
    is_asked_for: AtomicBool,
    has_stalled: AtomicBool,
    /// Whether it ended early or was malformed, so that the following bytes cannot be parsed.
    is_broken: AtomicBool,
}

impl BodyState {
    pub(super) fn has_stalled(&self) -> bool {
        self.has_stalled.load(Ordering::Relaxed)
    }

    /// Reads the rest of an unread body, so that the client sees the response and the connection can be reused. Returns
    /// `false` if the rest is too long.
    pub(super) async fn drain(&self, table: &Table, is_expecting: bool) -> bool {
        let Some(mut body) = self.unread.lock().take() else { return !self.is_broken.load(Ordering::Relaxed) };
        let is_waiting_for_us = is_expecting && !self.is_asked_for.load(Ordering::Relaxed);
        if is_waiting_for_us || self.has_stalled() || table.limits.drain.is_zero() {
            return false;
        }
        let mut left = table.limits.drain_bytes;
        let all = async {
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else { return false };
                match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
                    Some(rest) => left = rest,
                    None => return false,
                }
            }
            true
        };
        tokio::time::timeout(table.limits.drain, all).await.unwrap_or(false)
    }
}

/// The body of a request. Reading fails if the client is too slow.
#[derive(Debug)]
pub(super) struct RequestBody {
    inner: Option<Incoming>,
    state: Arc<BodyState>,
    pace: Pace,
    table: Arc<Table>,
    conn: Arc<Conn>,
}

impl RequestBody {
    pub(super) fn new(inner: Incoming, state: Arc<BodyState>, table: Arc<Table>, conn: Arc<Conn>) -> Self {
        let pace = Pace::new(millis(table.limits.body), table.limits.rate);
        Self { inner: Some(inner), state, pace, table, conn }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        this.state.is_asked_for.store(true, Ordering::Relaxed);
        let polled = Pin::new(inner).poll_frame(cx);
        if polled.is_pending() {
            let now = this.table.now();
            if this.pace.is_over(now) {
                this.state.has_stalled.store(true, Ordering::Relaxed);
                this.conn.set_read_by(NEVER);
                return Poll::Ready(Some(Err(Box::new(Stalled))));
            }
            this.conn.listen_to_body(cx);
            this.conn.set_read_by(this.pace.wait(now));
            return Poll::Pending;
        }
        if this.pace.is_waiting() {
            this.conn.set_read_by(NEVER);
        }
        match ready!(polled) {
            Some(Ok(frame)) => {
                this.pace.advance(frame.data_ref().map_or(0, Bytes::len), || this.table.now());
                Poll::Ready(Some(Ok(frame)))
            }
            end => {
                this.inner = None;
                this.state.is_broken.store(end.is_some(), Ordering::Relaxed);
                Poll::Ready(end.map(|frame| frame.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if self.pace.is_waiting() {
            self.conn.set_read_by(NEVER);
        }
        if let Some(inner) = self.inner.take().filter(|inner| !inner.is_end_stream()) {
            *self.state.unread.lock() = Some(inner);
        }
    }
}

/// The body of a response. Once it is sent, the next request may arrive.
#[derive(Debug)]
pub(super) struct ResponseBody {
    inner: axum::body::Body,
    table: Arc<Table>,
    conn: Arc<Conn>,
}

impl ResponseBody {
    pub(super) fn new(inner: axum::body::Body, table: Arc<Table>, conn: Arc<Conn>) -> Self {
        Self { inner, table, conn }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        let now = self.table.now();
        self.conn.answered(now, now + millis(self.table.limits.idle));
    }
}
