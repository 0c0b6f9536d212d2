//! The limits of connections.

use std::time::Duration;

use crate::proxies::Proxies;

/// The limits on a client's time, bytes and connections.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The maximum time to receive a head.
    pub head: Duration,
    /// The maximum time without progress of a body.
    pub body: Duration,
    /// The maximum idle time between two requests.
    pub idle: Duration,
    /// How long a connection is not closed to make room after a response: its client may be about to send again.
    pub fresh: Duration,
    /// The maximum time that a client reads nothing of a response.
    pub write: Duration,
    /// The number of bytes per second that a client must send or read beyond these times.
    pub rate: u64,
    /// How long a refusal waits for the rest of a body.
    pub drain: Duration,
    /// The maximum number of bytes of that rest.
    pub drain_bytes: usize,
    /// How long a closing connection continues to read, so that the client sees the response.
    pub linger: Duration,
    /// The maximum number of bytes it reads.
    pub linger_bytes: usize,
    /// How long after the request to stop the system may still deliver what was sent before: the last packet of a
    /// handshake, or a request on an idle connection.
    pub settle: Duration,
    /// How long a client that was just answered or accepted may take to send when the server stops.
    pub grace: Duration,
    /// The maximum number of connections.
    pub total: usize,
    /// The maximum number of connections of one IPv4 address, or of one IPv6 /64 network.
    pub per_address: usize,
    /// The maximum number of connections of one proxy.
    pub per_proxy: usize,
    /// The number of connections above `total` that are reserved for health checks.
    pub reserve: usize,
    /// The maximum time to receive a head on those.
    pub check: Duration,
    /// The addresses of the proxies.
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
