//! A followed workspace and its clients.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{AdminId, ConversationId, InboxSessionId};
use deskwire_domain::sign_in::inbox::{self, Permitted};
use deskwire_domain::{Actor, Cx, Noun, Permissions, Tenant, conversations, events};
use deskwire_store::fair::Key;
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::counts::{Counting, Counts};
use super::frames::{self, Marks};
use super::peers::{Notice, Peers};
use super::presence::{Activity, Place, Presence, PresenceChange, PresenceSource};
use super::queue::{Batch, CloseReason, Frame, Queue};
use super::start::Start;
use super::viewer::{self, Viewer};
use crate::app::App;

/// The maximum number of events read at a time: their frames must fit into a queue.
const SLICE: i64 = 25;
/// The interval between two pings to a client, in seconds.
pub(super) const PING_INTERVAL: u64 = 25;
/// How long after connecting a client needs no ping, in seconds.
const FIRST_PING_DELAY: u64 = 5;
/// The maximum number of consecutive pings that a client may leave unanswered.
const MAX_UNANSWERED: u8 = 3;

/// Each session is checked once per interval in seconds, at most `SESSIONS` in one query.
const CHECK_INTERVAL: u64 = 5;
const SESSIONS: usize = 256;

/// A followed workspace.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) tenant: Arc<Tenant>,
    pub(super) share: Key,
    /// The last position of the history; -1 until it is known.
    pub(super) head: watch::Sender<i64>,
    /// Notified when a client joins that is behind the history.
    pub(super) behind: Notify,
    /// Notified when counts may have changed.
    pub(super) counts_due: Notify,
    peers: Arc<Peers>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    listeners: HashMap<u64, Listener>,
    next: u64,
    presence: Presence,
    counting: Counting,
    /// Seconds since the room was created.
    seconds: u64,
    /// The auth epoch at which all sessions were last checked.
    epoch: i64,
    is_closed: bool,
}

/// A client's state in its room.
#[derive(Debug)]
struct Listener {
    admin: AdminId,
    sees: Permissions,
    manages_apps: bool,
    session: InboxSessionId,
    /// The position of the last event that was queued for it.
    position: i64,
    /// When it joined, in seconds of the room.
    since: u64,
    /// The number of pings it has not answered; `None` if it cannot answer.
    unanswered: Option<u8>,
    queue: Arc<Queue>,
}

/// A client's membership in a room, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Client {
    room: Arc<Room>,
    id: u64,
    admin: AdminId,
    queue: Arc<Queue>,
}

impl Client {
    /// Waits for the next batch to send.
    pub(super) async fn next(&self) -> Batch {
        poll_fn(|cx| self.queue.poll(cx)).await
    }

    /// Disconnects the client at once: nothing that waits is sent.
    pub(super) fn refuse(&self, reason: CloseReason) {
        self.queue.refuse(reason);
    }

    /// What can be sent immediately, and the position that the client reaches with it.
    pub(super) fn rest(&self) -> (Batch, i64) {
        let state = self.room.state.lock();
        let position = state.listeners.get(&self.id).map_or(0, |listener| listener.position);
        let batch = match self.queue.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(batch) => batch,
            Poll::Pending => Batch::default(),
        };
        (batch, position)
    }

    /// Records that the client sent something, so that it counts as alive.
    pub(super) fn mark_alive(&self) {
        if let Some(listener) = self.room.state.lock().listeners.get_mut(&self.id) {
            listener.unanswered = Some(0);
        }
    }

    /// Updates the presence with the client's report.
    pub(super) async fn report_presence(&self, app: &App, viewer: &Viewer, activity: Activity<ConversationId>) {
        self.room.report_presence(app, viewer, PresenceSource::Client(self.id), activity).await;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut state = self.room.state.lock();
        state.listeners.remove(&self.id);
        let changes = state.presence.leave(PresenceSource::Client(self.id));
        state.announce(&changes);
        if !state.listeners.values().any(|listener| listener.admin == self.admin) {
            state.counting.forget(self.admin);
        }
        drop(state);
        self.room.send_presence(&changes);
    }
}

/// The outcome of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Nothing,
    /// There were events. `all`: whether the clients now have all of them.
    Some {
        all: bool,
    },
}

impl Room {
    pub(super) fn new(tenant: Arc<Tenant>, peers: Arc<Peers>) -> Self {
        let (share, head) = (Key::workspace(&tenant.id), watch::Sender::new(-1));
        let (behind, counts_due) = (Notify::new(), Notify::new());
        Self { tenant, share, head, behind, counts_due, peers, state: Mutex::default() }
    }

    /// Adds a client, which first receives the presence of others, and a gap if it missed events. Returns `None` if the
    /// room has closed.
    pub(super) fn join(self: &Arc<Self>, viewer: &Viewer, start: Start, answers_pings: bool) -> Option<Client> {
        let mut state = self.state.lock();
        if state.is_closed {
            return None;
        }
        let (id, queue) = (state.next, Arc::new(Queue::default()));
        state.next += 1;
        if start.gap {
            queue.gap(start.position);
        }
        let now = Instant::now();
        let others = state.presence.all(now).filter(|change| change.admin != viewer.admin);
        let others = others.filter(|change| change.place.is_seen(viewer.sees));
        let others: Vec<Frame> = others.map(|change| frames::presence(&change)).collect();
        queue.push(&others);
        let listener = Listener {
            admin: viewer.admin,
            sees: viewer.sees,
            manages_apps: viewer.manages_apps,
            session: viewer.session,
            position: start.position,
            since: state.seconds,
            unanswered: answers_pings.then_some(0),
            queue: queue.clone(),
        };
        state.listeners.insert(id, listener);
        if start.position < *self.head.borrow() {
            self.behind.notify_one();
        }
        Some(Client { room: self.clone(), id, admin: viewer.admin, queue })
    }

    /// Updates a teammate's presence and announces the change. Teammates are nowhere if they may not read where they say
    /// that they are.
    pub(super) async fn report_presence(
        &self,
        app: &App,
        viewer: &Viewer,
        source: PresenceSource,
        activity: Activity<ConversationId>,
    ) {
        let place = match activity.conversation() {
            Some(conversation) => match self.place(app, viewer, source, conversation).await {
                Ok(place) => place,
                Err(error) => {
                    tracing::warn!(cause = error.cause.as_deref(), "presence could not be checked: {error}");
                    return;
                }
            },
            None => None,
        };
        let mut state = self.state.lock();
        let changes = state.presence.report(source, viewer.admin, activity.within(place), Instant::now());
        state.announce(&changes);
        drop(state);
        self.send_presence(&changes);
    }

    /// The place of a conversation that a teammate may read. It is looked up when a source arrives there, and not each
    /// time that the source reports it again.
    async fn place(
        &self,
        app: &App,
        viewer: &Viewer,
        source: PresenceSource,
        conversation: ConversationId,
    ) -> Result<Option<Place>> {
        let known = self.state.lock().presence.place(source, conversation);
        if let Some(place) = known {
            return Ok(Some(place).filter(|place| place.is_seen(viewer.sees)));
        }
        let actor = Actor::admin(self.tenant.clone(), viewer.admin).with(viewer.sees);
        let db = app.db.with_key(self.share);
        let noun = db.read(move |tx| conversations::find_kind(&mut Cx::new(tx, &actor), conversation)).await?;
        Ok(noun.map(|noun| Place { conversation, is_ticket: noun == Noun::Tickets }))
    }

    /// Sends changes of presence to other processes.
    fn send_presence(&self, changes: &[PresenceChange]) {
        for change in changes {
            self.peers.send(&self.tenant.id, Notice::Presence(*change));
        }
    }

    /// Applies a notice from another process.
    pub(super) fn apply_remote(&self, process: u64, notice: Notice) {
        if let Notice::Presence(change) = notice {
            let mut state = self.state.lock();
            let changes = state.presence.apply_remote(process, change, Instant::now());
            state.announce(&changes);
        } else {
            self.apply(notice);
        }
    }

    /// Applies a notice that is not about presence.
    pub(super) fn apply(&self, notice: Notice) {
        match notice {
            Notice::Presence(_) => {}
            Notice::Marks { admin, id, marks } => self.state.lock().publish_marks(admin, id, marks),
            Notice::Held { place } => self.state.lock().publish_held(place),
            Notice::Ended { sessions } => {
                self.state.lock().disconnect(CloseReason::Session, |of| sessions.include(of.admin, of.session));
            }
            Notice::Role { admin } => self.state.lock().disconnect(CloseReason::restart(1_000), |of| of.admin == admin),
            Notice::Count { admin } => {
                let mut state = self.state.lock();
                if state.listeners.values().any(|listener| listener.admin == admin) {
                    state.counting.enqueue([admin]);
                    self.counts_due.notify_one();
                }
            }
        }
    }

    /// The teammates whose counts must be read now, with their permissions.
    pub(super) fn admins_to_count(&self) -> Vec<(AdminId, Permissions)> {
        let mut state = self.state.lock();
        let due = state.counting.next();
        let sees = |admin: AdminId| state.listeners.values().find(|listener| listener.admin == admin);
        due.into_iter().filter_map(|admin| Some((admin, sees(admin)?.sees))).collect()
    }

    /// Sends teammates the counts that changed.
    pub(super) fn send_counts(&self, counted: Vec<(AdminId, Counts)>) {
        let mut state = self.state.lock();
        for (admin, counts) in counted {
            let Some(changes) = state.counting.changes(admin, counts) else { continue };
            let frame = [frames::count(&changes)];
            let own = state.listeners.values().filter(|listener| listener.admin == admin);
            let mut fit = true;
            for listener in own {
                fit &= listener.queue.push(&frame);
            }
            if !fit {
                state.counting.forget(admin);
            }
        }
    }

    /// Whether it has no clients.
    pub(super) fn is_unused(&self) -> bool {
        self.head.receiver_count() == 0 && self.state.lock().listeners.is_empty()
    }

    /// Reads the next events, if there are any, and queues them for the clients that may see them.
    pub(super) async fn read(&self, app: &App) -> Result<Read> {
        let (position, audiences) = self.state.lock().audiences();
        let tenant = self.tenant.clone();
        let db = app.db.with_key(self.share);
        let system = Actor::system(tenant.clone());
        let last = db.read(move |tx| events::position(&mut Cx::new(tx, &system))).await?;
        self.head.send_if_modified(|head| last > std::mem::replace(head, last.max(*head)));
        let Some(position) = position.filter(|position| *position < last) else { return Ok(Read::Nothing) };
        let _turn = app.streams.turn(self.share).await?;
        let read = db.read_in_background(move |tx| {
            let system = Actor::system(tenant.clone());
            let (events, last) = events::after(&mut Cx::new(tx, &system), position, SLICE)?;
            let mut frames = Vec::with_capacity(audiences.len());
            for sees in &audiences {
                let audience = system.clone().with(*sees);
                frames.push((*sees, frames::of(&mut Cx::new(tx, &audience), &events)?));
            }
            let mentions = frames::mentions(&mut Cx::new(tx, &system), &events)?;
            let moves = events.iter().any(|event| frames::moves_counts(event.topic));
            Ok::<_, Error>((frames, mentions, frames::tickets(&events), moves, last))
        });
        let (frames, mentions, tickets, moves, read) = read.await?;
        let Some(read) = read else { return Ok(Read::Nothing) };
        let mut state = self.state.lock();
        state.presence.convert(&tickets);
        app.live.count_gaps(state.deliver(&frames, position, read));
        for (admin, id) in mentions {
            state.publish_marks(admin, id, Marks { unread: Some(true), mentioned: Some(true), ..Marks::default() });
        }
        if moves {
            state.enqueue_counts();
            self.counts_due.notify_one();
        }
        drop(state);
        Ok(Read::Some { all: read >= last })
    }

    /// Does the periodic work of each second. Disconnects clients whose session has ended or whose role has changed.
    /// Each second, a fifth of the sessions is checked, and all of them after a change of any role.
    pub(super) async fn tick(&self, app: &App) -> Result<()> {
        let sessions = self.begin_second(app.tokens.epoch());
        for sessions in sessions.chunks(SESSIONS) {
            let (tenant, checked) = (self.tenant.clone(), sessions.to_vec());
            let db = app.db.with_key(self.share);
            let active = db.read(move |tx| {
                let system = Actor::system(tenant.clone());
                inbox::active_sessions(&mut Cx::new(tx, &system), &checked)
            });
            let active = active.await?;
            self.state.lock().disconnect_ended(sessions, &active);
        }
        Ok(())
    }

    /// Does the work that needs no database. Returns the sessions to check, given the auth epoch.
    fn begin_second(&self, epoch: i64) -> Vec<InboxSessionId> {
        let mut state = self.state.lock();
        state.seconds += 1;
        let changes = state.presence.expire(Instant::now());
        state.announce(&changes);
        state.ping();
        let has_changed = std::mem::replace(&mut state.epoch, epoch) != epoch;
        let turn = state.seconds % CHECK_INTERVAL;
        let sessions = state.listeners.values().map(|listener| listener.session);
        let due = sessions.filter(|session| has_changed || session.number().unsigned_abs() % CHECK_INTERVAL == turn);
        let mut due: Vec<_> = due.collect();
        due.sort_unstable();
        due.dedup();
        due
    }

    /// Disconnects all clients: the server stops, or the room's task has ended.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        let longest = spread(state.listeners.len());
        for listener in state.listeners.values() {
            listener.queue.close(CloseReason::restart(longest));
        }
        drop(state);
        // Streams check whether the server stops.
        self.head.send_modify(|_| {});
    }
}

/// The time in milliseconds over which this number of clients should reconnect, so that a server that has just started
/// is not overloaded.
fn spread(clients: usize) -> u32 {
    u32::try_from(clients).unwrap_or(u32::MAX).saturating_mul(2).clamp(1_000, 60_000)
}

impl State {
    /// The lowest position of all clients, and their distinct permissions.
    fn audiences(&self) -> (Option<i64>, Vec<Permissions>) {
        let mut audiences = Vec::new();
        for listener in self.listeners.values() {
            if !audiences.contains(&listener.sees) {
                audiences.push(listener.sees);
            }
        }
        (self.listeners.values().map(|listener| listener.position).min(), audiences)
    }

    /// Queues the events after `first` up to `last` for the clients, each from its own position. A client that joined
    /// in the meantime, further behind or with permissions for which nothing was rendered, receives them with the next
    /// read. Returns the number of queues that overflowed.
    fn deliver(&mut self, frames: &[(Permissions, Vec<Frame>)], first: i64, last: i64) -> u64 {
        let mut slow = 0;
        for listener in self.listeners.values_mut().filter(|listener| listener.position >= first) {
            let Some((_, frames)) = frames.iter().find(|(sees, _)| *sees == listener.sees) else { continue };
            let known = frames.partition_point(|frame| frame.position <= Some(listener.position));
            listener.position = listener.position.max(last);
            if let Some(new) = frames.get(known..).filter(|new| !new.is_empty()) {
                slow += u64::from(!listener.queue.push(new));
            }
        }
        slow
    }

    /// Sends a teammate's marks of a conversation to the teammate's clients.
    fn publish_marks(&self, admin: AdminId, id: ConversationId, marks: Marks) {
        let frame = [frames::me(id, marks)];
        let clients = self.listeners.values().filter(|listener| listener.admin == admin);
        for listener in clients.filter(|listener| frames::shows_conversations(listener.sees)) {
            listener.queue.push(&frame);
        }
    }

    /// Tells the clients that the held replies of a conversation changed.
    fn publish_held(&self, place: Place) {
        let frame = [frames::held(place.conversation)];
        for listener in self.listeners.values().filter(|listener| place.is_seen(listener.sees)) {
            listener.queue.push(&frame);
        }
    }

    /// Queues the counts of all teammates who follow.
    fn enqueue_counts(&mut self) {
        let mut admins: Vec<AdminId> = self.listeners.values().map(|listener| listener.admin).collect();
        admins.sort_unstable();
        admins.dedup();
        self.counting.enqueue(admins);
    }

    /// Sends changes of presence to the other teammates.
    fn announce(&self, changes: &[PresenceChange]) {
        for change in changes {
            let frame = frames::presence(change);
            let others = self.listeners.values().filter(|listener| listener.admin != change.admin);
            for listener in others.filter(|listener| change.place.is_seen(listener.sees)) {
                listener.queue.push(std::slice::from_ref(&frame));
            }
        }
    }

    /// Disconnects these clients.
    fn disconnect(&self, reason: CloseReason, are_meant: impl Fn(&Listener) -> bool) {
        for listener in self.listeners.values().filter(|listener| are_meant(listener)) {
            listener.queue.close(reason);
        }
    }

    /// Disconnects clients whose session is among `sessions` and has ended, or now has other permissions.
    fn disconnect_ended(&self, sessions: &[InboxSessionId], active: &HashMap<InboxSessionId, Permitted>) {
        for listener in self.listeners.values().filter(|listener| sessions.binary_search(&listener.session).is_ok()) {
            let now = active.get(&listener.session);
            if let Some(reason) = viewer::outdated((listener.sees, listener.manages_apps), now) {
                listener.queue.close(reason);
            }
        }
    }

    /// Sends pings to the clients that are due: each has one second of every [`PING_INTERVAL`].
    fn ping(&mut self) {
        let turn = self.seconds % PING_INTERVAL;
        let due = self.listeners.iter_mut().filter(|(id, _)| *id % PING_INTERVAL == turn).map(|(_, listener)| listener);
        for listener in due.filter(|listener| self.seconds - listener.since > FIRST_PING_DELAY) {
            match &mut listener.unanswered {
                Some(MAX_UNANSWERED) => listener.queue.close(CloseReason::Silent),
                Some(unanswered) => {
                    *unanswered += 1;
                    listener.queue.ping();
                }
                None => listener.queue.ping(),
            }
        }
    }
}
