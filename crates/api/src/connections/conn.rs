//! The state of a connection, shared with the table of connections.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::Context;

use futures_util::task::AtomicWaker;

use super::address::Key;

/// A deadline that never passes.
pub(super) const NEVER: u64 = u64::MAX;

/// The phase of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Nothing has been received yet.
    Fresh,
    /// A part of a head has been received.
    Head,
    /// A request is being read and answered.
    Busy,
    /// The last request has been answered.
    Idle,
    /// The response is complete, and further bytes from the client are discarded.
    Lingering,
    /// The protocol is no longer HTTP. The new one sets its own time limits.
    Upgraded,
}

impl Phase {
    /// Whether the connection can be closed without losing a request.
    pub(super) fn is_waiting(self) -> bool {
        matches!(self, Self::Fresh | Self::Head | Self::Idle)
    }
}

/// A connection. Times are milliseconds since the server began.
#[derive(Debug)]
pub(super) struct Conn {
    pub(super) id: u64,
    pub(super) key: Key,
    /// Whether it is above the limit, so that only health checks are answered.
    pub(super) is_restricted: bool,
    phase: AtomicU8,
    /// When the current phase began.
    since: AtomicU64,
    /// The deadline for the client to send more.
    read_by: AtomicU64,
    /// The deadline for the client to read more.
    write_by: AtomicU64,
    /// Whether it is to close to make room, as soon as that loses no request.
    is_leaving: AtomicBool,
    /// Whether its task must check its deadlines.
    is_nudged: AtomicBool,
    /// Whether its task is about to check them.
    is_judged: AtomicBool,
    /// Whether a part of the next request has been received.
    is_ahead: AtomicBool,
    task: AtomicWaker,
    body: AtomicWaker,
}

impl Conn {
    pub(super) fn new(id: u64, key: Key, is_restricted: bool, now: u64, read_by: u64) -> Self {
        Self {
            id,
            key,
            is_restricted,
            phase: AtomicU8::new(Phase::Fresh as u8),
            since: AtomicU64::new(now),
            read_by: AtomicU64::new(read_by),
            write_by: AtomicU64::new(NEVER),
            is_leaving: AtomicBool::new(false),
            is_nudged: AtomicBool::new(false),
            is_judged: AtomicBool::new(false),
            is_ahead: AtomicBool::new(false),
            task: AtomicWaker::new(),
            body: AtomicWaker::new(),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Fresh,
            1 => Phase::Head,
            2 => Phase::Busy,
            3 => Phase::Idle,
            4 => Phase::Lingering,
            _ => Phase::Upgraded,
        }
    }

    /// Begins a phase in which the client must send something before `read_by`.
    pub(super) fn enter(&self, phase: Phase, now: u64, read_by: u64) {
        self.since.store(now, Ordering::Relaxed);
        self.read_by.store(read_by, Ordering::Relaxed);
        self.phase.store(phase as u8, Ordering::Release);
    }

    pub(super) fn since(&self) -> u64 {
        self.since.load(Ordering::Relaxed)
    }

    pub(super) fn read_by(&self) -> u64 {
        self.read_by.load(Ordering::Relaxed)
    }

    pub(super) fn set_read_by(&self, at: u64) {
        self.read_by.store(at, Ordering::Relaxed);
    }

    pub(super) fn write_by(&self) -> u64 {
        self.write_by.load(Ordering::Relaxed)
    }

    pub(super) fn set_write_by(&self, at: u64) {
        self.write_by.store(at, Ordering::Relaxed);
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed)
    }

    /// Asks it to close to make room. Returns `false` if it was asked before.
    pub(super) fn leave(&self) -> bool {
        let is_first = !self.is_leaving.swap(true, Ordering::Relaxed);
        if is_first {
            self.nudge();
        }
        is_first
    }

    /// Wakes its task to check its deadlines.
    pub(super) fn nudge(&self) {
        self.is_nudged.store(true, Ordering::Release);
        self.body.wake();
        self.task.wake();
    }

    /// Wakes its task to continue reading: hyper waits for the socket, which does not signal bytes that have been read
    /// already.
    pub(super) fn wake(&self) {
        self.task.wake();
    }

    /// Records that a part of the next request has been received, which is read once the current one has been answered.
    pub(super) fn read_ahead(&self) {
        self.is_ahead.store(true, Ordering::Relaxed);
    }

    /// Records that a request has been answered. The client must send the next one before `read_by`.
    pub(super) fn answered(&self, now: u64, read_by: u64) {
        self.enter(Phase::Idle, now, read_by);
        if self.is_ahead.swap(false, Ordering::Relaxed) {
            self.wake();
        }
    }

    /// Returns whether it was nudged since the last check: then its deadlines are checked once the socket has been
    /// read. The next nudge wakes the task.
    pub(super) fn begin_judging(&self) -> bool {
        let is_judged = self.is_nudged.load(Ordering::Relaxed) && self.is_nudged.swap(false, Ordering::Acquire);
        self.is_judged.store(is_judged, Ordering::Relaxed);
        is_judged
    }

    /// Whether its task is about to check its deadlines.
    pub(super) fn is_being_judged(&self) -> bool {
        self.is_judged.load(Ordering::Relaxed)
    }

    pub(super) fn listen(&self, cx: &Context<'_>) {
        self.task.register(cx.waker());
    }

    /// Registers the reader of the body, which may be another task.
    pub(super) fn listen_to_body(&self, cx: &Context<'_>) {
        self.body.register(cx.waker());
    }

    /// The next deadline, including `waits_until` while the connection waits.
    pub(super) fn due(&self, waits_until: u64) -> u64 {
        let by = self.read_by().min(self.write_by());
        if self.phase().is_waiting() { by.min(waits_until) } else { by }
    }
}
