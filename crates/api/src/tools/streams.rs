//! Limits on the streams of events.

use std::time::Duration;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_store::fair::{Key, Limits, Permit, Shares};

use super::batches::{Batches, Query};
use crate::auth::Caller;

/// The maximum number of open streams: of a process, of a workspace, and of an app.
const STREAMS: usize = 2_000;
const OF_A_WORKSPACE: usize = STREAMS / 4;
const OF_AN_APP: usize = 100;
/// The bytes per second that the streams of a workspace may send together.
const RATE: usize = 64 << 20;
/// The fixed cost of a batch, in bytes.
const BATCH_OVERHEAD: usize = 4 << 10;

/// The permits and the rates of streams.
#[derive(Debug)]
pub(crate) struct Streams {
    workspaces: Shares,
    apps: Shares,
    /// Turns to read events: reading runs on the async threads, and hundreds of streams of one workspace may have new
    /// events at once.
    reading: Shares,
    /// Lets one stream read a batch while others with the same parameters wait.
    same: Shares,
    /// The cache of batches.
    pub(super) batches: Batches,
}

impl Default for Streams {
    fn default() -> Self {
        // Streams stay open for hours: opening the first one of a workspace must not depend on others closing theirs.
        let workspaces = Shares::new(Limits { most: OF_A_WORKSPACE, ..Limits::leaving_room(STREAMS, 0) });
        let apps = Shares::new(Limits { most: OF_AN_APP, ..Limits::whole(STREAMS, 0) });
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let reading = Shares::new(Limits::reserving(cores, usize::MAX));
        let same = Shares::new(Limits { most: 1, ..Limits::whole(STREAMS, usize::MAX) });
        Self { workspaces, apps, reading, same, batches: Batches::default() }
    }
}

impl Streams {
    /// A permit for a stream of this caller. A token without an app counts as an app of its own.
    pub(crate) fn open(&self, caller: &Caller) -> Result<[Permit; 2]> {
        let identity = &caller.identity;
        let app = Key::of(&(identity.app_id, identity.app_id.is_none().then_some(identity.token_id)));
        self.place(app, caller.share())
    }

    /// A permit for a stream of a workspace; `app` identifies the app.
    pub(crate) fn place(&self, app: Key, workspace: Key) -> Result<[Permit; 2]> {
        let full = |message: String| Error::new(ErrorKind::RateLimited, message);
        let of_the_app = self.apps.try_acquire(app, 1);
        let of_the_app =
            of_the_app.ok_or_else(|| full(format!("An app may follow events with {OF_AN_APP} streams at once")))?;
        let place = self.workspaces.try_acquire(workspace, 1).ok_or_else(|| {
            full(match self.workspaces.held(workspace) {
                OF_A_WORKSPACE.. => format!("A workspace may follow events with {OF_A_WORKSPACE} streams at once"),
                _ => format!(
                    "The server keeps {STREAMS} streams of events open at once, and this workspace has its share"
                ),
            })
        })?;
        Ok([of_the_app, place])
    }

    /// How long a stream of this workspace waits after a batch of this size.
    pub(crate) fn pace(&self, workspace: Key, bytes: usize) -> Duration {
        let bytes = (bytes + BATCH_OVERHEAD) * self.workspaces.held(workspace);
        Duration::from_micros(u64::try_from(bytes / (RATE / 1_000_000)).unwrap_or(u64::MAX))
    }

    /// Waits until no other stream reads the same batch.
    pub(super) async fn alone(&self, query: &Query) -> Result<Permit> {
        self.same.acquire(Key::of(query), 1).await.map_err(|_| ErrorKind::Unavailable.into())
    }

    /// A turn to read events.
    pub(crate) async fn turn(&self, workspace: Key) -> Result<Permit> {
        self.reading.acquire(workspace, 1).await.map_err(|_| ErrorKind::Unavailable.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Streams};

    #[test]
    fn a_workspace_finds_room_for_its_first_streams() {
        let streams = Streams::default();
        let mut open = Vec::new();
        for workspace in 0..8 {
            let mut own = 0;
            while let Some(place) = streams.workspaces.try_acquire(Key::of(&workspace), 1) {
                open.push(place);
                own += 1;
            }
            assert!(own >= 31, "workspace {workspace} has {own} streams");
        }
    }

    #[test]
    fn streams_of_one_workspace_share_what_may_be_sent() {
        let streams = Streams::default();
        let (crowd, alone) = (Key::of(&"crowd"), Key::of(&"alone"));
        let _crowd: Vec<_> = (0..500).map(|_| streams.workspaces.try_acquire(crowd, 1).unwrap()).collect();
        let _alone = streams.workspaces.try_acquire(alone, 1).unwrap();
        assert_eq!(streams.pace(crowd, 128_000).as_millis(), 985);
        assert_eq!(streams.pace(alone, 128_000).as_millis(), 1);
    }
}
