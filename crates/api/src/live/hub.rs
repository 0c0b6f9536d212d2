//! The followed workspaces, with one task for each.

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

use super::admission::Admission;
use super::counts;
use super::frames::Marks;
use super::peers::{EndedSessions, Notice, Peers};
use super::presence::{Activity, Place, PresenceSource};
use super::room::{Client, Read, Room};
use super::start::Start;
use super::viewer::Viewer;
use crate::app::App;

/// How long to wait after reading events: events that follow soon are read together, and clients have time to receive.
const COLLECT: Duration = Duration::from_millis(40);
/// The interval of a room's periodic work.
const TICK: Duration = Duration::from_secs(1);
/// The interval of polling for events of other servers, which are not announced to this one.
const POLL: Duration = Duration::from_millis(200);

/// The maximum number of clients of a process, and of one teammate.
const MAX_FOLLOWERS: usize = 50_000;
const MAX_FOLLOWERS_PER_TEAMMATE: usize = 100;

/// The rooms of this process.
#[derive(Debug)]
pub(crate) struct Hub {
    rooms: Mutex<HashMap<Key, Arc<Room>>>,
    workspaces: Shares,
    teammates: Shares,
    /// The number of times that a client's queue overflowed.
    gaps: AtomicU64,
    admission: Admission,
    pub(super) peers: Arc<Peers>,
}

impl Hub {
    /// A hub that admits this number of new clients per second.
    pub(crate) fn new(per_second: u32) -> Self {
        let workspaces = Shares::new(Limits::leaving_room(MAX_FOLLOWERS, 0));
        let teammates = Shares::new(Limits { most: MAX_FOLLOWERS_PER_TEAMMATE, ..Limits::whole(MAX_FOLLOWERS, 0) });
        Self {
            rooms: Mutex::default(),
            workspaces,
            teammates,
            gaps: AtomicU64::new(0),
            admission: Admission::new(per_second),
            peers: Arc::default(),
        }
    }

    /// Admits a client that starts to follow, or returns an error with the time after which it should retry.
    pub(super) fn admit(&self) -> Result<()> {
        self.admission.admit()
    }

    /// The room of a workspace, if it has clients here.
    pub(super) fn room(&self, workspace: Key) -> Option<Arc<Room>> {
        self.rooms.lock().get(&workspace).cloned()
    }

    /// Sends a teammate's marks of a conversation to the teammate's other clients, in all processes.
    pub(crate) fn publish_marks(&self, workspace: &str, admin: AdminId, id: ConversationId, marks: Marks) {
        self.notify(workspace, Notice::Marks { admin, id, marks });
    }

    /// Sends a teammate's counts again if they have changed, for changes without an event.
    pub(crate) fn recount(&self, workspace: &str, admin: AdminId) {
        self.notify(workspace, Notice::Count { admin });
    }

    /// Tells the clients that the held replies of a conversation changed. There is no event for this.
    pub(crate) fn publish_held(&self, workspace: &str, conversation: ConversationId, is_ticket: bool) {
        self.notify(workspace, Notice::Held { place: Place { conversation, is_ticket } });
    }

    /// Disconnects the clients of sessions that have ended.
    pub(crate) fn end_sessions(&self, workspace: &str, sessions: EndedSessions) {
        self.notify(workspace, Notice::Ended { sessions });
    }

    /// Has the clients of a teammate who has another role connect again, with what that permits.
    pub(crate) fn change_role(&self, workspace: &str, admin: AdminId) {
        self.notify(workspace, Notice::Role { admin });
    }

    fn notify(&self, workspace: &str, notice: Notice) {
        if let Some(room) = self.room(Key::workspace(workspace)) {
            room.apply(notice);
        }
        self.peers.send(workspace, notice);
    }

    /// Watches the last position of a workspace's history, which is -1 until it is known. It changes when there are new
    /// events, and when the server stops.
    pub(crate) fn positions(app: &Arc<App>, tenant: &Arc<Tenant>) -> watch::Receiver<i64> {
        Self::within(app, tenant, |room| room.head.subscribe())
    }

    /// Counts clients whose queue overflowed.
    pub(super) fn count_gaps(&self, clients: u64) {
        self.gaps.fetch_add(clients, Ordering::Relaxed);
    }

    /// Appends the metrics of this hub in Prometheus text format.
    pub(crate) fn render(&self, out: &mut String) {
        let (clients, workspaces) = (self.workspaces.in_use(), self.rooms.lock().len());
        let gaps = self.gaps.load(Ordering::Relaxed);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# TYPE deskwire_live_clients gauge\ndeskwire_live_clients {clients}");
        let _ = writeln!(out, "# TYPE deskwire_live_workspaces gauge\ndeskwire_live_workspaces {workspaces}");
        let _ = writeln!(out, "# TYPE deskwire_live_gaps_total counter\ndeskwire_live_gaps_total {gaps}");
    }

    /// Takes the places for a teammate's client.
    pub(super) fn places(&self, viewer: &Viewer) -> Result<[Permit; 2]> {
        let share = Key::workspace(&viewer.tenant.id);
        let teammate = self.teammates.try_acquire(Key::of(&(share, viewer.admin)), 1).ok_or_else(|| {
            let message =
                format!("A teammate may follow a workspace from {MAX_FOLLOWERS_PER_TEAMMATE} clients at once");
            Error::new(ErrorKind::RateLimited, message)
        })?;
        let workspace = self.workspaces.try_acquire(share, 1).ok_or_else(|| {
            let message =
                format!("The server has {MAX_FOLLOWERS} clients at once, and this workspace has its share of them");
            Error::new(ErrorKind::RateLimited, message)
        })?;
        Ok([teammate, workspace])
    }

    /// Returns the last position of a workspace's history, once it is known.
    pub(super) async fn position(app: &Arc<App>, tenant: &Arc<Tenant>) -> Result<i64> {
        let mut head = Self::positions(app, tenant);
        let known = head.wait_for(|head| *head >= 0).await.map(|head| *head);
        known.map_err(|_| ErrorKind::Unavailable.into())
    }

    /// Adds a client that knows the events up to `after`, or that wants only new ones if `after` is `None`. With
    /// `answers_pings`, the client answers pings, and is disconnected when it stops. A client whose session has ended or
    /// permits something else by now receives nothing but the reason.
    pub(super) async fn join(
        app: &Arc<App>,
        viewer: &Viewer,
        after: Option<i64>,
        answers_pings: bool,
    ) -> Result<Client> {
        // Kept until the client has joined, so that the room is not removed.
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
        let client = room.join(viewer, start, answers_pings).ok_or(ErrorKind::Unavailable)?;
        // A notice reaches only clients that have joined. What changed since the request began is read here.
        if let Some(reason) = viewer.outdated(app).await? {
            client.refuse(reason);
        }
        Ok(client)
    }

    /// Updates the presence of a teammate who reports it by requests, without a connection.
    pub(super) async fn report_presence(app: &App, viewer: &Viewer, activity: Activity<ConversationId>) {
        let Some(room) = app.live.room(Key::workspace(&viewer.tenant.id)) else { return };
        room.report_presence(app, viewer, PresenceSource::Session(viewer.session), activity).await;
    }

    /// Runs `f` with a workspace's room, creating it if needed. The room stays if `f` subscribes to it.
    #[expect(clippy::disallowed_methods, reason = "the task ends when the room has no clients left")]
    fn within<T>(app: &Arc<App>, tenant: &Arc<Tenant>, f: impl FnOnce(&Arc<Room>) -> T) -> T {
        let mut rooms = app.live.rooms.lock();
        let room = rooms.entry(Key::workspace(&tenant.id)).or_insert_with(|| {
            let room = Arc::new(Room::new(tenant.clone(), app.live.peers.clone()));
            tokio::spawn(follow(app.clone(), room.clone()));
            room
        });
        f(room)
    }

    /// Removes a room without clients. Returns whether it did.
    fn remove_unused(&self, room: &Arc<Room>) -> bool {
        let mut rooms = self.rooms.lock();
        let is_unused = room.is_unused();
        if is_unused {
            rooms.remove(&room.share);
        }
        is_unused
    }
}

/// Removes a room when its task ends, even by a panic: the next client of the workspace starts another.
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

/// Runs a room until its last client leaves or the server stops.
async fn follow(app: Arc<App>, room: Arc<Room>) {
    let _ended = Ended(&app, &room);
    tokio::select! {
        () = events(&app, &room) => {}
        () = counts::follow(&app, &room) => {}
    }
}

/// Delivers events until the last client leaves or the server stops.
async fn events(app: &Arc<App>, room: &Arc<Room>) {
    let mut announced = app.db.announced(room.share);
    let mut tick = Instant::now() + TICK;
    let poll = if app.db.dialect() == Dialect::Postgres { POLL } else { TICK };
    loop {
        // Marked before reading, so that events announced in the meantime are not missed.
        announced.mark_unchanged();
        if app.stopping.load(Ordering::Relaxed) {
            return;
        }
        let read = room.read(app).await.unwrap_or_else(|error| {
            tracing::warn!(cause = error.cause.as_deref(), "events could not be read: {error}");
            Read::Nothing
        });
        if Instant::now() >= tick {
            tick = Instant::now() + TICK;
            if let Err(error) = room.tick(app).await {
                tracing::warn!(cause = error.cause.as_deref(), "sessions could not be checked: {error}");
            }
            if app.live.remove_unused(room) {
                return;
            }
        }
        if read != Read::Nothing {
            tokio::time::sleep(COLLECT).await;
        }
        if read != (Read::Some { all: false }) {
            tokio::select! {
                _ = announced.changed() => {}
                () = room.behind.notified() => {}
                () = tokio::time::sleep_until(tick.min(Instant::now() + poll)) => {}
            }
        }
    }
}
