//! The workspaces that are followed, and one task for each.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AdminId, ConversationId};
use deskwire_domain::{Actor, Cx, Tenant, events as history};
use deskwire_store::Dialect;
use deskwire_store::fair::{Key, Limits, Permit, Shares};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::Instant;

use super::counts;
use super::door::Door;
use super::frames::Own;
use super::nodes::{Nodes, Said};
use super::presence::{Seen, Whose};
use super::room::{Client, Read, Room, Start, Viewer};
use crate::app::App;

/// How long it waits after it has read events: those that follow soon are read together, and clients can take these.
const PAUSE: Duration = Duration::from_millis(40);
/// How often it looks for what is due.
const TICK: Duration = Duration::from_secs(1);
/// How often it looks for events of other servers, which do not announce theirs here.
const LOOK: Duration = Duration::from_millis(200);

/// The clients that a process has at once, and how many of them a teammate may have.
const CLIENTS: usize = 50_000;
const OF_A_TEAMMATE: usize = 100;

/// The workspaces that somebody follows.
#[derive(Debug)]
pub(crate) struct Hub {
    rooms: Mutex<HashMap<Key, Arc<Room>>>,
    workspaces: Shares,
    teammates: Shares,
    /// How often a client was too slow for its queue.
    gaps: AtomicU64,
    door: Door,
    pub(super) nodes: Arc<Nodes>,
}

impl Hub {
    /// A hub that so many clients a second may come to.
    pub(crate) fn new(per_second: u32) -> Self {
        let workspaces = Shares::new(Limits::leaving_room(CLIENTS, 0));
        let teammates = Shares::new(Limits { most: OF_A_TEAMMATE, ..Limits::whole(CLIENTS, 0) });
        Self {
            rooms: Mutex::default(),
            workspaces,
            teammates,
            gaps: AtomicU64::new(0),
            door: Door::new(per_second),
            nodes: Arc::default(),
        }
    }

    /// Lets a client in that begins to follow, or says when it is to come again.
    pub(super) fn enter(&self) -> Result<()> {
        self.door.enter()
    }

    /// The room of a workspace that somebody follows here.
    pub(super) fn room(&self, workspace: Key) -> Option<Arc<Room>> {
        self.rooms.lock().get(&workspace).cloned()
    }

    /// Tells the other clients of a teammate what a conversation is to them now, wherever these are.
    pub(crate) fn tell_own(&self, workspace: &str, admin: AdminId, id: ConversationId, own: Own) {
        self.tell(workspace, Said::Own { admin, id, own });
    }

    /// The counts of a teammate may have changed without an event.
    pub(crate) fn recount(&self, workspace: &str, admin: AdminId) {
        self.tell(workspace, Said::Count { admin });
    }

    fn tell(&self, workspace: &str, said: Said) {
        if let Some(room) = self.room(Key::workspace(workspace)) {
            room.take(said);
        }
        self.nodes.tell(workspace, said);
    }

    /// The last position of a workspace's history, as long as the receiver is kept: -1 until it is known. It changes when
    /// there are new events, and when the server stops.
    pub(crate) fn positions(app: &Arc<App>, tenant: &Arc<Tenant>) -> watch::Receiver<i64> {
        Self::within(app, tenant, |room| room.head.subscribe())
    }

    /// Counts clients that were too slow.
    pub(super) fn count_gaps(&self, clients: u64) {
        self.gaps.fetch_add(clients, Ordering::Relaxed);
    }

    /// Adds its counts to the Prometheus text.
    pub(crate) fn render(&self, out: &mut String) {
        let (clients, workspaces) = (self.workspaces.in_use(), self.rooms.lock().len());
        let gaps = self.gaps.load(Ordering::Relaxed);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# TYPE deskwire_live_clients gauge\ndeskwire_live_clients {clients}");
        let _ = writeln!(out, "# TYPE deskwire_live_workspaces gauge\ndeskwire_live_workspaces {workspaces}");
        let _ = writeln!(out, "# TYPE deskwire_live_gaps_total counter\ndeskwire_live_gaps_total {gaps}");
    }

    /// Places for a client of a teammate.
    pub(super) fn places(&self, viewer: &Viewer) -> Result<[Permit; 2]> {
        let share = Key::workspace(&viewer.tenant.id);
        let teammate = self.teammates.try_acquire(Key::of(&(share, viewer.admin)), 1).ok_or_else(|| {
            let message = format!("A teammate may follow a workspace from {OF_A_TEAMMATE} clients at once");
            Error::new(ErrorKind::RateLimited, message)
        })?;
        let workspace = self.workspaces.try_acquire(share, 1).ok_or_else(|| {
            let message = format!("The server has {CLIENTS} clients at once, and this workspace has its share of them");
            Error::new(ErrorKind::RateLimited, message)
        })?;
        Ok([teammate, workspace])
    }

    /// The same, once it is known.
    pub(super) async fn position(app: &Arc<App>, tenant: &Arc<Tenant>) -> Result<i64> {
        let mut head = Self::positions(app, tenant);
        let known = head.wait_for(|head| *head >= 0).await.map(|head| *head);
        known.map_err(|_| ErrorKind::Unavailable.into())
    }

    /// A client of a teammate who knows of the events up to `after`; none for those from now on. `answers` says whether it can
    /// answer signs of life, and is sent away when it does not.
    pub(super) async fn join(app: &Arc<App>, viewer: &Viewer, after: Option<i64>, answers: bool) -> Result<Client> {
        // Kept until the client is in, so that the room stays.
        let (room, mut head) = Self::within(app, &viewer.tenant, |room| (room.clone(), room.head.subscribe()));
        let known = head.wait_for(|head| *head >= 0).await.map(|head| *head);
        let last = known.map_err(|_| ErrorKind::Unavailable)?;
        let start = if after == Some(last) {
            Start::new(after, last, last)
        } else {
            let system = Actor::system(viewer.tenant.clone());
            let db = app.db.with_key(room.share);
            let (first, last) = db.read(move |tx| history::positions(&mut Cx::new(tx, &system))).await?;
            Start::new(after, first, last)
        };
        room.join(viewer, start, answers).ok_or_else(|| ErrorKind::Unavailable.into())
    }

    /// Where a teammate is who has no line of their own.
    pub(super) fn note(app: &Arc<App>, viewer: &Viewer, seen: Seen) {
        let Some(room) = app.live.room(Key::workspace(&viewer.tenant.id)) else { return };
        room.note(Whose::Session(viewer.session), viewer.admin, seen);
    }

    /// Runs `f` with a workspace's room, which stays if `f` makes somebody follow it.
    #[expect(clippy::disallowed_methods, reason = "it ends by itself when nobody follows any more")]
    fn within<T>(app: &Arc<App>, tenant: &Arc<Tenant>, f: impl FnOnce(&Arc<Room>) -> T) -> T {
        let mut rooms = app.live.rooms.lock();
        let room = rooms.entry(Key::workspace(&tenant.id)).or_insert_with(|| {
            let room = Arc::new(Room::new(tenant.clone(), app.live.nodes.clone()));
            tokio::spawn(follow(app.clone(), room.clone()));
            room
        });
        f(room)
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
    tokio::select! {
        () = events(&app, &room) => {}
        () = counts::follow(&app, &room) => {}
    }
}

/// Tells of events until nobody follows, or the server stops.
async fn events(app: &Arc<App>, room: &Arc<Room>) {
    let mut announced = app.db.announced(room.share);
    let mut tick = Instant::now() + TICK;
    let look = if app.db.dialect() == Dialect::Postgres { LOOK } else { TICK };
    loop {
        // Marked before reading, so that events announced meanwhile are not missed.
        announced.mark_unchanged();
        if app.stopping.load(Ordering::Relaxed) {
            return;
        }
        let read = room.read(app).await.unwrap_or_else(|error| {
            tracing::warn!(cause = error.cause.as_deref(), "events could not be followed: {error}");
            Read::Nothing
        });
        if Instant::now() >= tick {
            tick = Instant::now() + TICK;
            if let Err(error) = room.tick(app).await {
                tracing::warn!(cause = error.cause.as_deref(), "sessions could not be looked at: {error}");
            }
            if app.live.forget_unused(room) {
                return;
            }
        }
        if read != Read::Nothing {
            tokio::time::sleep(PAUSE).await;
        }
        if read != (Read::Some { all: false }) {
            tokio::select! {
                _ = announced.changed() => {}
                () = room.behind.notified() => {}
                () = tokio::time::sleep_until(tick.min(Instant::now() + look)) => {}
            }
        }
    }
}
