//! The state of a connection, shared with the table of connections.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::Context;

use futures_util::task::AtomicWaker;

use super::address::Key;

/// No deadline.
pub(super) const NEVER: u64 = u64::MAX;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Nothing has come yet.
    Fresh,
    /// A part of a head has come.
    Head,
    /// A request is being read and answered.
    Busy,
    /// The last request is answered.
    Idle,
    /// The response is complete; further bytes of the client are discarded.
    Lingering,
    /// It is no longer HTTP: what took it over sets its own time limits.
    Upgraded,
}

impl Phase {
    /// Whether it can be closed without losing a request.
    pub(super) fn is_waiting(self) -> bool {
        matches!(self, Self::Fresh | Self::Head | Self::Idle)
    }
}

/// A connection. Times are milliseconds since the server began.
#[derive(Debug)]
pub(super) struct Conn {
    pub(super) id: u64,
    pub(super) key: Key,
    /// Above the cap: only health checks are answered.
    pub(super) is_restricted: bool,
    phase: AtomicU8,
    /// When the phase began.
    since: AtomicU64,
    /// When the client must have sent more.
    read_by: AtomicU64,
    /// The deadline for the client to read more.
    write_by: AtomicU64,
    /// It closes to make room as soon as that loses no request.
    is_leaving: AtomicBool,
    /// Its task has to look at its deadlines.
    is_nudged: AtomicBool,
    /// Its task is about to do so.
    is_judged: AtomicBool,
    /// A part of the next request has come.
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

    /// Begins a phase, in which the client must send something by then.
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

    /// Asks it to close to make room; false if it was asked before.
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

    /// Wakes its task to continue reading: hyper waits for the socket, which does not signal bytes that were read
    /// already.
    pub(super) fn wake(&self) {
        self.task.wake();
    }

    /// Notes that a part of the next request has come, which is read once this one is answered.
    pub(super) fn read_ahead(&self) {
        self.is_ahead.store(true, Ordering::Relaxed);
    }

    /// A request has been answered; the next must come by then.
    pub(super) fn answered(&self, now: u64, read_by: u64) {
        self.enter(Phase::Idle, now, read_by);
        if self.is_ahead.swap(false, Ordering::Relaxed) {
            self.wake();
        }
    }

    /// Whether it was nudged since the last check: then its deadlines are checked once it has been read from. The next
    /// nudge wakes the task.
    pub(super) fn begin_judging(&self) -> bool {
        let is_judged = self.is_nudged.load(Ordering::Relaxed) && self.is_nudged.swap(false, Ordering::Acquire);
        self.is_judged.store(is_judged, Ordering::Relaxed);
        is_judged
    }

    /// Whether its task is about to look at its deadlines.
    pub(super) fn is_being_judged(&self) -> bool {
        self.is_judged.load(Ordering::Relaxed)
    }

    pub(super) fn listen(&self, cx: &Context<'_>) {
        self.task.register(cx.waker());
    }

    /// The same for who reads the body, which may be another task.
    pub(super) fn listen_to_body(&self, cx: &Context<'_>) {
        self.body.register(cx.waker());
    }

    /// The next deadline; while the connection waits, `waits_until` too.
    pub(super) fn due(&self, waits_until: u64) -> u64 {
        let by = self.read_by().min(self.write_by());
        if self.phase().is_waiting() { by.min(waits_until) } else { by }
    }
}
