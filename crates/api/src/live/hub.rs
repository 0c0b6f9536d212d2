//! The workspaces that are followed, and one task for each.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use deskwire_domain::Tenant;
use deskwire_store::fair::Key;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::Instant;

use super::room::Room;
use crate::app::App;

/// How often it looks for events of other processes, and for what is due.
const TICK: Duration = Duration::from_secs(1);

/// The workspaces that somebody follows.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    rooms: Mutex<HashMap<Key, Arc<Room>>>,
}

impl Hub {
    /// The last position of a workspace's history, as long as the receiver is kept: -1 until it is known. It changes when
    /// there are new events, and when the server stops.
    #[expect(clippy::disallowed_methods, reason = "it ends by itself when nobody follows any more")]
    pub(crate) fn positions(app: &Arc<App>, tenant: &Arc<Tenant>) -> watch::Receiver<i64> {
        let mut rooms = app.live.rooms.lock();
        let room = rooms.entry(Key::workspace(&tenant.id)).or_insert_with(|| {
            let room = Arc::new(Room::new(tenant.clone()));
            tokio::spawn(follow(app.clone(), room.clone()));
            room
        });
        room.head.subscribe()
    }

    /// Forgets a room that nobody follows; false if somebody does.
    fn forget_unused(&self, room: &Arc<Room>) -> bool {
        let mut rooms = self.rooms.lock();
        let is_unused = room.is_unused();
        if is_unused {
            rooms.remove(&room.share);
        }
        is_unused
    }
}

/// Forgets a room whose task has ended, for whatever reason: the next who follows the workspace starts another.
struct Ended<'a>(&'a App, &'a Arc<Room>);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let Self(app, room) = self;
        let mut rooms = app.live.rooms.lock();
        if rooms.get(&room.share).is_some_and(|current| Arc::ptr_eq(current, room)) {
            rooms.remove(&room.share);
        }
        drop(rooms);
        room.end();
    }
}

/// Follows a workspace until nobody does, or the server stops.
async fn follow(app: Arc<App>, room: Arc<Room>) {
    let _ended = Ended(&app, &room);
    let mut announced = app.db.announced(room.share);
    let mut tick = Instant::now() + TICK;
    loop {
        // Marked before reading, so that events announced meanwhile are not missed.
        announced.mark_unchanged();
        if app.stopping.load(Ordering::Relaxed) {
            return;
        }
        if let Err(error) = room.read(&app).await {
            tracing::warn!(cause = error.cause.as_deref(), "events could not be followed: {error}");
        }
        if Instant::now() >= tick {
            tick = Instant::now() + TICK;
            if app.live.forget_unused(&room) {
                return;
            }
        }
        let _ = tokio::time::timeout_at(tick, announced.changed()).await;
    }
}
