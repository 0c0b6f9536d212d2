//! The frames that wait to be sent to one client: at most [`FRAMES`] frames and [`BYTES`] bytes.
//!
//! A client that does not keep up loses frames: a [`Batch::gap`] replaces them, and the client reads again what it
//! shows.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The maximum number of frames in a queue, and of their bytes.
const FRAMES: usize = 64;
const BYTES: usize = 64 << 10;

/// A frame, shared by all clients that receive it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// The position that a client has reached with this frame; `None` for a frame that is not part of the history.
    pub(super) position: Option<i64>,
    /// Its JSON.
    pub(super) text: Utf8Bytes,
}

/// Why the server disconnects a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CloseReason {
    /// The server stops, or the client must start afresh: it should come back after so many milliseconds.
    Restart(u32),
    /// Its session ended.
    Session,
    /// The client did not answer several pings.
    Silent,
}

impl CloseReason {
    /// A restart after a random time below this number of milliseconds, so that clients do not come back together.
    pub(super) fn restart(below: u32) -> Self {
        // Without randomness, all of them reconnect at the same time. That is no reason to fail.
        Self::Restart(getrandom::u32().map_or(0, |random| random % below))
    }
}

/// What to send to a client next, in this order.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Frames up to this position were lost.
    pub(super) gap: Option<i64>,
    pub(super) frames: VecDeque<Frame>,
    /// Whether a ping is due.
    pub(super) ping: bool,
    /// Why the connection closes after this batch, if it does.
    pub(super) close: Option<CloseReason>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.gap.is_none() && self.frames.is_empty() && !self.ping && self.close.is_none()
    }
}

/// The queue of a client.
#[derive(Debug, Default)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    reader: AtomicWaker,
}

#[derive(Debug, Default)]
struct Inner {
    batch: Batch,
    bytes: usize,
}

impl Queue {
    /// Adds frames; returns whether all fit. If a frame with a position does not fit, all that wait are dropped and a
    /// gap is recorded. A frame without a position is dropped alone: what it says expires anyway. A closed queue takes no
    /// more.
    pub(super) fn push(&self, frames: &[Frame]) -> bool {
        let mut fit = true;
        {
            let mut inner = self.inner.lock();
            if inner.batch.close.is_some() {
                return fit;
            }
            for frame in frames {
                fit &= inner.add(frame);
            }
        }
        self.reader.wake();
        fit
    }

    /// Records that the client missed the events up to this position.
    pub(super) fn gap(&self, position: i64) {
        self.inner.lock().batch.gap = Some(position);
        self.reader.wake();
    }

    /// Makes a ping due.
    pub(super) fn ping(&self) {
        self.inner.lock().batch.ping = true;
        self.reader.wake();
    }

    /// Closes the queue: the reader gets what waits, and then this reason.
    pub(super) fn close(&self, reason: CloseReason) {
        self.inner.lock().batch.close.get_or_insert(reason);
        self.reader.wake();
    }

    /// Closes the queue like [`Self::close`], without what waits.
    pub(super) fn refuse(&self, reason: CloseReason) {
        let mut inner = self.inner.lock();
        let close = inner.batch.close.or(Some(reason));
        *inner = Inner { batch: Batch { close, ..Batch::default() }, bytes: 0 };
        drop(inner);
        self.reader.wake();
    }

    /// The next batch, once there is something in it. A queue has one reader.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Batch> {
        self.reader.register(cx.waker());
        let mut inner = self.inner.lock();
        if inner.batch.is_empty() {
            return Poll::Pending;
        }
        inner.bytes = 0;
        let close = inner.batch.close;
        let taken = std::mem::take(&mut inner.batch);
        // A closed queue stays closed.
        inner.batch.close = close;
        Poll::Ready(taken)
    }
}

impl Inner {
    fn add(&mut self, frame: &Frame) -> bool {
        let bytes = self.bytes + frame.text.len();
        if self.batch.frames.len() < FRAMES && bytes <= BYTES {
            self.bytes = bytes;
            self.batch.frames.push_back(frame.clone());
            return true;
        }
        if let Some(position) = frame.position {
            self.batch.gap = Some(position);
            self.batch.frames = VecDeque::new();
            self.bytes = 0;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::{BYTES, Batch, CloseReason, FRAMES, Frame, Queue};

    fn frame(position: i64, length: usize) -> Frame {
        Frame { position: Some(position), text: "x".repeat(length).into() }
    }

    fn take(queue: &Queue) -> Option<Batch> {
        match queue.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(batch) => Some(batch),
            Poll::Pending => None,
        }
    }

    fn positions(batch: &Batch) -> Vec<i64> {
        batch.frames.iter().filter_map(|frame| frame.position).collect()
    }

    #[test]
    fn frames_come_in_order_and_once() {
        let queue = Queue::default();
        assert!(take(&queue).is_none());
        queue.push(&[frame(1, 1), frame(2, 1)]);
        queue.push(&[frame(3, 1)]);
        queue.ping();
        let batch = take(&queue).unwrap();
        assert_eq!((positions(&batch), batch.gap, batch.ping, batch.close), (vec![1, 2, 3], None, true, None));
        assert!(take(&queue).is_none());
    }

    #[test]
    fn a_full_queue_becomes_a_gap_and_never_grows() {
        let queue = Queue::default();
        let most = i64::try_from(FRAMES).unwrap();
        for position in 1..=most + 3 {
            queue.push(&[frame(position, 10)]);
        }
        let batch = take(&queue).unwrap();
        assert_eq!((batch.gap, positions(&batch)), (Some(most + 1), vec![most + 2, most + 3]));

        for position in 1..=5 {
            queue.push(&[frame(position, BYTES / 3)]);
        }
        let batch = take(&queue).unwrap();
        assert_eq!((batch.gap, positions(&batch)), (Some(4), vec![5]));
        // Room is there again.
        queue.push(&[frame(6, BYTES)]);
        assert_eq!(positions(&take(&queue).unwrap()), [6]);
        // What is larger than a queue is a gap alone.
        queue.push(&[frame(7, BYTES + 1)]);
        let batch = take(&queue).unwrap();
        assert_eq!((batch.gap, batch.frames.len()), (Some(7), 0));
    }

    #[test]
    fn transient_frames_do_not_displace_events() {
        let queue = Queue::default();
        for position in 1..=i64::try_from(FRAMES).unwrap() {
            queue.push(&[frame(position, 1)]);
        }
        queue.push(&[Frame { position: None, text: "typing".into() }]);
        let batch = take(&queue).unwrap();
        assert_eq!((batch.gap, batch.frames.len()), (None, FRAMES));
    }

    #[test]
    fn the_first_close_reason_is_final() {
        let queue = Queue::default();
        queue.push(&[frame(1, 1)]);
        queue.close(CloseReason::Session);
        queue.close(CloseReason::Restart(5));
        queue.push(&[frame(2, 1)]);
        let batch = take(&queue).unwrap();
        assert_eq!((positions(&batch), batch.close), (vec![1], Some(CloseReason::Session)));
        assert_eq!(take(&queue).unwrap().close, Some(CloseReason::Session));
    }
}
