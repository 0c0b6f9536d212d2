//! What waits to be sent to one client: never more than [`FRAMES`] frames or [`BYTES`] bytes.
//!
//! A client that does not keep up loses frames, and is told: a [`Batch::gap`] takes their place, and the client reads
//! again what it shows.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The most frames that wait, and the most bytes of them.
const FRAMES: usize = 64;
const BYTES: usize = 64 << 10;

/// A frame, which all who get it share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// The position that a client has seen with it; none for what has no place in the history.
    pub(super) position: Option<i64>,
    /// Its JSON.
    pub(super) text: Utf8Bytes,
}

/// Why a client is sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bye {
    /// The server stops; the client should come back after so many milliseconds.
    Restart(u32),
    /// Its session ended.
    Session,
    /// It did not answer for long.
    Silent,
}

/// What a client is sent next, in this order.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Frames up to this position were lost.
    pub(super) gap: Option<i64>,
    pub(super) frames: VecDeque<Frame>,
    /// It is time for a sign of life.
    pub(super) beat: bool,
    /// This is the last batch.
    pub(super) bye: Option<Bye>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.gap.is_none() && self.frames.is_empty() && !self.beat && self.bye.is_none()
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
    /// Adds frames. Without room, all that wait are lost and a gap is noted; frames without a position are then lost
    /// without one, because what they tell of passes anyway. Whether all found room.
    pub(super) fn push(&self, frames: &[Frame]) -> bool {
        let mut fitted = true;
        {
            let mut inner = self.inner.lock();
            for frame in frames {
                fitted &= inner.add(frame);
            }
        }
        self.reader.wake();
        fitted
    }

    /// Notes that the client has missed events up to this position.
    pub(super) fn gap(&self, position: i64) {
        self.inner.lock().batch.gap = Some(position);
        self.reader.wake();
    }

    /// Notes that it is time for a sign of life.
    pub(super) fn beat(&self) {
        self.inner.lock().batch.beat = true;
        self.reader.wake();
    }

    /// Ends it: the reader gets what waits, and then this.
    pub(super) fn end(&self, bye: Bye) {
        self.inner.lock().batch.bye.get_or_insert(bye);
        self.reader.wake();
    }

    /// What waits, once there is something. There is one reader.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Batch> {
        self.reader.register(cx.waker());
        let mut inner = self.inner.lock();
        if inner.batch.is_empty() {
            return Poll::Pending;
        }
        inner.bytes = 0;
        let bye = inner.batch.bye;
        let taken = std::mem::take(&mut inner.batch);
        // An end stays an end.
        inner.batch.bye = bye;
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

    use super::{BYTES, Batch, Bye, FRAMES, Frame, Queue};

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
        queue.beat();
        let batch = take(&queue).unwrap();
        assert_eq!((positions(&batch), batch.gap, batch.beat, batch.bye), (vec![1, 2, 3], None, true, None));
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
    fn what_passes_anyway_does_not_push_others_out() {
        let queue = Queue::default();
        for position in 1..=i64::try_from(FRAMES).unwrap() {
            queue.push(&[frame(position, 1)]);
        }
        queue.push(&[Frame { position: None, text: "typing".into() }]);
        let batch = take(&queue).unwrap();
        assert_eq!((batch.gap, batch.frames.len()), (None, FRAMES));
    }

    #[test]
    fn the_end_comes_last_and_stays() {
        let queue = Queue::default();
        queue.push(&[frame(1, 1)]);
        queue.end(Bye::Session);
        queue.end(Bye::Restart(5));
        let batch = take(&queue).unwrap();
        assert_eq!((positions(&batch), batch.bye), (vec![1], Some(Bye::Session)));
        assert_eq!(take(&queue).unwrap().bye, Some(Bye::Session));
    }
}
