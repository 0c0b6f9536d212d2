//! A workspace that is followed, and those who follow it.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{AdminId, ConversationId, InboxSessionId};
use deskwire_domain::sign_in::inbox::{self, Permitted};
use deskwire_domain::{Actor, Cx, Permissions, Tenant, events};
use deskwire_store::fair::Key;
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::counts::{Counting, Counts};
use super::frames::{self, Own};
use super::nodes::{Nodes, Said};
use super::presence::{Presence, PresenceChange, Seen, Whose};
use super::queue::{Batch, Bye, Frame, Queue};
use crate::app::App;

/// The most events that are read at a time: their frames must fit into a queue.
const SLICE: i64 = 25;
/// A client that is further behind is told of a gap instead.
const BEHIND: i64 = 1_000;
/// Seconds between two signs of life to a client.
pub(super) const BEAT: u64 = 25;
/// A client that came so many seconds ago at most was just greeted.
const GREETED: u64 = 5;
/// The signs of life that a client may leave unanswered.
const UNANSWERED: u8 = 3;

/// Each session is looked at once in so many seconds, and so many at a time.
const LOOK: u64 = 5;
const SESSIONS: usize = 256;

/// A workspace that is followed.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) tenant: Arc<Tenant>,
    pub(super) share: Key,
    /// The last position of the history; -1 until it is known.
    pub(super) head: watch::Sender<i64>,
    /// Notified when a client has come that does not know all of it.
    pub(super) behind: Notify,
    /// Notified when counts may have changed.
    pub(super) counts_due: Notify,
    nodes: Arc<Nodes>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    listeners: HashMap<u64, Listener>,
    next: u64,
    presence: Presence,
    counting: Counting,
    /// Seconds since the room was opened.
    seconds: u64,
    is_over: bool,
}

/// Who follows a workspace in the inbox.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) admin: AdminId,
    pub(crate) sees: Permissions,
    pub(crate) manages_apps: bool,
    pub(crate) session: InboxSessionId,
}

/// A client.
#[derive(Debug)]
struct Listener {
    admin: AdminId,
    sees: Permissions,
    manages_apps: bool,
    session: InboxSessionId,
    /// The last event that it was told of.
    position: i64,
    /// When it came, in seconds of the room.
    since: u64,
    /// Signs of life that it has not answered; none of a client that cannot.
    unanswered: Option<u8>,
    queue: Arc<Queue>,
}

/// A client's place among those who follow, given back when dropped.
#[derive(Debug)]
pub(super) struct Client {
    room: Arc<Room>,
    id: u64,
    admin: AdminId,
    queue: Arc<Queue>,
}

impl Client {
    /// What it is to be sent next.
    pub(super) async fn next(&self) -> Batch {
        poll_fn(|cx| self.queue.poll(cx)).await
    }

    /// What there is to be sent at once, and the last event that it has then been told of.
    pub(super) fn rest(&self) -> (Batch, i64) {
        let state = self.room.state.lock();
        let position = state.listeners.get(&self.id).map_or(0, |listener| listener.position);
        let batch = match self.queue.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(batch) => batch,
            Poll::Pending => Batch::default(),
        };
        (batch, position)
    }

    /// Notes that something came from it.
    pub(super) fn answered(&self) {
        if let Some(listener) = self.room.state.lock().listeners.get_mut(&self.id) {
            listener.unanswered = Some(0);
        }
    }

    /// Its teammate says where they are.
    pub(super) fn note(&self, seen: Seen) {
        self.room.note(Whose::Client(self.id), self.admin, seen);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let mut state = self.room.state.lock();
        state.listeners.remove(&self.id);
        let changes = state.presence.leave(Whose::Client(self.id));
        state.announce(&changes);
        if !state.listeners.values().any(|listener| listener.admin == self.admin) {
            state.counting.forget(self.admin);
        }
        drop(state);
        self.room.tell_others(&changes);
    }
}

/// What a read found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Nothing,
    /// Events, and whether these were all.
    Some {
        all: bool,
    },
}

/// Where a client starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// It is told of the events after this one.
    pub(super) position: i64,
    /// Whether there were others that it does not know.
    gap: bool,
}

impl Start {
    /// `after` is the last event that the client knows of; the history has those from `first` to `last`.
    pub(super) fn new(after: Option<i64>, first: i64, last: i64) -> Self {
        match after {
            None => Self { position: last, gap: false },
            // A position of the future is of a history that was lost, by a restored backup for instance.
            Some(after) if after > last || after + 1 < first || after < last - BEHIND => {
                Self { position: last, gap: true }
            }
            Some(after) => Self { position: after, gap: false },
        }
    }
}

impl Room {
    pub(super) fn new(tenant: Arc<Tenant>, nodes: Arc<Nodes>) -> Self {
        let (share, head) = (Key::workspace(&tenant.id), watch::Sender::new(-1));
        let (behind, counts_due) = (Notify::new(), Notify::new());
        Self { tenant, share, head, behind, counts_due, nodes, state: Mutex::default() }
    }

    /// A place for a client that knows of the events up to `after`, and where it starts: after this position, and whether
    /// it has missed some before. None when the room is over.
    pub(super) fn join(self: &Arc<Self>, viewer: &Viewer, start: Start, answers: bool) -> Option<Client> {
        let mut state = self.state.lock();
        if state.is_over {
            return None;
        }
        let (id, queue) = (state.next, Arc::new(Queue::default()));
        state.next += 1;
        if start.gap {
            queue.gap(start.position);
        }
        let now = Instant::now();
        let others = state.presence.all(now).filter(|change| change.admin != viewer.admin);
        let others: Vec<Frame> = others.map(|change| frames::presence(&change)).collect();
        if frames::shows_conversations(viewer.sees) {
            queue.push(&others);
        }
        let listener = Listener {
            admin: viewer.admin,
            sees: viewer.sees,
            manages_apps: viewer.manages_apps,
            session: viewer.session,
            position: start.position,
            since: state.seconds,
            unanswered: answers.then_some(0),
            queue: queue.clone(),
        };
        state.listeners.insert(id, listener);
        if start.position < *self.head.borrow() {
            self.behind.notify_one();
        }
        Some(Client { room: self.clone(), id, admin: viewer.admin, queue })
    }

    /// A teammate says where they are.
    pub(super) fn note(&self, whose: Whose, admin: AdminId, seen: Seen) {
        let mut state = self.state.lock();
        let changes = state.presence.note(whose, admin, seen, Instant::now());
        state.announce(&changes);
        drop(state);
        self.tell_others(&changes);
    }

    /// Tells other processes what teammates do here.
    fn tell_others(&self, changes: &[PresenceChange]) {
        for change in changes {
            self.nodes.tell(&self.tenant.id, Said::Seen(*change));
        }
    }

    /// What another process says.
    pub(super) fn hear(&self, process: u64, said: Said) {
        if let Said::Seen(change) = said {
            let mut state = self.state.lock();
            let changes = state.presence.hear(process, change, Instant::now());
            state.announce(&changes);
        } else {
            self.take(said);
        }
    }

    /// What is said of a teammate.
    pub(super) fn take(&self, said: Said) {
        match said {
            Said::Seen(_) => {}
            Said::Own { admin, id, own } => self.state.lock().tell_own(admin, id, own),
            Said::Count { admin } => {
                let mut state = self.state.lock();
                if state.listeners.values().any(|listener| listener.admin == admin) {
                    state.counting.expect([admin]);
                    self.counts_due.notify_one();
                }
            }
        }
    }

    /// The teammates whose counts are to be read, with what they may see.
    pub(super) fn due_for_counts(&self) -> Vec<(AdminId, Permissions)> {
        let mut state = self.state.lock();
        let due = state.counting.next();
        let sees = |admin: AdminId| state.listeners.values().find(|listener| listener.admin == admin);
        due.into_iter().filter_map(|admin| Some((admin, sees(admin)?.sees))).collect()
    }

    /// Tells teammates of the counts that changed.
    pub(super) fn tell_counts(&self, counted: Vec<(AdminId, Counts)>) {
        let mut state = self.state.lock();
        for (admin, counts) in counted {
            let Some(news) = state.counting.news(admin, counts) else { continue };
            let frame = [frames::count(&news)];
            let own = state.listeners.values().filter(|listener| listener.admin == admin);
            let mut fitted = true;
            for listener in own {
                fitted &= listener.queue.push(&frame);
            }
            if !fitted {
                state.counting.forget(admin);
            }
        }
    }

    /// Whether nobody follows it.
    pub(super) fn is_unused(&self) -> bool {
        self.head.receiver_count() == 0 && self.state.lock().listeners.is_empty()
    }

    /// Reads the next events, if there are any, and hands them to those who may see them.
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
            Ok::<_, Error>((frames, mentions, moves, last))
        });
        let (frames, mentions, moves, read) = read.await?;
        let Some(read) = read else { return Ok(Read::Nothing) };
        let mut state = self.state.lock();
        app.live.count_gaps(state.deliver(&frames, position, read));
        for (admin, id) in mentions {
            state.tell_own(admin, id, Own { unread: Some(true), mentioned: Some(true), draft: None });
        }
        if moves {
            state.expect_counts();
            self.counts_due.notify_one();
        }
        drop(state);
        Ok(Read::Some { all: read >= last })
    }

    /// What is due each second. Clients whose session has ended, or whose role has changed, are sent away: a fifth of the
    /// sessions is looked at each time.
    pub(super) async fn tick(&self, app: &App) -> Result<()> {
        let sessions = self.begin_second();
        for sessions in sessions.chunks(SESSIONS) {
            let (tenant, asked) = (self.tenant.clone(), sessions.to_vec());
            let db = app.db.with_key(self.share);
            let going_on = db.read(move |tx| {
                let system = Actor::system(tenant.clone());
                inbox::going_on(&mut Cx::new(tx, &system), &asked)
            });
            let going_on = going_on.await?;
            self.state.lock().compare(sessions, &going_on);
        }
        Ok(())
    }

    /// Does what needs no database; the sessions that are to be looked at.
    fn begin_second(&self) -> Vec<InboxSessionId> {
        let mut state = self.state.lock();
        state.seconds += 1;
        let changes = state.presence.expire(Instant::now());
        state.announce(&changes);
        state.beat();
        let turn = state.seconds % LOOK;
        let sessions = state.listeners.values().map(|listener| listener.session);
        let mut due: Vec<_> = sessions.filter(|session| session.number().unsigned_abs() % LOOK == turn).collect();
        due.sort_unstable();
        due.dedup();
        due
    }

    /// Sends all away: the server stops, or the room has no task any more.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        state.is_over = true;
        let longest = spread(state.listeners.len());
        for listener in state.listeners.values() {
            listener.queue.end(Bye::Restart(random_below(longest)));
        }
        drop(state);
        // Streams look whether the server stops.
        self.head.send_modify(|_| {});
    }
}

/// The milliseconds within which so many clients come back, so that a server that has just started is not overrun.
fn spread(clients: usize) -> u32 {
    u32::try_from(clients).unwrap_or(u32::MAX).saturating_mul(2).clamp(1_000, 60_000)
}

fn random_below(limit: u32) -> u32 {
    // Without randomness all come back at the same time, which is no reason to fail.
    getrandom::u32().map_or(0, |random| random % limit)
}

impl State {
    /// The least position of all clients, and the permissions that they have.
    fn audiences(&self) -> (Option<i64>, Vec<Permissions>) {
        let mut audiences = Vec::new();
        for listener in self.listeners.values() {
            if !audiences.contains(&listener.sees) {
                audiences.push(listener.sees);
            }
        }
        (self.listeners.values().map(|listener| listener.position).min(), audiences)
    }

    /// Hands the events from after `first` to `last` to the clients, each from its own position on. One that came meanwhile,
    /// from further back or with permissions that were not read for, is told the next time. How many were too slow.
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

    /// Tells the clients of a teammate what a conversation is to them.
    fn tell_own(&self, admin: AdminId, id: ConversationId, own: Own) {
        let frame = [frames::me(id, own)];
        let clients = self.listeners.values().filter(|listener| listener.admin == admin);
        for listener in clients.filter(|listener| frames::shows_conversations(listener.sees)) {
            listener.queue.push(&frame);
        }
    }

    /// The counts of all who follow may have changed.
    fn expect_counts(&mut self) {
        let mut admins: Vec<AdminId> = self.listeners.values().map(|listener| listener.admin).collect();
        admins.sort_unstable();
        admins.dedup();
        self.counting.expect(admins);
    }

    /// Tells others what teammates do.
    fn announce(&self, changes: &[PresenceChange]) {
        for change in changes {
            let frame = frames::presence(change);
            let others = self.listeners.values().filter(|listener| listener.admin != change.admin);
            for listener in others.filter(|listener| frames::shows_conversations(listener.sees)) {
                listener.queue.push(std::slice::from_ref(&frame));
            }
        }
    }

    /// Sends those away whose session is among `sessions` and does not go on, or with other permissions.
    fn compare(&self, sessions: &[InboxSessionId], going_on: &HashMap<InboxSessionId, Permitted>) {
        for listener in self.listeners.values().filter(|listener| sessions.binary_search(&listener.session).is_ok()) {
            match going_on.get(&listener.session) {
                None => listener.queue.end(Bye::Session),
                Some(permitted) if *permitted != (listener.sees, listener.manages_apps) => {
                    listener.queue.end(Bye::Restart(random_below(1_000)));
                }
                Some(_) => {}
            }
        }
    }

    /// Signs of life to those whose turn it is: each has one second of every [`BEAT`].
    fn beat(&mut self) {
        let turn = self.seconds % BEAT;
        let due = self.listeners.iter_mut().filter(|(id, _)| *id % BEAT == turn).map(|(_, listener)| listener);
        for listener in due.filter(|listener| self.seconds - listener.since > GREETED) {
            match &mut listener.unanswered {
                Some(UNANSWERED) => listener.queue.end(Bye::Silent),
                Some(unanswered) => {
                    *unanswered += 1;
                    listener.queue.beat();
                }
                None => listener.queue.beat(),
            }
        }
    }
}
