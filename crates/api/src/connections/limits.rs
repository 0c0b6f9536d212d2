//! The limits of connections.

use std::time::Duration;

use crate::proxies::Proxies;

/// What a client may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest that a head may take to come.
    pub head: Duration,
    /// The longest that a body may make no progress.
    pub body: Duration,
    /// The longest idle time between two requests.
    pub idle: Duration,
    /// How long a connection that was just answered is safe from making room: its client may be about to send again.
    pub fresh: Duration,
    /// The longest time in which a client reads nothing of a response.
    pub write: Duration,
    /// Bytes a second that a client must send or take beyond these times.
    pub rate: u64,
    /// How long a refusal waits for the rest of a body.
    pub drain: Duration,
    /// How many bytes that rest may have.
    pub drain_bytes: usize,
    /// How long a closing connection continues to read, so that the client sees the response.
    pub linger: Duration,
    /// How many bytes it reads.
    pub linger_bytes: usize,
    /// How long after the server was told to stop what was sent before may still be on its way through the system: the
    /// last packet of a handshake, or a request on a connection that was idle.
    pub settle: Duration,
    /// How long a client that was just answered or accepted may take to send when the server stops.
    pub grace: Duration,
    /// Connections in all.
    pub total: usize,
    /// Connections of one address, or of one network of 64 bits.
    pub per_address: usize,
    /// Connections of one proxy.
    pub per_proxy: usize,
    /// Connections above `total`, for health checks.
    pub reserve: usize,
    /// The longest that a head may take on those.
    pub check: Duration,
    /// The proxies.
    pub proxies: Proxies,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            fresh: Duration::from_secs(1),
            write: Duration::from_secs(30),
            rate: 1000,
            drain: Duration::from_secs(1),
            drain_bytes: 256 << 10,
            linger: Duration::from_secs(10),
            linger_bytes: 16 << 20,
            settle: Duration::from_millis(250),
            grace: Duration::from_millis(500),
            total: 512,
            per_address: 256,
            per_proxy: 384,
            reserve: 64,
            check: Duration::from_secs(2),
            proxies: Proxies::default(),
        }
    }
}
