//! Counters of connections for `/metrics`.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Why the server closed or refused a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Its address has too many connections.
    Address,
    /// The server has too many connections.
    Capacity,
    /// Another connection needed its place.
    Replaced,
    /// The head was not received in time.
    Head,
    /// The body was not received in time.
    Body,
    /// The client was idle for too long.
    Idle,
    /// The response was not read in time.
    Write,
    /// The request was not HTTP, or ambiguous.
    Malformed,
}

const NAMES: [&str; 8] =
    ["address_limit", "capacity", "replaced", "head_timeout", "body_timeout", "idle", "write_timeout", "malformed"];

/// Counts of open, accepted and closed connections.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    open: AtomicUsize,
    accepted: AtomicU64,
    ended: [AtomicU64; NAMES.len()],
}

impl Stats {
    pub(super) fn set_open(&self, open: usize) {
        self.open.store(open, Ordering::Relaxed);
    }

    pub(super) fn accept(&self) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end(&self, reason: Reason) {
        if let Some(count) = self.ended.get(reason as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Appends them in Prometheus text format.
    pub(crate) fn render(&self, out: &mut String) {
        let (open, accepted) = (self.open.load(Ordering::Relaxed), self.accepted.load(Ordering::Relaxed));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# TYPE deskwire_connections gauge\ndeskwire_connections {open}");
        let _ = writeln!(
            out,
            "# TYPE deskwire_connections_accepted_total counter\ndeskwire_connections_accepted_total {accepted}"
        );
        let _ = writeln!(out, "# TYPE deskwire_connections_ended_total counter");
        for (name, count) in NAMES.iter().zip(&self.ended) {
            let count = count.load(Ordering::Relaxed);
            let _ = writeln!(out, "deskwire_connections_ended_total{{reason=\"{name}\"}} {count}");
        }
    }
}
