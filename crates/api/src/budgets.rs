//! Budgets that requests share: memory for large bodies and responses, and processor time.
//!
//! Each is shared fairly between workspaces ([`deskwire_store::fair`]), and bounded for all of them together.

use std::time::Duration;

use bytes::Bytes;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_store::background;
use deskwire_store::fair::{Key, Limits, Permit, Refused, Shares};

/// Bytes of memory for the bodies of all requests, parsed values included.
const BODIES: usize = 128 << 20;
/// The same for requests without a token. Their addresses take turns in a budget of their own, so callers with a token
/// keep theirs.
const ANONYMOUS_BODIES: usize = 16 << 20;
/// Bytes of large responses that may wait for their readers.
const ANSWERS: usize = 128 << 20;
/// Responses up to this size are not counted: the number of connections bounds them.
const UNCOUNTED: usize = 64 << 10;
/// Requests of one workspace that may wait for a share.
const QUEUE: usize = 64;
/// Finished responses of one workspace that may wait: each is in memory already.
const ANSWERS_QUEUE: usize = 8;
/// How long a request waits for memory or processor time.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The budgets of a server.
#[derive(Debug)]
pub(crate) struct Budgets {
    bodies: Shares,
    anonymous_bodies: Shares,
    answers: Shares,
    turns: Shares,
}

impl Default for Budgets {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            bodies: Shares::new(Limits::leaving_room(BODIES, QUEUE)),
            anonymous_bodies: Shares::new(Limits::leaving_room(ANONYMOUS_BODIES, QUEUE)),
            answers: Shares::new(Limits::leaving_room(ANSWERS, ANSWERS_QUEUE)),
            // Half of the cores remain for everything else. A turn lasts milliseconds.
            turns: Shares::new(Limits::whole(cores / 2, QUEUE)),
        }
    }
}

/// Bytes that count against a budget while they are alive.
struct Counted {
    bytes: Bytes,
    _permit: Permit,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The memory budget for one body.
pub(crate) struct Memory<'b> {
    shares: &'b Shares,
    key: Key,
}

impl Memory<'_> {
    /// Takes memory for a body, which is held while its request runs.
    pub(crate) async fn take(&self, bytes: usize) -> Result<Permit> {
        self.shares.acquire_within(self.key, bytes, TIMEOUT).await.map_err(refused)
    }
}

impl Budgets {
    /// The memory for the body of a request with a token.
    pub(crate) fn body(&self, key: Key) -> Memory<'_> {
        Memory { shares: &self.bodies, key }
    }

    /// The memory for the body of an anonymous request, from a budget of its own.
    pub(crate) fn anonymous_body(&self, key: Key) -> Memory<'_> {
        Memory { shares: &self.anonymous_bodies, key }
    }

    /// A response as it is sent: a large one counts until its reader has received it.
    pub(crate) async fn answer(&self, key: Key, bytes: Bytes) -> Result<Bytes> {
        if bytes.len() <= UNCOUNTED {
            return Ok(bytes);
        }
        let permit = self.answers.acquire_within(key, bytes.len(), TIMEOUT).await.map_err(refused)?;
        Ok(Bytes::from_owner(Counted { bytes, _permit: permit }))
    }

    /// Runs CPU-bound work on a background thread.
    pub(crate) async fn run<T, F>(&self, key: Key, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T> + Send + 'static,
    {
        in_turn(&self.turns, key, work).await?
    }
}

/// Runs `work` on a background thread, once it is the key's turn.
pub(crate) async fn in_turn<T, F>(turns: &Shares, key: Key, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let turn = turns.acquire_within(key, 1, TIMEOUT).await.map_err(refused)?;
    let done = background::spawn(move || {
        let _turn = turn;
        work()
    });
    done?.await.map_err(Error::internal)
}

/// The error for a request that got no share.
fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Full => Error::new(ErrorKind::RateLimited, "Too many requests of this workspace are in progress"),
        Refused::Late | Refused::Closed => ErrorKind::Unavailable.into(),
    }
}
